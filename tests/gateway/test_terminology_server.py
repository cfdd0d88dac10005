"""A terminology server is asked what the packages do not know, and never stops a validation."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from gateway.errors import SettingsError
from gateway.terminology_server import TerminologyServer, terminology_sources
from profiles.context import Context, open_store
from profiles.membership import Coded, Question, Verdict, composed, silence
from profiles.terminology import Terminology
from profiles.validator import Validator
from tests.gateway.terminology_http import FakeTerminology, terminology_http

PROFILE = "http://example.dk/StructureDefinition/bound"
REMOTE = "http://example.dk/ValueSet/remote"
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
    assert (answer.verdict, [one.kind for one in answer.remarks]) == (verdict, kinds)
    assert "0101901234" not in answer.why


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b"\xff", said("yes"), said(None), b'{"resourceType":"Parameters","parameter":7}']
)
def test_what_is_no_answer_is_told(body: bytes) -> None:
    told = silence("The terminology server cannot tell.")
    assert answering(body).answer(Question((LOINC,))) == told
    assert answering(said(True), status=500).answer(Question((LOINC,))) == told


def test_a_server_that_is_away_is_left_alone_for_a_while() -> None:
    calls: list[int] = []

    def away(_: httpx2.Request) -> httpx2.Response:
        calls.append(1)
        raise httpx2.ConnectError("no route")

    now = [0.0]
    http = httpx2.Client(transport=httpx2.MockTransport(away))
    asked_often = TerminologyServer(http, "https://tx.example/r4", lambda: now[0])
    told = silence("The terminology server does not answer.")
    assert [asked_often.answer(Question((Coded("s", code),), "http://v")) for code in "abc"] == [told] * 3
    assert len(calls) == 1
    now[0] = 31.0
    asked_often.answer(Question((LOINC,)))
    assert len(calls) == 2


def test_an_answer_without_end_is_given_up() -> None:
    now = [0.0]

    def endless() -> Iterator[bytes]:
        while True:
            now[0] += 1.0
            yield b" "

    http = httpx2.Client(transport=httpx2.MockTransport(lambda _: httpx2.Response(200, content=endless())))
    assert TerminologyServer(http, "https://tx.example/r4", lambda: now[0]).answer(Question((LOINC,))).silent
    assert now[0] < 20.0


def judged(fake: FakeTerminology, *codes: str) -> list[tuple[str, str]]:
    """What is said of an Observation whose code is bound to the value set, by a guide that has neither."""
    structure = {
        "resourceType": "StructureDefinition",
        "url": PROFILE,
        "name": "Bound",
        "status": "active",
        "kind": "resource",
        "abstract": False,
        "type": "Observation",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Observation",
        "derivation": "constraint",
        "differential": {
            "element": [
                {"id": "Observation", "path": "Observation"},
                {
                    "id": "Observation.code",
                    "path": "Observation.code",
                    "binding": {"strength": "required", "valueSet": REMOTE},
                },
            ]
        },
    }
    context = Context.load(open_store(()), "hl7.fhir.r4.core").adding([structure])
    validator = Validator(context, Terminology(context, terminology_sources(fake.base)))
    found = [
        validator.validate(
            {
                "resourceType": "Observation",
                "status": "final",
                "code": {"coding": [{"system": "http://sys.example", "code": code}]},
            },
            [PROFILE],
        )
        for code in codes
    ]
    return [(one.code, one.text) for issues in found for one in issues if one.code.startswith(("bind", "coding"))]


def test_a_value_set_that_the_server_lists_is_listed_once() -> None:
    with terminology_http() as fake:
        fake.listed[REMOTE] = [("http://sys.example", "a"), ("http://sys.example", "b")]
        found = judged(fake, "a", "b", "c")
    wrong = [text for code, text in found if code == "binding-required"]
    assert len(wrong) == 1
    assert "The terminology server does not list it" in wrong[0]
    assert [path for path in fake.asked if path.endswith("$expand")] == ["/r4/ValueSet/$expand"]


def test_what_the_server_cannot_tell_is_a_warning_that_says_so() -> None:
    with terminology_http() as fake:
        found = judged(fake, "a", "b")
    assert {code for code, _ in found} == {"coding-undecided"}
    assert all("The terminology server cannot tell." in text for _, text in found)
    assert fake.asked.count("/r4/ValueSet/$expand") == 1


def test_a_list_that_is_not_whole_leaves_the_question_open() -> None:
    with terminology_http() as fake:
        contains = [{"system": "http://sys.example", "code": "a"}]
        listed = {"resourceType": "ValueSet", "expansion": {"total": 2, "contains": contains}}
        fake.answers["/r4/ValueSet/$expand"] = (200, json.dumps(listed).encode())
        asking = TerminologyServer(httpx2.Client(), fake.base)
        answers = [asking.answer(Question((Coded("http://sys.example", code),), REMOTE)).verdict for code in "ab"]
        assert asking.answer(Question((Coded("", "a"),), REMOTE)).verdict is Verdict.YES
    assert answers == [Verdict.YES, Verdict.UNKNOWN]


def test_a_question_is_asked_once() -> None:
    calls: list[int] = []

    def answer(_: httpx2.Request) -> httpx2.Response:
        calls.append(1)
        return httpx2.Response(200, content=said(True))

    asked_twice = server(answer)
    assert [asked_twice.answer(Question((LOINC,))).verdict for _ in range(2)] == [Verdict.YES] * 2
    assert len(calls) == 1


def test_where_to_ask(tmp_path: Path) -> None:
    assert terminology_sources("") == ()
    assert len(terminology_sources(str(tmp_path))) == 1
    assert len(terminology_sources("https://tx.example/r4")) == 1
    for wrong in ("http://tx.example/r4", str(tmp_path / "none"), "ftp://x/y"):
        with pytest.raises(SettingsError):
            terminology_sources(wrong)
