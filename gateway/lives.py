"""How far claims have come: what is stored of each, told as its life (settlement/life.py)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gateway.build import Gateway
from gateway.invoice_lives import LivedInvoice, invoices_lived
from gateway.store.contract import ClaimSums
from settlement.life import Life, State, draft, least, life_of, reached
from settlement.lines import Claim
from settlement.payments import Payment, paid
from settlement.periods import Month


@dataclass(frozen=True, slots=True)
class LivedClaim:
    """A claim and how far it has come."""

    claim: Claim
    life: Life


@dataclass(frozen=True, slots=True)
class Stage:
    """How far a claim of a closed month has come, without its lines; sums in oere. paid: None for nothing."""

    sums: ClaimSums
    state: State
    owed: int
    paid: int | None


@dataclass(frozen=True, slots=True)
class LivedMonth:
    """A month: how far all its claims and invoices have come, how many there are, and their sums in oere. paid: None
    for nothing."""

    month: str
    state: State
    claims: int
    invoices: int
    claimed: int
    approved: int
    owed: int
    paid: int | None


def claims_lived(gateway: Gateway, month: Month) -> Iterator[LivedClaim]:
    """The claims of a month, read one by one: closed ones as they stand now, of an open month the drafts."""
    return lived(gateway, gateway.months.preview(month))


def lived(gateway: Gateway, claims: Iterable[Claim]) -> Iterator[LivedClaim]:
    """Claims, drafts or closed, of one month or of several, each with its life; read one by one."""
    closed = {(one.month, one.agreement) for one in gateway.store.months()}
    disputed, strict = _disputed(gateway), _strict(gateway)
    for claim in claims:
        if (claim.month, claim.agreement) in closed:
            decisions = gateway.store.decisions_of_claim(claim.id)
            payments = gateway.store.payments_of_claim(claim.id)
            silence_approves = claim.agreement not in strict
            yield LivedClaim(claim, life_of(claim, decisions, disputed, payments, silence_approves=silence_approves))
        else:
            yield LivedClaim(claim, draft(claim))


def months_lived(gateway: Gateway) -> tuple[LivedMonth, ...]:
    """The closed months, newest first."""
    months = sorted({one.month for one in gateway.store.months()}, reverse=True)
    return tuple(
        _month_lived(month, stages(gateway, month), invoices_lived(gateway, Month.parse(month))) for month in months
    )


def stages(gateway: Gateway, month: str) -> list[Stage]:
    """How far the claims of a closed month have come, by id. No line is read: the database adds them up."""
    payments: defaultdict[str, list[Payment]] = defaultdict(list)
    for payment in gateway.store.payments_of_month(month):
        payments[payment.claim].append(payment)
    disputed, strict = gateway.store.claims_of_lines(_disputed(gateway)), _strict(gateway)
    return [
        _stage(
            sums, disputed=sums.claim in disputed, silence=sums.agreement not in strict, payments=payments[sums.claim]
        )
        for sums in gateway.store.claim_sums(month)
    ]


def _stage(sums: ClaimSums, *, disputed: bool, silence: bool, payments: Iterable[Payment]) -> Stage:
    owed = sums.approved + (sums.undecided_amount if silence else 0)
    amount = paid(payments)
    is_paid = amount == owed and (silence or not sums.undecided)
    state = reached(all_decided=not sums.undecided, disputed=disputed, is_paid=is_paid)
    return Stage(sums, state, owed, amount)


def _month_lived(month: str, found: list[Stage], invoices: tuple[LivedInvoice, ...]) -> LivedMonth:
    """What the claims and invoices of a month come to together. An invoice is owed whole."""
    amounts = [
        amount for amount in (*(one.paid for one in found), *(one.paid for one in invoices)) if amount is not None
    ]
    invoiced = sum(one.invoice.total for one in invoices)
    return LivedMonth(
        month,
        least([*(one.state for one in found), *(one.state for one in invoices)]),
        len(found),
        len(invoices),
        sum(one.sums.total for one in found) + invoiced,
        sum(one.sums.approved for one in found) + invoiced,
        sum(one.owed for one in found) + invoiced,
        sum(amounts) if amounts else None,
    )


def _disputed(gateway: Gateway) -> frozenset[str]:
    """The lines with an open dispute."""
    return frozenset(one.line for one in gateway.store.disputes() if one.is_open)


def _strict(gateway: Gateway) -> frozenset[str]:
    """The agreements under which nothing counts before it is decided on."""
    return frozenset(agreement.id for agreement in gateway.months.agreements if agreement.decision_required)
