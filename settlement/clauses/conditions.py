"""Clauses that decide whether anything is paid: eligibility of a course, required and excluded facts."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from settlement.clauses.forms import FlagName, Number, TextName, Words
from settlement.clauses.sheet import Outcome, Sheet, Worked
from settlement.eligibility import PREDICATES, Reason

PASSED = Worked(Fraction(), {})
"""What a condition that holds comes to: nothing, in no words."""


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Predicates an episode must fulfil to be paid; the first that fails is the reason.

    What was eligible when a line was written is not asked again.
    """

    requires: Words

    def work(self, sheet: Sheet) -> Outcome:
        """Nothing, or the first predicate's reason."""
        if sheet.case is not None:
            for name in self.requires:
                reason = PREDICATES[name](sheet.case)
                if reason is not None:
                    return reason
        return PASSED


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Kinds that are not paid: sterilisation, fertility treatment, radiotherapy (S1 2.2, note 6)."""

    fact: TextName
    values: Words

    def work(self, sheet: Sheet) -> Outcome:
        """Nothing, or the reason "excluded"."""
        value = sheet.text(self.fact)
        return Reason("excluded", f"{self.fact} = {value}") if value in self.values else PASSED


@dataclass(frozen=True, slots=True)
class Inclusion:
    """Kinds that alone are paid."""

    fact: TextName
    values: Words

    def work(self, sheet: Sheet) -> Outcome:
        """Nothing, or the reason "not-covered"."""
        value = sheet.text(self.fact)
        return PASSED if value in self.values else Reason("not-covered", f"{self.fact} = {value}")


@dataclass(frozen=True, slots=True)
class Requirement:
    """A yes that must be given: first dose in hospital (Syddanmark 2025), project conditions kept (S4 section 5)."""

    fact: FlagName

    def work(self, sheet: Sheet) -> Outcome:
        """Nothing, or the reason "requirement-not-met"."""
        return PASSED if sheet.flag(self.fact) else Reason("requirement-not-met", self.fact)


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number that must lie within a least and a most."""

    number: Number
    at_least: Number | None = None
    at_most: Number | None = None

    def work(self, sheet: Sheet) -> Outcome:
        """Nothing, or the reason "outside-threshold"."""
        value = sheet.number(self.number)
        low = self.at_least is not None and value < sheet.number(self.at_least)
        high = self.at_most is not None and value > sheet.number(self.at_most)
        return Reason("outside-threshold", str(self.number)) if low or high else PASSED
