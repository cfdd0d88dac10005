"""One payment of several claims and invoices as a FHIR R4 PaymentReconciliation: a detail for each, with its amount.

`identifier` names none of them; each detail does, by `request`. The details come to the amount paid. What was approved
line by line stands in the ClaimResponses; a payment of one claim alone repeats it (mappings/payments.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from mappings.canonical_json import sealed
from mappings.claim_lines import resource_id, whole_month
from mappings.outbound import (
    CLAIMS,
    PAYMENT_PROFILE,
    PAYMENTS,
    SETTLEMENTS,
    TERMINOLOGY,
    concept,
    identified,
    money,
    named,
)
from settlement.invoices import Invoice
from settlement.lines import Claim


@dataclass(frozen=True, slots=True)
class Part:
    """What is paid of one claim or invoice, in oere."""

    of: Claim | Invoice
    amount: int

    @property
    def payer(self) -> str:
        """Code of who pays it."""
        return self.of.region if isinstance(self.of, Claim) else self.of.recipient

    @property
    def payee(self) -> str:
        """Code of who is paid."""
        return self.of.municipality if isinstance(self.of, Claim) else self.of.issuer


def joint_payment(parts: Sequence[Part], reference: str, paid_on: date, created: datetime) -> dict[str, Any]:
    """The payment as a sealed resource. parts: one at least, in the order they are to stand. reference: the payment's
    number at the payer. Raises ValueError where they are not all between the same two parties."""
    if len({(part.payer, part.payee) for part in parts}) != 1:
        raise ValueError("One payment goes from one payer to one payee.")
    months = sorted(part.of.month for part in parts)
    period = {"start": whole_month(months[0])["start"], "end": whole_month(months[-1])["end"]}
    resource = {
        "resourceType": "PaymentReconciliation",
        "id": resource_id("payment", parts[0].payer, reference, *(part.of.id for part in parts)),
        "meta": {"profile": [PAYMENT_PROFILE]},
        "status": "active",
        "period": period,
        "created": created.isoformat(),
        "paymentIssuer": named(parts[0].payer),
        "requestor": named(parts[0].payee),
        "outcome": "complete",
        "paymentDate": paid_on.isoformat(),
        "paymentAmount": money(sum(part.amount for part in parts)),
        "paymentIdentifier": {"system": PAYMENTS, "value": reference},
        "detail": [_detail(part) for part in parts],
    }
    return sealed(resource)


def _detail(part: Part) -> dict[str, Any]:
    is_claim = isinstance(part.of, Claim)
    system = CLAIMS if is_claim else SETTLEMENTS
    return {
        "identifier": {"system": system, "value": part.of.id},
        "type": concept(f"{TERMINOLOGY}/payment-type", "payment" if part.amount >= 0 else "adjustment"),
        "request": {"type": "Bundle" if is_claim else "Invoice", **identified(system, part.of.id)},
        "submitter": named(part.payee),
        "payee": named(part.payee),
        "amount": money(part.amount),
    }
