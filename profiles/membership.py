"""Questions to terminology and their answers: is a code of a value set, or of its own code system?

An answer is yes, no or unknown, and an unknown one says why: it becomes a warning, never silence and never an error.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

import orjson

from profiles.json_shapes import unnumbered


class Verdict(StrEnum):
    """What is known: yes, no, or that it is not known."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Coded:
    """A code as a message holds it; "" for what is not said."""

    system: str
    code: str
    display: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """Whether one of the codings is in the value set; "" for the value set asks for their own code systems.

    value_set: its url, with its version where that is known (`url|version`). language: of displays, "" for any.
    compose: what the value set is composed of, as JSON with sorted keys, for a source that does not know its url.
    """

    codings: tuple[Coded, ...]
    value_set: str = ""
    language: str = ""
    compose: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something more that a terminology server said: severity as in OperationOutcome.issue, what kind it is for
    terminology, a message id, the text, the expression from the Coding or CodeableConcept on, and the issue's code."""

    severity: str
    kind: str
    code: str
    text: str
    expression: str = ""
    issue: str = ""


@dataclass(frozen=True, slots=True)
class Membership:
    """An answer. why: for no and unknown, a sentence that names systems and value sets, not the code. silent: it is no
    answer of the source that was asked, but why it gave none."""

    verdict: Verdict
    why: str = ""
    remarks: tuple[Remark, ...] = ()
    silent: bool = False


class TerminologySource(Protocol):
    """Terminology beyond the packages: recorded answers, or a server."""

    def answer(self, question: Question) -> Membership | None:
        """The answer; None where the source has none, a silent one where it should have one. Does not raise."""


YES = Membership(Verdict.YES)


def no(why: str) -> Membership:
    """It is not. why: shown to people, so ten digits in a row are left out."""
    return Membership(Verdict.NO, unnumbered(why))


def unknown(why: str) -> Membership:
    """It cannot be decided. why: as for no."""
    return Membership(Verdict.UNKNOWN, unnumbered(why))


def silence(why: str) -> Membership:
    """Who was asked did not answer. why: as for no."""
    return Membership(Verdict.UNKNOWN, unnumbered(why), silent=True)


def either(one: Membership, other: Membership) -> Membership:
    """Whether one of the two holds."""
    for verdict in (Verdict.YES, Verdict.UNKNOWN):
        if verdict in (one.verdict, other.verdict):
            return one if one.verdict is verdict else other
    return one


def both(one: Membership, other: Membership) -> Membership:
    """Whether the two hold."""
    for verdict in (Verdict.NO, Verdict.UNKNOWN):
        if verdict in (one.verdict, other.verdict):
            return one if one.verdict is verdict else other
    return one


def contrary(one: Membership, why: str) -> Membership:
    """Whether it does not hold; why: it then does."""
    if one.verdict is Verdict.UNKNOWN:
        return one
    return no(why) if one.verdict is Verdict.YES else YES


def composed(value_set: dict[str, Any]) -> str:
    """What a value set is composed of, as JSON with sorted keys; "" where it says nothing of that."""
    compose = value_set.get("compose")
    return orjson.dumps(compose, option=orjson.OPT_SORT_KEYS).decode() if isinstance(compose, dict) else ""
