"""Invoices of period agreements on a month's page: who pays whom, what for, and how far each has come."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.invoice_lives import LivedInvoice, invoices_told
from gateway.pages.named import party_label
from gateway.pages.visit import Visit
from gateway.store.contract import Delivery
from mappings.settlement_invoices import bundle_id
from settlement.periods import Month


@dataclass(frozen=True, slots=True)
class InvoiceShown:
    """An invoice of a period agreement with the names of who pays whom, the agreement's title, and its delivery."""

    lived: LivedInvoice
    title: str
    issuer: str
    recipient: str
    delivery: Delivery | None


def invoices_shown(visit: Visit, month: Month) -> list[InvoiceShown]:
    """The month's invoices that are this person's business."""
    deliveries = {each.document: each for each in visit.gateway.store.deliveries()}
    found = visit.gateway.invoicing.of_month(month)
    mine = [one for one in found if visit.person.takes_part(one.issuer, one.recipient)]
    return [
        InvoiceShown(
            lived,
            visit.gateway.invoicing.agreement(lived.invoice.agreement).title[visit.language],
            party_label(visit.gateway.register.directory, lived.invoice.issuer, month.last_day),
            party_label(visit.gateway.register.directory, lived.invoice.recipient, month.last_day),
            deliveries.get(bundle_id(lived.invoice.id)),
        )
        for lived in invoices_told(visit.gateway, mine)
    ]
