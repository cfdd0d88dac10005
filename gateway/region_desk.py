"""The region's desk: decisions and payments made by hand, written as the messages a region's own system would send.

They are taken in through the same intake, so they are judged, kept and replayed as all others are.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from gateway.build import Gateway
from gateway.errors import BadRequestError, NotFoundError
from gateway.intake import Taken
from gateway.invoice_lives import invoices_told
from gateway.lives import lived
from mappings.canonical_json import canonical_json
from mappings.claim_responses import claim_answers
from mappings.fhir_outcome import JSON_TYPE
from mappings.joint_payments import Part, joint_payment
from mappings.payments import payment_reconciliation
from mappings.reading import Family
from settlement.decisions import Decision
from settlement.invoices import Invoice
from settlement.life import Life
from settlement.lines import Claim
from settlement.payments import Payment


def closed_claim(gateway: Gateway, claim_id: str) -> tuple[Claim, Life]:
    """A claim of a closed month and how far it has come. Raises NotFoundError."""
    claim = gateway.store.claim(claim_id)
    if claim is None:
        raise NotFoundError(f"No closed month has a claim {claim_id[:80]}; `overgang months 2026-10` lists claims.")
    (found,) = lived(gateway, [claim])
    return claim, found.life


def rest_approved(gateway: Gateway, claim: Claim, life: Life, decided: Iterable[Decision]) -> list[Decision]:
    """Whole approvals of the lines that have no decision yet and get none by `decided` either."""
    taken = {decision.line for decision in decided}.union(life.decisions)
    return [Decision(line.id, line.amount, "", "", gateway.now(), "") for line in claim.lines if line.id not in taken]


def answer_claim(gateway: Gateway, claim: Claim, decisions: Iterable[Decision]) -> Taken:
    """Decide about lines of a claim: a Bundle of ClaimResponses, taken in. Returns what became of it."""
    citizens = gateway.store.citizens({line.citizen for line in claim.lines})
    return _take(gateway, canonical_json(claim_answers(claim, decisions, citizens)))


def pay(gateway: Gateway, owed: Sequence[Owed], reference: str, paid_on: date, amount: int | None) -> Taken:
    """Say what was paid of claims and invoices: one PaymentReconciliation, taken in. Returns what became of it.

    amount: oere, of one alone; None where all that is owed was paid. Raises BadRequestError where they are not between
    the same two parties.
    """
    parts = [Part(one.of, one.amount if amount is None else amount) for one in owed]
    return _take(gateway, canonical_json(_written(gateway, owed, parts, reference, paid_on)))


def _written(
    gateway: Gateway, owed: Sequence[Owed], parts: Sequence[Part], reference: str, paid_on: date
) -> dict[str, Any]:
    """A payment of one claim repeats its decisions; any other has a detail for each that is paid."""
    (first, *others), part = owed, parts[0]
    if isinstance(first.of, Claim) and not others:
        payment = Payment(first.of.id, reference, paid_on, part.amount)
        return payment_reconciliation(first.of, first.decisions, payment, gateway.now())
    try:
        return joint_payment(parts, reference, paid_on, gateway.now())
    except ValueError as problem:
        raise BadRequestError(str(problem)) from problem


@dataclass(frozen=True, slots=True)
class Owed:
    """A claim or invoice of a closed month: what is owed of it and what was paid, in oere; a claim's decisions."""

    of: Claim | Invoice
    amount: int
    paid: int
    decisions: tuple[Decision, ...] = ()

    @property
    def difference(self) -> int:
        """How much more was paid than is owed."""
        return self.paid - self.amount


def owed_of(gateway: Gateway, name: str) -> Owed:
    """What is owed of a claim or invoice by its id. Raises NotFoundError."""
    invoice = gateway.store.invoice(name)
    if invoice is not None:
        (told,) = invoices_told(gateway, [invoice])
        return Owed(invoice, invoice.total, told.paid or 0)
    claim, life = closed_claim(gateway, name)
    return Owed(claim, life.owed, life.paid or 0, tuple(life.decisions.values()))


def _take(gateway: Gateway, body: bytes) -> Taken:
    return asyncio.run(gateway.intake.take(body, channel="file", family=Family.FHIR, media_type=JSON_TYPE, peer=None))
