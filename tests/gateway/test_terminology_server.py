"""A terminology server is asked what the packages do not know, and never stops a validation."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest

from gateway.errors import SettingsError
from gateway.terminology_server import TerminologyServer, terminology_sources
from profiles.membership import Coded, Question, Verdict, composed

LOINC = Coded("http://loinc.org", "8310-5", "Body temperature")
VALUE_SET = {"resourceType": "ValueSet", "compose": {"include": [{"system": "http://loinc.org"}]}}
DISPLAY = {
    "severity": "error",
    "code": "invalid",
    "details": {
        "coding": [{"system": "http://hl7.org/fhir/tools/CodeSystem/tx-issue-type", "code": "invalid-display"}],
        "text": "Wrong display for 0101901234",
    },
    "expression": ["CodeableConcept.coding[0].display"],
}
UNKNOWN = DISPLAY | {"details": {"coding": [DISPLAY["details"]["coding"][0] | {"code": "not-found"}]}}  # type: ignore[index]


def server(answer: Callable[[httpx2.Request], httpx2.Response]) -> TerminologyServer:
    return TerminologyServer(httpx2.Client(transport=httpx2.MockTransport(answer)), "https://tx.example/r4/")


def said(result: Any, *issues: Any, message: str = "") -> bytes:
    """The Parameters of an answer."""
    parameters = [
        {"name": "result", "valueBoolean": result},
        {"name": "message", "valueString": message},
        {"name": "issues", "resource": {"resourceType": "OperationOutcome", "issue": list(issues)}},
    ]
    return json.dumps({"resourceType": "Parameters", "parameter": parameters}).encode()


def answering(body: bytes, status: int = 200) -> TerminologyServer:
    return server(lambda _: httpx2.Response(status, content=body))


def asked(question: Question) -> tuple[str, dict[str, Any]]:
    """The url and parameters of a question."""
    requests: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        requests.append(request)
        return httpx2.Response(200, content=said(True))

    server(answer).answer(question)
    parameters = json.loads(requests[0].content)["parameter"]
    return str(requests[0].url), {
        one["name"]: value for one in parameters for key, value in one.items() if key != "name"
    }


def test_a_code_is_asked_of_its_system() -> None:
    url, parameters = asked(Question((LOINC,), language="da"))
    assert url == "https://tx.example/r4/CodeSystem/$validate-code"
    coding = {"system": LOINC.system, "code": LOINC.code, "display": LOINC.display}
    assert parameters == {"displayLanguage": "da", "codeableConcept": {"coding": [coding]}}


def test_a_value_set_is_named_or_sent_along() -> None:
    url, parameters = asked(Question((Coded("", "a"),), "http://v|2"))
    assert url == "https://tx.example/r4/ValueSet/$validate-code"
    assert parameters == {"url": "http://v", "valueSetVersion": "2", "code": "a", "inferSystem": True}
    _, parameters = asked(Question((LOINC,), "http://v|2", compose=composed(VALUE_SET)))
    assert parameters["valueSet"]["compose"] == VALUE_SET["compose"]
    assert "url" not in parameters


@pytest.mark.parametrize(
    ("body", "verdict", "kinds"),
    [
        (said(True), Verdict.YES, []),
        (said(False, message="Not 0101901234."), Verdict.NO, []),
        (said(False, DISPLAY), Verdict.YES, ["invalid-display"]),
        (said(False, UNKNOWN), Verdict.UNKNOWN, ["not-found"]),
    ],
)
def test_answers(body: bytes, verdict: Verdict, kinds: list[str]) -> None:
    answer = answering(body).answer(Question((LOINC,)))
    assert answer is not None
    assert (answer.verdict, [one.kind for one in answer.remarks]) == (verdict, kinds)
    assert "0101901234" not in answer.why


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b"\xff", said("yes"), said(None), b'{"resourceType":"Parameters","parameter":7}']
)
def test_what_is_no_answer_is_none(body: bytes) -> None:
    assert answering(body).answer(Question((LOINC,))) is None
    assert answering(said(True), status=500).answer(Question((LOINC,))) is None


def test_a_server_that_is_away_has_no_answer() -> None:
    def away(_: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("no route")

    assert server(away).answer(Question((LOINC,))) is None


def test_a_question_is_asked_once() -> None:
    calls: list[int] = []

    def answer(_: httpx2.Request) -> httpx2.Response:
        calls.append(1)
        return httpx2.Response(200, content=said(True))

    asked_twice = server(answer)
    assert [asked_twice.answer(Question((LOINC,))) for _ in range(2)].count(None) == 0
    assert len(calls) == 1


def test_where_to_ask(tmp_path: Path) -> None:
    assert terminology_sources("") == ()
    assert len(terminology_sources(str(tmp_path))) == 1
    assert len(terminology_sources("https://tx.example/r4")) == 1
    for wrong in ("http://tx.example/r4", str(tmp_path / "none"), "ftp://x/y"):
        with pytest.raises(SettingsError):
            terminology_sources(wrong)
