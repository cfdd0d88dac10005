"""What a region paid: a FHIR R4 PaymentReconciliation of one claim or invoice, or of several.

paymentIdentifier is the payment's number at the region, paymentDate and paymentAmount are the money. Of one claim,
`identifier` names it (as the claim's bundle or the Invoice does), and the details repeat what was decided line by line;
they are not read, since decisions come as ClaimResponses. Where `identifier` names none, every detail names by
`request` the claim or invoice it pays, with its amount, and they come to the whole; several of one are added up.

A payment that is stated again under its number takes the place of the first statement, claim by claim; what was not
paid after all is stated again with 0.00.

Whether there is such a claim, and whether the region may say so, is not known here (gateway/deciding.py).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from mappings.fhir_common import Resource, items, moment, node, text
from mappings.fhir_message_reading import letter_hash
from mappings.fhir_outcome import outcome_receipt
from mappings.fhir_single import named_organisation
from mappings.outbound import CLAIMS, SETTLEMENTS
from mappings.reading import NOWHERE, Document, Family, Reading, Receipt, Stamp, Verdict
from profiles.issue import Issue, error, refuses
from profiles.structure import check_structure
from settlement.money import kroner, oere
from settlement.payments import Payment
from settlement.records import Organisation


class PaymentReconciliations:
    """A payment of claims and invoices."""

    name = "payment-reconciliation"
    title = "FHIR PaymentReconciliation: what a region paid"
    family = Family.FHIR

    def recognises(self, document: Document) -> bool:
        """A PaymentReconciliation resource."""
        return text(document.tree, "resourceType") == "PaymentReconciliation"

    def read(self, document: Document) -> Reading:
        """A Payment of each claim or invoice that is paid."""
        tree = document.tree
        payments, found = _payments(tree)
        issues = [*check_structure(tree), *found]
        digest = letter_hash(tree)
        reference = text(tree, "paymentIdentifier", "value")
        return Reading(
            format=self.name,
            family=Family.FHIR,
            event="payment",
            letter_id=f"PaymentReconciliation/{reference}/{digest[:16]}" if reference else "",
            letter_hash=digest,
            sender=_issuer(tree),
            sent_at=moment(text(tree, "created")),
            payments=() if refuses(issues) else payments,
            issues=tuple(issues),
            fields={"syntax": document.syntax},
        )

    def receipt(self, reading: Reading, verdict: Verdict, stamp: Stamp) -> Receipt:
        """An OperationOutcome."""
        return outcome_receipt(reading, verdict, stamp)


def _issuer(tree: Resource) -> Organisation:
    """The region that paid, where it names itself by a number."""
    found = named_organisation(tree, "paymentIssuer")
    return found if found.sor or found.gln else NOWHERE


Paid = dict[str, int]
"""What is paid of each claim or invoice, in oere."""


def _payments(tree: Resource) -> tuple[tuple[Payment, ...], list[Issue]]:
    issues: list[Issue] = []
    if (status := text(tree, "status")) and status != "active":
        advice = "A payment that was not made is stated again, active and with 0.00, under its number."
        issues.append(_wrong("status-not-active", "status", advice, "not-supported"))
    reference = text(tree, "paymentIdentifier", "value")
    if not reference:
        advice = "Give the payment's number at the region; a corrected statement has the same number."
        issues.append(_wrong("reference-missing", "paymentIdentifier", advice, "required"))
    paid_on, amount = _day(text(tree, "paymentDate")), _amount(node(tree, "paymentAmount"))
    if paid_on is None:
        issues.append(_wrong("payment-date", "paymentDate", "Give the whole date of the payment, as 2026-11-30."))
    if amount is None:
        advice = "Give the amount in kroner with at most two decimals (currency DKK)."
        issues.append(_wrong("amount", "paymentAmount", advice))
    if issues or paid_on is None or amount is None:
        return (), issues
    paid, wrong = _divided(tree, amount)
    return tuple(Payment(name, reference, paid_on, part) for name, part in paid.items()), wrong


def _divided(tree: Resource, amount: int) -> tuple[Paid, list[Issue]]:
    """What is paid of which: all of it of the one that `identifier` names, else what the details say."""
    named = [text(one, "value") for one in items(tree, "identifier") if _is_ours(one)]
    if len(named) == 1 and named[0]:
        return {named[0]: amount}, []
    details = items(tree, "detail")
    if named or not details:
        advice = (
            f"Name the one claim or invoice that is paid by its identifier (system {CLAIMS} or {SETTLEMENTS}); or "
            "none, and each of several in a detail with its amount."
        )
        return {}, [_wrong("claim-missing", "identifier", advice, "required")]
    return _detailed(details, amount)


def _detailed(details: list[Resource], amount: int) -> tuple[Paid, list[Issue]]:
    paid: Paid = {}
    issues: list[Issue] = []
    for place, detail in enumerate(details):
        identifier, part = node(detail, "request", "identifier"), _amount(node(detail, "amount"))
        name = text(identifier, "value") if _is_ours(identifier) else ""
        if not name:
            advice = f"Name the claim or invoice that is paid by its identifier (system {CLAIMS} or {SETTLEMENTS})."
            issues.append(_wrong("claim-missing", f"detail[{place}].request.identifier", advice, "required"))
        if part is None:
            advice = "Give the amount in kroner with at most two decimals (currency DKK)."
            issues.append(_wrong("amount", f"detail[{place}].amount", advice))
        paid[name] = paid.get(name, 0) + (part or 0)
    if not issues and sum(paid.values()) != amount:
        advice = f"The details come to {kroner(sum(paid.values()), 'en')}, not to the amount paid; they must be equal."
        issues.append(_wrong("details-not-the-whole", "paymentAmount", advice, "business-rule"))
    return ({} if issues else paid), issues


def _is_ours(identifier: Resource) -> bool:
    return text(identifier, "system") in (CLAIMS, SETTLEMENTS)


def _wrong(code: str, element: str, advice: str, kind: str = "invalid") -> Issue:
    return error(code, f"PaymentReconciliation.{element}", advice, kind)


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said) if len(said) == len("2026-11-30") else None
    except ValueError:
        return None


def _amount(money: Resource) -> int | None:
    value = money.get("value")
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or text(money, "currency") != "DKK":
        return None
    try:
        return oere(value)
    except ValueError:
        return None
