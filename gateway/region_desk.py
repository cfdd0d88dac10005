"""The region's desk: decisions and payments made by hand, written as the messages a region's own system would send.

They are taken in through the same intake, so they are judged, kept and replayed as all others are.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from gateway.build import Gateway
from gateway.errors import NotFoundError
from gateway.intake import Taken
from gateway.lives import lived
from mappings.canonical_json import canonical_json
from mappings.claim_responses import claim_answers
from mappings.fhir_outcome import JSON_TYPE
from mappings.payments import payment_reconciliation
from mappings.reading import Family
from settlement.decisions import Decision
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


def pay_claim(gateway: Gateway, claim: Claim, life: Life, payment: Payment) -> Taken:
    """Say what was paid of a claim: a PaymentReconciliation, taken in. Returns what became of it."""
    written = payment_reconciliation(claim, life.decisions.values(), payment, gateway.now())
    return _take(gateway, canonical_json(written))


def _take(gateway: Gateway, body: bytes) -> Taken:
    return asyncio.run(gateway.intake.take(body, channel="file", family=Family.FHIR, media_type=JSON_TYPE, peer=None))
