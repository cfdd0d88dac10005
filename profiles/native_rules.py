"""Rules of R4 that stand in its text and in no invariant, by type."""

from __future__ import annotations

from dataclasses import dataclass

from profiles.plans import Check
from profiles.questionnaires import Find, response_check
from profiles.questions import Member


@dataclass(frozen=True, slots=True)
class Lookup:
    """What the rules ask for. questionnaire: by canonical. member: whether a code is in a value set."""

    questionnaire: Find
    member: Member


def natives_of(code: str, lookup: Lookup) -> list[Check]:
    """The rules of a type, as checks of an object of it."""
    if code == "QuestionnaireResponse":
        return [response_check(lookup.questionnaire, lookup.member)]
    return []
