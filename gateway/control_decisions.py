"""Deciding by the rules: what a region's control proposes, handed in as the region's answer to each claim."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from gateway.build import Gateway
from gateway.controlling import LineControlled, MonthControlled
from gateway.errors import ConflictError
from gateway.intake import Taken
from gateway.region_desk import answer_claim, closed_claim
from settlement.decisions import Decision
from settlement.life import Life
from settlement.lines import Claim, LineKind


@dataclass(frozen=True, slots=True)
class Answered:
    """A claim, how many of its lines were decided about, how many are left to a person, and what became of the answer
    (None: there was nothing to decide)."""

    claim: Claim
    decided: int
    left: int
    taken: Taken | None


def decide_by_rules(gateway: Gateway, found: MonthControlled) -> tuple[Answered, ...]:
    """Answer every claim of a closed month as the rules propose, and say what became of each answer.

    Only lines that are not decided yet are decided. A line that a rule has looked at by a person, or that is disputed,
    is left. Raises ConflictError where the month is open.
    """
    if not gateway.months.is_closed(found.month):
        raise ConflictError(f"{found.month} is not closed: there is nothing to answer yet.")
    charges = {one.line.id: one for one in found.charges}
    return tuple(_answered(gateway, claim, charges) for claim in found.claims if claim.lines)


def _answered(gateway: Gateway, claim: Claim, charges: dict[str, LineControlled]) -> Answered:
    _, life = closed_claim(gateway, claim.id)
    decisions = list(_decisions(claim, life, charges, gateway.now()))
    left = sum(line.id not in life.decisions for line in claim.lines) - len(decisions)
    return Answered(claim, len(decisions), left, answer_claim(gateway, claim, decisions) if decisions else None)


def _decisions(claim: Claim, life: Life, charges: dict[str, LineControlled], now: datetime) -> Iterator[Decision]:
    for line in claim.lines:
        if line.id in life.decisions or line.id in life.disputed:
            continue
        if line.kind is LineKind.REVERSAL:
            yield Decision(line.id, line.amount, "", "", now, "")
        elif (proposal := charges[line.id]).is_plain:
            yield _decision(proposal, now)


def _decision(one: LineControlled, now: datetime) -> Decision:
    """What the strictest rule proposes, with that rule as the reason."""
    strictest = min(one.remarks, key=lambda remark: (remark.approve, remark.rule), default=None)
    if strictest is None:
        return Decision(one.line.id, one.approve, "", "", now, "")
    return Decision(one.line.id, one.approve, strictest.rule, strictest.explanation["da"], now, "")
