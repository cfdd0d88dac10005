"""Answers a terminology server gave earlier, as the HL7 Java validator keeps them in its cache folder.

A `.cache` file holds blocks between lines of hyphens: a request in JSON, `####`, and the answer after `v: `. A request
has a Coding, a CodeableConcept or a bare code, and the url of a value set or none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import orjson

from profiles.membership import Coded, Membership, Question, Remark, Verdict

Json: TypeAlias = dict[str, Any]

_BLOCK = re.compile(r"^-{20,}\r?\n", re.MULTILINE)
_MESSAGE_ID = "http://hl7.org/fhir/StructureDefinition/operationoutcome-message-id"
_MOST_PARTS = 10
_DISPLAY_ONLY = frozenset({"invalid-display", "display-comment"})
_NOT_KNOWN = ("CODESYSTEM_UNSUPPORTED", "VALUESET_UNSUPPORTED", "SERVER_ERROR", "NOSERVICE", "BLOCKED_BY_OPTIONS")


class RecordedAnswers:
    """Recorded answers as a source of terminology: exact requests first, then those that differ in display only."""

    def __init__(self, answers: Iterable[tuple[Question, Membership]]) -> None:
        """answers: where a question comes twice, the first counts."""
        self._exact: dict[Question, Membership] = {}
        self._plain: dict[Question, Membership] = {}
        for question, answer in answers:
            self._exact.setdefault(_unversioned(question), answer)
            self._plain.setdefault(_plain(question), _without_display(answer))

    @classmethod
    def of_folder(cls, folder: Path) -> RecordedAnswers:
        """All answers of the `.cache` files of a folder, in order of name."""
        return cls(found for file in sorted(folder.glob("*.cache")) for found in read_cache(file.read_text("utf-8")))

    def answer(self, question: Question) -> Membership | None:
        """The recorded answer; of a value set asked for include by include (`url--0`), of one of them that holds the
        codes, else of the first asked for. None where there is none."""
        whole = self._recorded(question)
        if whole is not None or not question.value_set:
            return whole
        url = question.value_set.partition("|")[0]
        parts = (self._recorded(Question(question.codings, f"{url}--{number}")) for number in range(_MOST_PARTS))
        found = [part for part in parts if part is not None]
        return next((part for part in found if part.verdict is Verdict.YES), next(iter(found), None))

    def _recorded(self, question: Question) -> Membership | None:
        found = self._exact.get(_unversioned(question))
        return found if found is not None else self._plain.get(_plain(question))


def read_cache(text: str) -> Iterator[tuple[Question, Membership]]:
    """The questions and answers of one cache file; blocks that are neither are left out."""
    for block in _BLOCK.split(text):
        request, _, response = block.partition("####")
        kind, _, body = response.strip().partition(":")
        asked, said = _object(request), _object(body)
        question = _question(asked) if asked else None
        if kind == "v" and question is not None and said is not None:
            yield question, _membership(said)


def _object(text: str) -> Json | None:
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None


def _question(asked: Json) -> Question | None:
    code = asked.get("code")
    if not isinstance(code, dict) or isinstance(asked.get("valueSet"), dict):
        return None
    codings = code.get("coding", [code])
    return Question(tuple(_coded(coding) for coding in codings), str(asked.get("url") or ""))


def _coded(coding: Mapping[str, Any]) -> Coded:
    return Coded(*(str(coding.get(name, "")) for name in ("system", "code", "display", "version")))


def _membership(said: Json) -> Membership:
    remarks = tuple(_remark(issue) for issue in said.get("issues", {}).get("issue", ()))
    why = str(said.get("error", ""))
    if said.get("class") in _NOT_KNOWN:
        return Membership(Verdict.UNKNOWN, why, remarks)
    errors = {remark.kind for remark in remarks if remark.severity == "error"}
    wrong = said.get("severity") == "error" and not (errors and errors <= _DISPLAY_ONLY)
    return Membership(Verdict.NO if wrong else Verdict.YES, why if wrong else "", remarks)


def _remark(issue: Json) -> Remark:
    """kind: the terminology issue type ("invalid-display"), or where there is none, the issue's own code."""
    details = issue.get("details", {})
    kinds = [str(coding.get("code")) for coding in details.get("coding", ())]
    ids = [str(item.get("valueString")) for item in issue.get("extension", ()) if item.get("url") == _MESSAGE_ID]
    return Remark(
        severity=str(issue.get("severity", "")),
        kind=kinds[0] if kinds else str(issue.get("code", "")),
        code=ids[0] if ids else "",
        text=str(details.get("text", "")),
        expression=next(iter(issue.get("expression", ())), ""),
    )


def _unversioned(question: Question) -> Question:
    """The value set without its version, which a request has beside the url."""
    return Question(question.codings, question.value_set.partition("|")[0])


def _plain(question: Question) -> Question:
    codings = tuple(Coded(coded.system, coded.code) for coded in question.codings)
    return Question(codings, question.value_set.partition("|")[0])


def _without_display(answer: Membership) -> Membership:
    kept = tuple(remark for remark in answer.remarks if remark.kind not in _DISPLAY_ONLY)
    return Membership(answer.verdict, answer.why, kept)
