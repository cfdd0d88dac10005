"""What a region paid of a claim as a FHIR R4 PaymentReconciliation: the month as it was settled, line by line.

Every line has a detail: a charge is a payment, a reversal an adjustment of what was paid before. A line of which
nothing is paid has a detail of 0.00, whose `response` is the ClaimResponse that says why; its reason is a note as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from mappings.canonical_json import sealed
from mappings.claim_lines import resource_id, whole_month
from mappings.claim_responses import decision_id
from mappings.outbound import (
    CLAIMS,
    DECISIONS,
    LINES,
    PAYMENT_PROFILE,
    PAYMENTS,
    TERMINOLOGY,
    concept,
    identified,
    money,
    named,
    translated,
)
from settlement.decisions import Decision, latest
from settlement.lines import Claim, Line, LineKind
from settlement.money import kroner
from settlement.payments import Payment
from settlement.periods import local_day
from settlement.wording import LANGUAGES, Say


def payment_reconciliation(
    claim: Claim, decisions: Iterable[Decision], payment: Payment, created: datetime
) -> dict[str, Any]:
    """The payment of a claim as a sealed PaymentReconciliation from the claim's region to its municipality.

    Each line is paid what the latest decision approved of it, and nothing while it is not decided on. Where the amount
    paid is not their sum, the disposition says so. created: when it was written. Raises ValueError when the payment is
    of another claim.
    """
    if payment.claim != claim.id:
        raise ValueError(f"The payment is of claim {payment.claim}, not of {claim.id}.")
    found = latest(decisions)
    lines = sorted(claim.lines, key=lambda line: line.id)
    resource: dict[str, Any] = {
        "resourceType": "PaymentReconciliation",
        "id": resource_id("payment", claim.id, payment.reference),
        "meta": {"profile": [PAYMENT_PROFILE]},
        "status": "active",
        "period": whole_month(claim.month),
        "created": created.isoformat(),
        "paymentIssuer": named(claim.region),
        "requestor": named(claim.municipality),
        "outcome": "complete" if all(line.id in found for line in lines) else "partial",
        **translated("disposition", _disposition(claim, found, payment)),
        "paymentDate": payment.paid_on.isoformat(),
        "paymentAmount": money(payment.amount),
        "paymentIdentifier": {"system": PAYMENTS, "value": payment.reference},
    }
    parts = {
        "detail": [_detail(line, found.get(line.id)) for line in lines],
        "processNote": [_note(line, found[line.id]) for line in lines if _is_short(line, found.get(line.id))],
    }
    name = {"system": CLAIMS, "value": claim.id}
    whole = sealed({**resource, **{key: value for key, value in parts.items() if value}})
    return {**whole, "identifier": [name, *whole["identifier"]]}


def _detail(line: Line, decision: Decision | None) -> dict[str, Any]:
    is_reversal = line.kind is LineKind.REVERSAL
    detail: dict[str, Any] = {
        "identifier": {"system": LINES, "value": line.id},
        "type": concept(f"{TERMINOLOGY}/payment-type", "adjustment" if is_reversal else "payment"),
        "request": {"type": "Claim", **identified(LINES, line.id)},
        "submitter": named(line.municipality),
        "payee": named(line.municipality),
        "amount": money(decision.approved if decision else 0),
    }
    if is_reversal:
        detail["predecessor"] = {"system": LINES, "value": line.reverses}
    if decision is not None:
        detail["response"] = {"type": "ClaimResponse", **identified(DECISIONS, decision_id(decision))}
        detail["date"] = local_day(decision.decided_at).isoformat()
    return detail


def _is_short(line: Line, decision: Decision | None) -> bool:
    return decision is not None and decision.approved != line.amount


def _note(line: Line, decision: Decision) -> dict[str, Any]:
    why = ": ".join(text for text in (decision.reason, decision.text) if text)
    return {"type": "display", "text": f"{line.id}: {why}" if why else line.id}


def _disposition(claim: Claim, found: Mapping[str, Decision], payment: Payment) -> dict[str, str]:
    """The sums, and how far the payment is from what was approved."""
    approved = sum(found[line.id].approved for line in claim.lines if line.id in found)
    undecided = sum(line.id not in found for line in claim.lines)
    return {language: _told(Say(language), claim, approved, undecided, payment) for language in LANGUAGES}


def _told(say: Say, claim: Claim, approved: int, undecided: int, payment: Payment) -> str:
    claimed, paid = say.money(claim.total), say.money(payment.amount)
    told = [
        f"{say('Krævet', 'Claimed')} {claimed}",
        f"{say('godkendt', 'approved')} {say.money(approved)}",
        f"{say('betalt', 'paid')} {paid}",
    ]
    if undecided:
        told.append(say(f"ikke afgjorte linjer: {undecided}", f"lines not decided on: {undecided}"))
    if payment.amount != approved:
        difference = kroner(payment.amount - approved, say.language)
        told.append(f"{say('afvigelse', 'difference')} {difference}")
    return ", ".join(told)
