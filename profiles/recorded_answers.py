"""Answers a terminology server gave earlier, as the HL7 Java validator keeps them in its cache folder.

A `.cache` file holds blocks between lines of hyphens: a request in JSON, `####`, and the answer after `v: `. A request
has a Coding, a CodeableConcept or a bare code, and the url of a value set or none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import orjson

from profiles.json_shapes import unnumbered
from profiles.membership import Coded, Membership, Question, Remark, Verdict, composed

Json: TypeAlias = dict[str, Any]

_BLOCK = re.compile(r"^-{20,}\r?\n", re.MULTILINE)
_MESSAGE_ID = "http://hl7.org/fhir/StructureDefinition/operationoutcome-message-id"
_MOST_PARTS = 10
_DISPLAY_ONLY = frozenset({"invalid-display", "display-comment"})
_NOT_KNOWN = ("CODESYSTEM_UNSUPPORTED", "VALUESET_UNSUPPORTED", "SERVER_ERROR", "NOSERVICE", "BLOCKED_BY_OPTIONS")
_USUAL = "en-US"
"""The language a request means that names none."""

Codings: TypeAlias = tuple[Coded, ...]
Key: TypeAlias = tuple[Codings, str]


@dataclass(frozen=True, slots=True)
class Recorded:
    """One request with its answer. editions: the versions of code systems that it was to be judged by."""

    question: Question
    answer: Membership
    editions: frozenset[str] = frozenset()


class RecordedAnswers:
    """Recorded answers as a source of terminology: exact requests first, then those that differ in display only."""

    def __init__(self, answers: Iterable[Recorded], editions: Iterable[str] = ()) -> None:
        """answers: where a request comes twice, the first counts. editions: `system|version` to judge by; answers for
        other editions are left out."""
        wanted = frozenset(editions)
        self._exact: dict[Key, dict[str, Membership]] = {}
        self._plain: dict[Key, dict[str, Membership]] = {}
        self._unsupported: set[str] = set()
        for one in answers:
            if one.editions == wanted:
                self._keep(one.question, one.answer)

    @classmethod
    def of_folder(cls, folder: Path, editions: Iterable[str] = ()) -> RecordedAnswers:
        """All answers of the `.cache` files of a folder, in order of name."""
        texts = (file.read_text("utf-8") for file in sorted(folder.glob("*.cache")))
        return cls((found for text in texts for found in read_cache(text)), editions)

    def answer(self, question: Question) -> Membership | None:
        """The recorded answer; of a value set asked for include by include (`url--0`), of one of them that holds the
        codes, else of the first asked for. None where there is none."""
        url, _, version = question.value_set.partition("|")
        targets = [f"{url}|{version}", f"{url}|"] if version else [f"{url}|", url]
        targets += [question.compose] if question.compose else []
        tried = (self._recorded(question, target) for target in targets if url)
        whole = next((one for one in tried if one is not None), None)
        if whole is not None:
            return whole
        if not url:
            return self._recorded(question, "") or self._of_no_system(question)
        parts = (self._recorded(question, f"{url}--{number}") for number in range(_MOST_PARTS))
        found = [part for part in parts if part is not None]
        return next((part for part in found if part.verdict is Verdict.YES), next(iter(found), None))

    def _of_no_system(self, question: Question) -> Membership | None:
        """What another answer tells: a code of a system that the server did not know then cannot be judged now."""
        system = question.codings[0].system
        if len(question.codings) != 1 or system not in self._unsupported:
            return None
        told = f"The terminology server does not know the code system {system}."
        return Membership(Verdict.UNKNOWN, told, (Remark("error", "not-found", "", told, "Coding", "not-found"),))

    def _keep(self, question: Question, answer: Membership) -> None:
        alone = len(question.codings) == 1 and not question.value_set and not question.codings[0].version
        if alone and answer.verdict is Verdict.UNKNOWN:
            self._unsupported.add(question.codings[0].system)
        url = question.value_set.partition("|")[0]
        targets = {question.value_set, url} if url else {question.compose}
        for target in targets:
            exact = self._exact.setdefault((question.codings, target), {})
            exact.setdefault(question.language, answer)
            plain = self._plain.setdefault((_plain(question.codings), target), {})
            plain.setdefault(question.language, _without_display(answer))

    def _recorded(self, question: Question, target: str) -> Membership | None:
        known = self._exact.get((question.codings, target)) or self._plain.get((_plain(question.codings), target), {})
        return _in_language(known, question.language or _USUAL)


def _in_language(known: Mapping[str, Membership], language: str) -> Membership | None:
    """The answer in a language; else one without what it says of displays."""
    for name in (language, "" if language == _USUAL else language):
        if name in known:
            return known[name]
    other = next(iter(known.values()), None)
    return None if other is None else _without_display(other)


def read_cache(text: str) -> Iterator[Recorded]:
    """The requests and answers of one cache file; blocks that are neither are left out."""
    for block in _BLOCK.split(text):
        request, _, response = block.partition("####")
        kind, _, body = response.strip().partition(":")
        asked, said = _object(request), _object(body)
        question = _question(asked) if asked else None
        if kind == "v" and question is not None and said is not None:
            yield Recorded(question, _membership(said), _editions(asked or {}))


def _object(text: str) -> Json | None:
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None


def _question(asked: Json) -> Question | None:
    code = asked.get("code")
    if not isinstance(code, dict):
        return None
    codings = tuple(_coded(coding) for coding in code.get("coding", [code]))
    language = str(asked.get("langs") or "").partition(",")[0].strip()
    inline = asked.get("valueSet")
    if isinstance(inline, dict):
        return Question(codings, language=language, compose=composed(inline))
    return Question(codings, _canonical(asked), language)


def _canonical(asked: Json) -> str:
    """The value set a request names: `url|version`, `url|` where it says no version."""
    url, version = str(asked.get("url") or ""), str(asked.get("version") or "")
    return f"{url}|{version}" if url else ""


def _editions(asked: Json) -> frozenset[str]:
    """The versions of code systems a request asks to be judged by, as `system|version`."""
    profile = asked.get("profile")
    parameters = profile.get("parameter", ()) if isinstance(profile, dict) else ()
    return frozenset(
        value
        for one in parameters
        if one.get("name") in ("system-version", "force-system-version")
        for key, value in one.items()
        if key.startswith("value") and isinstance(value, str)
    )


def _coded(coding: Mapping[str, Any]) -> Coded:
    return Coded(*(str(coding.get(name, "")) for name in ("system", "code", "display", "version")))


def _membership(said: Json) -> Membership:
    remarks = tuple(_remark(issue) for issue in said.get("issues", {}).get("issue", ()))
    why = unnumbered(str(said.get("error", "")))
    if said.get("class") in _NOT_KNOWN:
        return Membership(Verdict.UNKNOWN, why, remarks)
    errors = {remark.kind for remark in remarks if remark.severity == "error"}
    wrong = said.get("severity") in ("error", "fatal") and not (errors and errors <= _DISPLAY_ONLY)
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
        issue=str(issue.get("code", "")),
    )


def _plain(codings: Codings) -> Codings:
    return tuple(Coded(coded.system, coded.code) for coded in codings)


def _without_display(answer: Membership) -> Membership:
    kept = tuple(remark for remark in answer.remarks if remark.kind not in _DISPLAY_ONLY)
    return Membership(answer.verdict, answer.why, kept)
