"""A region's control of a month: the rules its claims are held against before it pays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from gateway.build import Gateway
from gateway.reconciling import Reconciled, Scope, agreements_of, reconcile_month
from settlement.agreements import Agreement
from settlement.evaluating import Evaluator
from settlement.lines import Claim, Line, LineKind
from settlement.periods import Month
from settlement.precontrol import CourseStart, Remark, claimed_by_several, control_claim, proposed


@dataclass(frozen=True, slots=True)
class LineControlled:
    """A charge with what the rules found of it. approve: oere they propose to approve."""

    line: Line
    remarks: tuple[Remark, ...]
    approve: int

    @property
    def is_plain(self) -> bool:
        """Whether the rules settle it: none of them wants a person to look at it, which is what a remark says that
        would approve all."""
        return all(remark.approve != self.line.amount for remark in self.remarks)


@dataclass(frozen=True, slots=True)
class ClaimControlled:
    """A claim, and its charges as the rules see them, in the claim's order."""

    claim: Claim
    charges: tuple[LineControlled, ...]

    @property
    def remarked(self) -> tuple[LineControlled, ...]:
        """The charges a rule remarked on."""
        return tuple(one for one in self.charges if one.remarks)


@dataclass(slots=True)
class ControlSums:
    """What controlled claims come to, added up one by one. amounts in oere.

    claimed: everything, reversals too. proposed: what the rules propose to pay; reversals count in full. charges,
    remarked: how many there are. by_rule: the lines a rule remarked on, and the oere it alone would not approve.
    """

    claimed: int = 0
    proposed: int = 0
    charges: int = 0
    remarked: int = 0
    by_rule: dict[str, tuple[int, int]] = field(default_factory=dict)

    def add(self, one: ClaimControlled) -> None:
        """Add a claim."""
        self.claimed += one.claim.total
        self.proposed += one.claim.total - sum(each.line.amount - each.approve for each in one.charges)
        self.charges += len(one.charges)
        self.remarked += len(one.remarked)
        for each in one.remarked:
            for remark in each.remarks:
                count, held = self.by_rule.get(remark.rule, (0, 0))
                self.by_rule[remark.rule] = count + 1, held + each.line.amount - remark.approve


def control_month(gateway: Gateway, month: Month, scope: Scope, high: int = 0) -> Iterator[ClaimControlled]:
    """Hold a month's charges against the rules, claim by claim, as long as they are read; one municipality's lie in
    memory at a time. high: oere from which a line is looked at by a person; 0 leaves that rule out.

    Raises NotFoundError, before anything is read, for an agreement or source of registrations nobody knows.
    """
    agreements = agreements_of(gateway, scope)
    both = [
        (agreement, reconcile_month(gateway, month, replace(scope, agreement=agreement.id))) for agreement in agreements
    ]
    return (one for agreement, found in both for one in _controlled(gateway, month, agreement, found, high))


def _controlled(
    gateway: Gateway, month: Month, agreement: Agreement, both: Iterable[Reconciled], high: int
) -> Iterator[ClaimControlled]:
    with gateway.projection.standing() as standing:
        claims = gateway.months.under(agreement, month, standing).claims()
        twice = claimed_by_several(line for claim in claims for line in claim.lines)
    evaluator = Evaluator(agreement)
    for each in both:
        for claim in each.claims:
            yield ClaimControlled(claim, tuple(_charges(claim, each, twice, evaluator, high)))


def _charges(
    claim: Claim, both: Reconciled, twice: frozenset[CourseStart], evaluator: Evaluator, high: int
) -> Iterator[LineControlled]:
    remarks: defaultdict[str, list[Remark]] = defaultdict(list)
    for remark in control_claim(claim, both.compared, twice, evaluator.line, high):
        remarks[remark.line].append(remark)
    for line in claim.lines:
        if line.kind is LineKind.CHARGE:
            found = tuple(remarks[line.id])
            yield LineControlled(line, found, proposed(line, found))
