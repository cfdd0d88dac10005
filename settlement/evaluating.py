"""Evaluating: what an agreement's clauses come to on facts, and a line calculated again from the facts it states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from settlement.agreements import Agreement
from settlement.clauses.kinds import whole_parts
from settlement.clauses.sheet import Fact, Sheet, Worked
from settlement.course_facts import facts_of
from settlement.eligibility import Reason
from settlement.lines import Line, LineKind
from settlement.money import rounded


class Evaluator:
    """Evaluates one agreement on the facts of many courses. What it comes to depends on the day and the facts
    its clauses name alone, so it is remembered by them: of a million courses there are some hundred kinds."""

    def __init__(self, agreement: Agreement) -> None:
        self._agreement = agreement
        self._sheets: dict[tuple[object, ...], Sheet | Reason] = {}

    def sheet(self, on: date, facts: Mapping[str, Fact]) -> Sheet | Reason:
        """What every clause in force on that day comes to; the first reason why nothing is paid."""
        named = {name: facts[name] for name in self._agreement.facts if name in facts}
        key = (on, *((name, hashable(fact)) for name, fact in named.items()))
        found = self._sheets.get(key)
        if found is None:
            found = self._sheets[key] = evaluated(self._agreement, Sheet(on, named))
        return found

    def line(self, line: Line) -> int | None:
        """A written line's amount in oere from the facts it states; None where the agreement no longer has the rate."""
        if line.approved is not None:
            return -line.approved
        outcome = self.sheet(line.service_date, facts_of(line))
        result = None if isinstance(outcome, Reason) else outcome.results.get(line.clause)
        if result is None:
            return None
        amount = amounts(result).get(line.part, 0)
        return -amount if line.kind is LineKind.REVERSAL else amount


def recalculated(line: Line, agreement: Agreement) -> int | None:
    """One written line's amount in oere; see `Evaluator.line`."""
    return Evaluator(agreement).line(line)


def evaluated(agreement: Agreement, sheet: Sheet) -> Sheet | Reason:
    """The sheet with what every clause in force comes to; the first reason why nothing is paid."""
    for clause in agreement.clauses:
        outcome = clause.apply(sheet)
        if isinstance(outcome, Reason):
            return outcome
        if outcome is not None:
            sheet = replace(sheet, results={**sheet.results, clause.id: outcome})
    return sheet


def amounts(result: Worked) -> dict[str, int]:
    """What is paid of a result in whole oere, by part ("" where it is not split); the parts sum to it rounded."""
    whole = rounded(result.amount)
    return whole_parts(result.parts, whole) if result.parts else {"": whole}


def hashable(fact: Fact) -> object:
    """A fact as something to remember by."""
    return fact if isinstance(fact, str) or not isinstance(fact, Mapping) else tuple(fact.items())
