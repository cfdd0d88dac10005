"""A region's control of a month: rules before it pays, a sample after, and what the sample says of the whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from gateway.build import Gateway
from gateway.errors import NotFoundError
from gateway.masking import masked_text
from gateway.reconciling import Reconciled, Scope, reconcile_month
from settlement.lines import Claim, Line, LineKind
from settlement.periods import Month
from settlement.postcontrol import Controlled, ControlNote, controlled
from settlement.precontrol import Remark, control_claim, proposed
from settlement.pricing import recalculated
from settlement.sampling import Stratum, draw

LONGEST_TEXT = 2000


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
class MonthControlled:
    """The claims of a month in scope, and their charges as the rules see them, in the claims' order."""

    month: Month
    claims: tuple[Claim, ...]
    charges: tuple[LineControlled, ...]

    @property
    def remarked(self) -> tuple[LineControlled, ...]:
        """The charges a rule remarked on."""
        return tuple(one for one in self.charges if one.remarks)

    @property
    def claimed(self) -> int:
        """Everything claimed, reversals too, in oere."""
        return sum(claim.total for claim in self.claims)

    @property
    def proposed(self) -> int:
        """What the rules propose to pay, in oere: reversals count in full."""
        return self.claimed - sum(one.line.amount - one.approve for one in self.charges)

    @property
    def by_rule(self) -> dict[str, tuple[int, int]]:
        """By rule: the lines it remarked on, and the oere it alone would not approve."""
        found: defaultdict[str, list[int]] = defaultdict(list)
        for one in self.remarked:
            for remark in one.remarks:
                found[remark.rule].append(one.line.amount - remark.approve)
        return {rule: (len(held), sum(held)) for rule, held in sorted(found.items())}


def control_month(gateway: Gateway, month: Month, scope: Scope, high: int = 0) -> MonthControlled:
    """Hold a month's charges against the rules. high: oere from which a line is looked at by a person; 0 leaves that
    rule out. Raises NotFoundError for an agreement or source of registrations nobody knows."""
    both = reconcile_month(gateway, month, scope)
    everywhere = [line for claim in gateway.months.preview(month) for line in claim.lines]
    charges = [one for each in both for one in _charges(each, everywhere, high)]
    return MonthControlled(month, tuple(claim for each in both for claim in each.claims), tuple(charges))


def sample(found: MonthControlled, seed: str) -> tuple[Stratum, ...]:
    """The lines post-control looks at, by stratum. seed: "" is the month, as anybody would draw it."""
    remarks = [remark for one in found.charges for remark in one.remarks]
    return draw((one.line for one in found.charges), remarks, seed or str(found.month))


def sample_result(gateway: Gateway, found: MonthControlled, strata: Iterable[Stratum]) -> tuple[Controlled, ...]:
    """What has been noted of the lines drawn, and what it says of each stratum."""
    lines = {one.line.id: one.line for one in found.charges}
    return controlled(strata, lines, gateway.store.control_notes(lines))


def note(gateway: Gateway, line_id: str, due: int | None, text: str, person: str) -> ControlNote:
    """Note what the control of a line found. due: oere it should have come to; None where it is right as it is.

    Raises NotFoundError for a line that is in no closed month.
    """
    line = gateway.store.line(line_id)
    if line is None or line.kind is not LineKind.CHARGE:
        raise NotFoundError(f"There is no charge {line_id[:60]} in a closed month. See: overgang sample draw MONTH")
    amount = line.amount if due is None else due
    kept = ControlNote(line.id, amount, masked_text(text[:LONGEST_TEXT]).strip(), person, gateway.now())
    gateway.store.add_control_note(kept)
    return kept


def _charges(both: Reconciled, everywhere: Iterable[Line], high: int) -> Iterable[LineControlled]:
    own = [line for line in everywhere if line.agreement == both.agreement.id]
    recalculate = partial(recalculated, agreement=both.agreement)
    for claim in both.claims:
        remarks: defaultdict[str, list[Remark]] = defaultdict(list)
        for remark in control_claim(claim, both.compared, own, recalculate, high):
            remarks[remark.line].append(remark)
        for line in claim.lines:
            if line.kind is LineKind.CHARGE:
                found = tuple(remarks[line.id])
                yield LineControlled(line, found, proposed(line, found))
