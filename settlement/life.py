"""The life of a claim: draft, submitted, answered, closed, paid. It is told by what is stored, and never set by hand.

draft       the month is open: this is what it would come to
submitted   the month is closed; the claim is frozen, and sent to its region
answered    every line has a decision, and a line is in dispute
closed      every line has a decision, and no line is in dispute
paid        what has been paid is what is owed, and no line is in dispute
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from settlement.decisions import Decision, Verdict, latest, verdict_of
from settlement.lines import Claim
from settlement.payments import Payment, paid


class State(StrEnum):
    """How far a claim has come, in this order."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    ANSWERED = "answered"
    CLOSED = "closed"
    PAID = "paid"


@dataclass(frozen=True, slots=True)
class Life:
    """A claim's state and the sums it rests on, in oere.

    decisions: the one that counts of each decided line, by line id. undecided: lines without one. approved: of the
    decided lines. owed: approved, and the undecided lines where silence approves. disputed: lines with an open dispute.
    paid: None while nothing was.
    """

    state: State
    decisions: dict[str, Decision]
    undecided: int
    approved: int
    owed: int
    disputed: frozenset[str]
    paid: int | None

    @property
    def difference(self) -> int:
        """How much more was paid than is owed; negative when it was less."""
        return (self.paid or 0) - self.owed

    @property
    def overpaid(self) -> int:
        """How much more was paid than was approved or, where silence approves, claimed; 0 when it was not."""
        return max(self.difference, 0) if self.paid else 0


def draft(claim: Claim) -> Life:
    """The life of a claim of an open month."""
    return Life(State.DRAFT, {}, len(claim.lines), 0, 0, frozenset(), None)


def life_of(
    claim: Claim,
    decisions: Iterable[Decision],
    disputed: Iterable[str],
    payments: Iterable[Payment],
    *,
    silence_approves: bool,
) -> Life:
    """The life of a claim of a closed month.

    decisions: of its lines and maybe others. disputed: ids of lines with an open dispute. payments: of this claim, in
    the order they were stated. silence_approves: whether a line without a decision counts as approved.
    """
    ids = {line.id for line in claim.lines}
    found = {line: decision for line, decision in latest(decisions).items() if line in ids}
    open_lines = [line for line in claim.lines if line.id not in found]
    approved = sum(decision.approved for decision in found.values())
    owed = approved + (sum(line.amount for line in open_lines) if silence_approves else 0)
    in_dispute = frozenset(ids.intersection(disputed))
    amount = paid(payments)
    decided = silence_approves or not open_lines
    state = reached(all_decided=not open_lines, disputed=bool(in_dispute), is_paid=decided and amount == owed)
    return Life(state, found, len(open_lines), approved, owed, in_dispute, amount)


def reached(*, all_decided: bool, disputed: bool, is_paid: bool) -> State:
    """How far a claim of a closed month has come. is_paid: whether what was paid is what is owed, for certain."""
    if is_paid and not disputed:
        return State.PAID
    if not all_decided:
        return State.SUBMITTED
    return State.ANSWERED if disputed else State.CLOSED


def invoice_state(owed: int, amount: int | None, *, is_closed: bool) -> State:
    """How far an invoice has come. It is not answered line by line: whoever pays it agrees to it.

    owed: its total in oere. amount: what has been paid of it, None while nothing was.
    """
    if not is_closed:
        return State.DRAFT
    return State.PAID if amount == owed else State.SUBMITTED


def least(states: Sequence[State]) -> State:
    """How far all of some claims have come: the first state of theirs. Of no claim it is that nothing is left to do."""
    order = list(State)
    return min(states, key=order.index, default=State.PAID)


def verdicts(claim: Claim, life: Life) -> dict[str, Verdict]:
    """What the decided lines were decided, by line id."""
    return {
        line.id: verdict_of(line, life.decisions[line.id].approved) for line in claim.lines if line.id in life.decisions
    }
