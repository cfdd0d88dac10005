"""What a registered course comes to by an agreement, so that a claim can be held against it in kroner."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from settlement.agreements import Agreement
from settlement.clauses.conditions import Eligibility
from settlement.clauses.sheet import Fact
from settlement.course_facts import facts_of
from settlement.eligibility import Reason
from settlement.evaluating import Evaluator, amounts
from settlement.lines import Line, LineKind
from settlement.organisations import Directory
from settlement.periods import Month
from settlement.registrations import NEAR_DAYS, Registration


class RegisteredPrices:
    """Prices registrations under one agreement in one month.

    A registration states IV type, category, municipality and start. What else the agreement asks of a course (days,
    visits) is taken from the course claimed, where there is one near it: it is what was done, and nobody's to register.
    evaluator: of the agreement, where one is at hand that remembers other months' or municipalities' courses.
    """

    def __init__(self, agreement: Agreement, lines: Iterable[Line], evaluator: Evaluator | None = None) -> None:
        self._agreement = agreement
        self._evaluator = evaluator or Evaluator(agreement)
        self._claimed: dict[tuple[str, str], list[Line]] = {}
        for line in lines:
            if line.kind is LineKind.CHARGE and line.agreement == agreement.id:
                self._claimed.setdefault((line.citizen, line.municipality), []).append(line)

    def __call__(self, one: Registration) -> int | None:
        """Oere, of the parts the month claims; None where the agreement has no price, or asks what nobody has said."""
        course = self._course(one)
        facts: dict[str, Fact] = facts_of(course[0]) if course else {}
        facts |= {"iv-type": one.iv_type, "category": one.category, "municipality": one.municipality}
        if set(self._agreement.facts) - facts.keys() or not (one.iv_type and one.category):
            return None
        return self._sum(one.start, facts, {line.part for line in course})

    def _course(self, one: Registration) -> list[Line]:
        """The lines of the claimed course nearest to a registration."""
        near = [
            line for line in self._claimed.get((one.citizen, one.municipality), []) if _apart(line, one) <= NEAR_DAYS
        ]
        nearest = min(near, key=lambda line: (_apart(line, one), line.episode), default=None)
        return [line for line in near if nearest and line.episode == nearest.episode]

    def _sum(self, on: date, facts: Mapping[str, Fact], parts: set[str]) -> int | None:
        outcome = self._evaluator.sheet(on, facts)
        if isinstance(outcome, Reason):
            return None
        paid = [
            outcome.results[each.id] for each in self._agreement.clauses if each.pays and each.id in outcome.results
        ]
        due = [pair for result in paid if not result.carried for pair in amounts(result).items()]
        return sum(amount for part, amount in due if not parts or part in parts)


def is_paid_by(one: Registration, agreement: Agreement, directory: Directory) -> bool:
    """Whether the course is any of the agreement's business: it starts while it is in force, in a region that pays."""
    region = directory.region_of(one.municipality, one.start)
    in_force = agreement.valid_from <= one.start <= agreement.valid_to
    payers = [party for party in agreement.parties if party.role == "payer" and party.code == region]
    asked = any(
        isinstance(clause.rule, Eligibility) and "region-pays" in clause.rule.requires for clause in agreement.clauses
    )
    return in_force and (not asked or any(party.valid_from <= one.start <= party.valid_to for party in payers))


def payer(one: Registration, directory: Directory, month: Month) -> str:
    """The region that answers for a registered course when the month is closed."""
    return directory.successor(directory.region_of(one.municipality, one.start), month.last_day)


def _apart(line: Line, one: Registration) -> int:
    return abs((line.service_date - one.start).days)
