"""How far claims have come: what is stored of each, told as its life (settlement/life.py)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from gateway.build import Gateway
from settlement.decisions import Decision
from settlement.life import Life, State, draft, least, life_of
from settlement.lines import Claim
from settlement.payments import Payment
from settlement.periods import Month


@dataclass(frozen=True, slots=True)
class LivedClaim:
    """A claim and how far it has come."""

    claim: Claim
    life: Life


@dataclass(frozen=True, slots=True)
class LivedMonth:
    """A month: how far all its claims have come, how many there are, and their sums in oere. paid: None for nothing."""

    month: str
    state: State
    claims: int
    claimed: int
    approved: int
    owed: int
    paid: int | None


def claims_lived(gateway: Gateway, month: Month) -> tuple[LivedClaim, ...]:
    """The claims of a month: closed ones as they stand now, of an open month the drafts."""
    return lived(gateway, gateway.months.preview(month))


def lived(gateway: Gateway, claims: Iterable[Claim]) -> tuple[LivedClaim, ...]:
    """Claims, drafts or closed, of one month or of several, each with its life."""
    found = list(claims)
    closed = {(one.month, one.agreement) for one in gateway.store.months()}
    of_closed = [claim for claim in found if (claim.month, claim.agreement) in closed]
    lives = {claim.id: life for claim, life in zip(of_closed, _lives(gateway, of_closed), strict=True)}
    return tuple(LivedClaim(claim, lives.get(claim.id) or draft(claim)) for claim in found)


def months_lived(gateway: Gateway) -> tuple[LivedMonth, ...]:
    """The closed months, newest first."""
    months = sorted({one.month for one in gateway.store.months()}, reverse=True)
    return tuple(month_lived(month, lived(gateway, gateway.store.claims(month))) for month in months)


def month_lived(month: str, claims: Iterable[LivedClaim]) -> LivedMonth:
    """What the claims of a month come to together."""
    found = list(claims)
    lives = [one.life for one in found]
    paid = [life.paid for life in lives if life.paid is not None]
    return LivedMonth(
        month,
        least([life.state for life in lives]),
        len(found),
        sum(one.claim.total for one in found),
        sum(life.approved for life in lives),
        sum(life.owed for life in lives),
        sum(paid) if paid else None,
    )


def _lives(gateway: Gateway, claims: Iterable[Claim]) -> Iterable[Life]:
    """The lives of claims of closed months, in their order."""
    found = list(claims)
    months = {claim.month for claim in found}
    claim_of = {line.id: claim.id for claim in found for line in claim.lines}
    decisions: defaultdict[str, list[Decision]] = defaultdict(list)
    for decision in (one for month in months for one in gateway.store.decisions_of_month(month)):
        decisions[claim_of.get(decision.line, "")].append(decision)
    payments: defaultdict[str, list[Payment]] = defaultdict(list)
    for payment in (one for month in months for one in gateway.store.payments_of_month(month)):
        payments[payment.claim].append(payment)
    disputed = {one.line for one in gateway.store.disputes() if one.is_open}
    strict = {agreement.id for agreement in gateway.months.agreements if agreement.decision_required}
    return [
        life_of(
            claim,
            decisions[claim.id],
            disputed,
            payments[claim.id],
            silence_approves=claim.agreement not in strict,
        )
        for claim in found
    ]
