"""What a region's message decided or paid: each line with what was approved of it, each claim with its sum."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gateway.pages.named import municipality_label, party_label
from gateway.pages.visit import Visit
from gateway.store.contract import Message
from settlement.decisions import Decision, Verdict, verdict_of
from settlement.lines import Claim, Line
from settlement.payments import Payment
from settlement.periods import Month

MOST = 500
"""Decisions shown; the file of the message has all."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision with the line it is about, and the municipality's name."""

    decision: Decision
    line: Line
    municipality: str

    @property
    def verdict(self) -> Verdict:
        """What it comes to."""
        return verdict_of(self.line, self.decision.approved)


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment with what it is of: the month, the place on the month's page, and who is paid. month: "" where what it
    names is not here."""

    payment: Payment
    month: str
    anchor: str
    payee: str


def said_by(visit: Visit, message: Message) -> dict[str, object]:
    """What a message decided and paid, for its page."""
    decisions = visit.gateway.store.decisions_of_message(message.position)
    lines = visit.gateway.store.lines({one.line for one in decisions[:MOST]})
    shown = [_decided(visit, one, lines[one.line]) for one in decisions[:MOST] if one.line in lines]
    return {
        "decided": shown,
        "decisions": len(decisions),
        "approved": sum(one.approved for one in decisions),
        "paid": [_paid(visit, one) for one in visit.gateway.store.payments_of_message(message.position)],
    }


def _decided(visit: Visit, decision: Decision, line: Line) -> Decided:
    directory = visit.gateway.register.directory
    return Decided(decision, line, municipality_label(directory, line.municipality, line.service_date))


def _paid(visit: Visit, payment: Payment) -> Paid:
    store, directory = visit.gateway.store, visit.gateway.register.directory
    found = store.claim(payment.claim) or store.invoice(payment.claim)
    if found is None:
        return Paid(payment, "", "", "")
    is_claim = isinstance(found, Claim)
    code = found.municipality if isinstance(found, Claim) else found.issuer
    return Paid(
        payment,
        found.month,
        f"{'claim' if is_claim else 'invoice'}-{found.id}",
        party_label(directory, code, _last_day(found.month)),
    )


def _last_day(month: str) -> date:
    return Month.parse(month).last_day
