"""What a region paid: a FHIR R4 PaymentReconciliation of one claim.

`identifier` names the claim that is paid (as the claim's bundle does), paymentIdentifier is the payment's number at the
region, paymentDate and paymentAmount are the money. The details repeat what was decided line by line; they are not
read, since decisions come as ClaimResponses. A payment that is stated again under its number takes the place of the
first statement; one that was not made after all is stated again with 0.00.

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
from settlement.money import oere
from settlement.payments import Payment
from settlement.records import Organisation


class PaymentReconciliations:
    """A payment of a claim."""

    name = "payment-reconciliation"
    title = "FHIR PaymentReconciliation: what a region paid"
    family = Family.FHIR

    def recognises(self, document: Document) -> bool:
        """A PaymentReconciliation resource."""
        return text(document.tree, "resourceType") == "PaymentReconciliation"

    def read(self, document: Document) -> Reading:
        """One Payment."""
        tree = document.tree
        payment, found = _payment(tree)
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
            payments=(payment,) if payment and not refuses(issues) else (),
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


def _payment(tree: Resource) -> tuple[Payment | None, list[Issue]]:
    issues: list[Issue] = []
    if (status := text(tree, "status")) and status != "active":
        advice = "A payment that was not made is stated again, active and with 0.00, under its number."
        issues.append(_wrong("status-not-active", "status", advice, "not-supported"))
    named = [text(one, "value") for one in items(tree, "identifier") if text(one, "system") in (CLAIMS, SETTLEMENTS)]
    if len(named) != 1 or not named[0]:
        advice = f"Name the one claim that is paid by its identifier (system {CLAIMS}); one payment for each claim."
        issues.append(_wrong("claim-missing", "identifier", advice, "required"))
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
        return None, issues
    return Payment(named[0], reference, paid_on, amount), issues


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
