"""Settling a period agreement: a party's inputs become entries with their explanation, or a reason why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from settlement.agreements import Agreement
from settlement.clauses.sheet import Fact, Sheet
from settlement.eligibility import Reason
from settlement.evaluating import amounts, evaluated


@dataclass(frozen=True, slots=True)
class Entry:
    """One amount of a period agreement: oere, negative where it is paid back. part: of a split amount.

    carried: due in the next period. explanation: the calculation as text, by language.
    """

    agreement: str
    clause: str
    part: str
    amount: int
    carried: bool
    explanation: dict[str, str]


@dataclass(frozen=True, slots=True)
class Settled:
    """What a party's period came to. reasons: why nothing is paid, by language; empty where it is settled."""

    entries: tuple[Entry, ...]
    reason: Reason | None = None

    @property
    def total(self) -> int:
        """What is due in this period, in oere."""
        return sum(entry.amount for entry in self.entries if not entry.carried)

    @property
    def carried(self) -> int:
        """What is due in the next period, in oere."""
        return sum(entry.amount for entry in self.entries if entry.carried)


def settle(agreement: Agreement, facts: Mapping[str, Fact], on: date) -> Settled:
    """What a period agreement comes to. facts: its inputs by id. on: the day that picks rates and clauses in force."""
    if not agreement.valid_from <= on <= agreement.valid_to:
        return Settled((), Reason("outside-agreement"))
    outcome = evaluated(agreement, Sheet(on, facts))
    if isinstance(outcome, Reason):
        return Settled((), outcome)
    entries = [
        Entry(agreement.id, clause.id, part, amount, result.carried, result.steps)
        for clause in agreement.clauses
        if clause.pays and (result := outcome.results.get(clause.id)) is not None
        for part, amount in amounts(result).items()
    ]
    return Settled(tuple(entries))
