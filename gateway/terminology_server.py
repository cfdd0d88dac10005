"""A FHIR terminology server as a source of terminology: asked what the packages do not know (R4,
CodeSystem-operation-validate-code, ValueSet-operation-validate-code).

What is sent is codings, languages and the definition of a value set, never anything else of a message. Nothing here
raises: a server that is away, slow, or answers with something else has no answer, and the finding says that the code
could not be judged. Answers are remembered.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any, TypeAlias

import httpx2
import orjson

from gateway.errors import SettingsError
from gateway.region_client import FHIR_JSON, LOOPBACK
from profiles.json_shapes import an_object, objects, text, texts, unnumbered
from profiles.membership import Coded, Membership, Question, Remark, TerminologySource, Verdict
from profiles.recorded_answers import RecordedAnswers

Json: TypeAlias = dict[str, Any]

_LARGEST_ANSWER = 2_000_000
_MOST_REMEMBERED = 50_000
_SECONDS = 10.0
_ISSUE_TYPE = "http://hl7.org/fhir/tools/CodeSystem/tx-issue-type"


def terminology_sources(where: str) -> tuple[TerminologySource, ...]:
    """What is asked about codes that the packages do not know: the server at a url, or the answers recorded in a folder
    (`.cache` files of the HL7 Java validator); "" for nothing.

    Raises SettingsError for what is neither: a server must be https, or on this machine.
    """
    if not where:
        return ()
    if ":/" not in where:
        folder = Path(where).expanduser()
        if not folder.is_dir():
            raise SettingsError(f"terminology: there is no folder {where}; name one, or the url of a server.")
        return (RecordedAnswers.of_folder(folder),)
    with contextlib.suppress(httpx2.InvalidURL):
        url = httpx2.URL(where)
        if (url.scheme == "https" and url.host) or (url.scheme == "http" and url.host in LOOPBACK):
            http = httpx2.Client(follow_redirects=False, trust_env=False, timeout=_SECONDS)
            return (TerminologyServer(http, where),)
    raise SettingsError("terminology: the server's url is no https address; correct it.")


class TerminologyServer:
    """One terminology server. http: the client to ask with; base: its FHIR base url."""

    def __init__(self, http: httpx2.Client, base: str) -> None:
        self._http, self._base = http, base.rstrip("/")
        self._known: dict[Question, Membership] = {}

    def answer(self, question: Question) -> Membership | None:
        """What the server says; None where it says nothing that can be understood."""
        known = self._known.get(question)
        if known is not None:
            return known
        said = self._said(question)
        answer = _membership(said) if said is not None else None
        if answer is not None and len(self._known) < _MOST_REMEMBERED:
            self._known[question] = answer
        return answer

    def _said(self, question: Question) -> Json | None:
        url = f"{self._base}/{'ValueSet' if question.value_set else 'CodeSystem'}/$validate-code"
        headers = {"Content-Type": FHIR_JSON, "Accept": FHIR_JSON}
        try:
            with self._http.stream("POST", url, headers=headers, content=orjson.dumps(_asked(question))) as answer:
                body = _read(answer) if answer.status_code == 200 else None
        except httpx2.HTTPError:
            return None
        return _parameters(body) if body is not None else None


def _asked(question: Question) -> Json:
    """The Parameters of a question. A value set is sent along where its composition is known."""
    parameters: list[Json] = []
    url, _, version = question.value_set.partition("|")
    if url and question.compose:
        definition = {"resourceType": "ValueSet", "url": url, "status": "active"}
        compose = orjson.loads(question.compose)
        parameters.append({"name": "valueSet", "resource": {**definition, "compose": compose}})
    elif url:
        parameters.append({"name": "url", "valueUri": url})
        parameters += [{"name": "valueSetVersion", "valueString": version}] if version else []
    if question.language:
        parameters.append({"name": "displayLanguage", "valueCode": question.language})
    return {"resourceType": "Parameters", "parameter": [*parameters, *_coded(question)]}


def _coded(question: Question) -> list[Json]:
    """The codes of a question; a code without a system is to be found in whatever system the value set draws from."""
    first = question.codings[0]
    if not first.system and len(question.codings) == 1:
        return [{"name": "code", "valueCode": first.code}, {"name": "inferSystem", "valueBoolean": True}]
    codings = [_coding(one) for one in question.codings]
    return [{"name": "codeableConcept", "valueCodeableConcept": {"coding": codings}}]


def _coding(coded: Coded) -> Json:
    named = {"system": coded.system, "version": coded.version, "code": coded.code, "display": coded.display}
    return {name: value for name, value in named.items() if value}


def _read(answer: httpx2.Response) -> bytes | None:
    """The body, as far as it is not larger than any answer should be."""
    body = bytearray()
    for chunk in answer.iter_bytes():
        body += chunk
        if len(body) > _LARGEST_ANSWER:
            return None
    return bytes(body)


def _parameters(body: bytes) -> Json | None:
    """The parameters of an answer by name, each as its value or resource; None for anything else."""
    try:
        resource = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(resource, dict) or resource.get("resourceType") != "Parameters":
        return None
    return {
        str(one.get("name")): value
        for one in objects(resource.get("parameter"))
        for key, value in one.items()
        if key.startswith("value") or key == "resource"
    }


def _membership(said: Json) -> Membership | None:
    """The answer in our words. A system the server does not know leaves the question open."""
    result, message = said.get("result"), said.get("message")
    if not isinstance(result, bool):
        return None
    remarks = tuple(map(_remark, objects(an_object(said.get("issues")).get("issue"))))
    why = unnumbered(text(message)) or "The terminology server says so."
    if any(remark.kind == "not-found" for remark in remarks):
        return Membership(Verdict.UNKNOWN, why, remarks)
    errors = {remark.kind for remark in remarks if remark.severity == "error"}
    right = result or errors == {"invalid-display"}
    return Membership(Verdict.YES if right else Verdict.NO, "" if right else why, remarks)


def _remark(issue: Json) -> Remark:
    """An issue an answer has beside its result."""
    details = an_object(issue.get("details"))
    kinds = [text(one.get("code")) for one in objects(details.get("coding")) if one.get("system") == _ISSUE_TYPE]
    places = texts(issue.get("expression")) or texts(issue.get("location"))
    code = text(issue.get("code"))
    return Remark(
        severity=text(issue.get("severity")),
        kind=kinds[0] if kinds else code,
        code="",
        text=text(details.get("text")),
        expression=places[0] if places else "",
        issue=code,
    )
