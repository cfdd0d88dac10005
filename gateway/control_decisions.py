"""Deciding by the rules: what a region's control proposes, handed in as the region's answer to each claim."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from gateway.build import Gateway
from gateway.controlling import ClaimControlled, LineControlled
from gateway.errors import ConflictError
from gateway.intake import Taken
from gateway.region_desk import answer_claim, closed_claim
from settlement.decisions import Decision
from settlement.life import Life
from settlement.lines import LineKind
from settlement.periods import Month


@dataclass(frozen=True, slots=True)
class Answered:
    """A claim's id, how many of its lines were decided about, how many are left to a person, and what became of the
    answer (None: there was nothing to decide)."""

    claim: str
    decided: int
    left: int
    taken: Taken | None


def require_closed(gateway: Gateway, month: Month) -> None:
    """Raises ConflictError where a month is open, so that its claims cannot be answered."""
    if not gateway.months.is_closed(month):
        raise ConflictError(f"{month} is not closed: there is nothing to answer yet.")


def decide_by_rules(gateway: Gateway, found: ClaimControlled) -> Answered:
    """Answer a claim of a closed month as the rules propose, and say what became of the answer.

    Only lines that are not decided yet are decided. A line that a rule has looked at by a person, or that is disputed,
    is left.
    """
    claim = found.claim
    _, life = closed_claim(gateway, claim.id)
    decisions = list(_decisions(found, life, gateway.now()))
    left = sum(line.id not in life.decisions for line in claim.lines) - len(decisions)
    return Answered(claim.id, len(decisions), left, answer_claim(gateway, claim, decisions) if decisions else None)


def _decisions(found: ClaimControlled, life: Life, now: datetime) -> Iterator[Decision]:
    charges = {one.line.id: one for one in found.charges}
    for line in found.claim.lines:
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
