"""A FHIR terminology server as a source of terminology: asked what the packages do not know.

Asked first is whether the codes are right ($validate-code); a server that cannot tell is asked to list the value set
($expand). What is sent is codings, languages and the definition of a value set, never anything else of a message.
Nothing here raises: a server that is away, slow, or answers with something else is silent, and the finding says so.
Answers are remembered; a server that was away is left alone for a while.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import httpx2
import orjson

from gateway.errors import SettingsError
from gateway.outgoing import FHIR_JSON, is_safe, open_public_http
from gateway.terminology_wire import (
    expansion_in,
    expansion_parameters,
    membership_by,
    membership_in,
    question_parameters,
)
from profiles.membership import Membership, Question, TerminologySource, silence
from profiles.memo import Memo
from profiles.recorded_answers import RecordedAnswers
from profiles.value_sets import Expansion

Json: TypeAlias = dict[str, Any]

_LARGEST_ANSWER = 5_000_000
_MOST_REMEMBERED = 50_000
_MOST_EXPANSIONS = 100
_SECONDS = 10.0
"""Longest time an answer may take in all."""
_LEFT_ALONE = 30.0
"""Seconds for which a server that was away is not asked again, nor for an expansion that it did not give."""
_PASSING = frozenset({429, 502, 503, 504})


def terminology_sources(where: str) -> tuple[TerminologySource, ...]:
    """What is asked about codes that the packages do not know: the server at a url, or the answers recorded in a folder
    (`.cache` files of the HL7 Java validator); "" for nothing.

    Raises SettingsError for what is neither: a server must be https, or on this machine.
    """
    if not where:
        return ()
    if ":/" in where:
        if not is_safe(where):
            raise SettingsError("terminology: the server's url is no https address; correct it.")
        return (TerminologyServer(open_public_http(_SECONDS), where),)
    folder = Path(where).expanduser()
    if not folder.is_dir():
        raise SettingsError(f"terminology: there is no folder {where}; name one, or the url of a server.")
    return (RecordedAnswers.of_folder(folder),)


@dataclass(frozen=True, slots=True)
class _Listed:
    """A value set as the server listed it, None where it did not; and until when that counts."""

    codes: Expansion | None
    until: float


class TerminologyServer:
    """One terminology server. http: the client to ask with; base: its FHIR base url; clock: seconds, for pauses."""

    def __init__(self, http: httpx2.Client, base: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._http, self._base, self._clock = http, base.rstrip("/"), clock
        self._known: Memo[Question, Membership] = Memo(_MOST_REMEMBERED)
        self._expansions: Memo[tuple[str, str], _Listed] = Memo(_MOST_EXPANSIONS)
        self._away_until = 0.0

    def answer(self, question: Question) -> Membership:
        """What the server says; a silent answer where it says nothing that can be understood."""
        known = self._known.get(question)
        if known is None:
            known = self._validated(question) or self._expanded(question) or self._silence()
            if not known.silent:
                self._known[question] = known
        return known

    def _validated(self, question: Question) -> Membership | None:
        said = self._said(
            "ValueSet" if question.value_set else "CodeSystem", "validate-code", question_parameters(question)
        )
        return membership_in(said) if said is not None else None

    def _expanded(self, question: Question) -> Membership | None:
        listed = self._listed(question) if question.value_set else None
        return membership_by(listed, question) if listed is not None else None

    def _listed(self, question: Question) -> Expansion | None:
        """The codes of a question's value set; None where the server does not list it."""
        key = (question.value_set, question.compose)
        known = self._expansions.get(key)
        if known is None or known.until < self._clock():
            said = self._said("ValueSet", "expand", expansion_parameters(question))
            listed = expansion_in(said) if said is not None else None
            until = self._clock() + _LEFT_ALONE if listed is None else float("inf")
            known = self._expansions[key] = _Listed(listed, until)
        return known.codes

    def _silence(self) -> Membership:
        if self._clock() < self._away_until:
            return silence("The terminology server does not answer.")
        return silence("The terminology server cannot tell.")

    def _said(self, kind: str, operation: str, parameters: Json) -> Json | None:
        """The resource the server answers with; None for anything else, and at once while it is left alone."""
        if self._clock() < self._away_until:
            return None
        headers = {"Content-Type": FHIR_JSON, "Accept": FHIR_JSON}
        url, body = f"{self._base}/{kind}/${operation}", orjson.dumps(parameters)
        try:
            with self._http.stream("POST", url, headers=headers, content=body) as answer:
                if answer.status_code in _PASSING:
                    self._leave_alone()
                return _resource(self._read(answer)) if answer.status_code == 200 else None
        except httpx2.TransportError:
            self._leave_alone()
        except httpx2.HTTPError:
            pass
        return None

    def _leave_alone(self) -> None:
        self._away_until = self._clock() + _LEFT_ALONE

    def _read(self, answer: httpx2.Response) -> bytes:
        """The body, or nothing where it is larger, or takes longer to come, than any answer should."""
        body, end = bytearray(), self._clock() + _SECONDS
        for chunk in answer.iter_bytes():
            body += chunk
            if len(body) > _LARGEST_ANSWER or self._clock() > end:
                return b""
        return bytes(body)


def _resource(body: bytes) -> Json | None:
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None
