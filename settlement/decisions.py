"""Decisions: what a region answered to a line, and what of it is therefore owed.

A line counts for what was approved of it: wholly, in part, or not at all. What was never approved is never taken back:
a rejected charge leaves its billable key free (Danish practice of settlement with regions: only an approved bill is
corrected by a reversal).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from settlement.lines import Line, LineKind


class Verdict(StrEnum):
    """What a decision comes to."""

    APPROVED = "approved"
    REDUCED = "reduced"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Decision:
    """A region's answer to one line. approved: oere, between 0 and the line's amount, which may be negative.

    reason: code of why not all is approved, "" where all is; text: the region's own words. decided_at: when the region
    decided; of several decisions on a line the latest counts. message: id of the message it was read from.
    """

    line: str
    approved: int
    reason: str
    text: str
    decided_at: datetime
    message: str


@dataclass(frozen=True, slots=True)
class Charge:
    """A charge that stands: not reversed. owed: oere of it that are owed; None while the region has not decided."""

    line: Line
    owed: int | None

    @property
    def verdict(self) -> Verdict | None:
        """How it was decided; None while it was not."""
        return None if self.owed is None else verdict_of(self.line, self.owed)


def verdict_of(line: Line, approved: int) -> Verdict:
    """What approving so many oere of a line comes to."""
    return verdict(line.amount, approved)


def verdict(amount: int, approved: int) -> Verdict:
    """What approving so many oere of an amount comes to: of nothing, nothing is all of it."""
    if approved == amount:
        return Verdict.APPROVED
    return Verdict.REDUCED if approved else Verdict.REJECTED


def latest(decisions: Iterable[Decision]) -> dict[str, Decision]:
    """The decision that counts of each line: the latest; of two at one time the one of the greater message id."""
    found: dict[str, Decision] = {}
    for decision in sorted(decisions, key=lambda one: (one.decided_at, one.message, one.approved)):
        found[decision.line] = decision
    return found


def standing_charges(
    lines: Iterable[Line], decisions: Mapping[str, Decision], *, silence_approves: bool
) -> dict[str, Charge]:
    """The last charge of each billable key that no reversal has taken back, with what is owed of it.

    decisions: by line id. silence_approves: whether a line without a decision counts as approved.
    """
    every = list(lines)
    reversed_ids = {line.reverses for line in every if line.kind is LineKind.REVERSAL}
    charges = (line for line in every if line.kind is LineKind.CHARGE and line.id not in reversed_ids)
    return {
        line.key: Charge(line, _owed(line, decisions.get(line.id), silence_approves=silence_approves))
        for line in sorted(charges, key=lambda line: (line.month, line.id))
    }


def _owed(line: Line, decision: Decision | None, *, silence_approves: bool) -> int | None:
    if decision is None:
        return line.amount if silence_approves else None
    return max(min(line.amount, 0), min(max(line.amount, 0), decision.approved))
