"""How far invoices of period agreements have come: what is stored of each, told as its life."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from gateway.build import Gateway
from settlement.invoices import Invoice
from settlement.life import State, invoice_state
from settlement.payments import Payment, paid
from settlement.periods import Month


@dataclass(frozen=True, slots=True)
class LivedInvoice:
    """An invoice of a period agreement, how far it has come, and its payments in the order they were stated."""

    invoice: Invoice
    state: State
    payments: tuple[Payment, ...]

    @property
    def paid(self) -> int | None:
        """What was paid of it, in oere; None while nothing was."""
        return paid(self.payments)


def invoices_lived(gateway: Gateway, month: Month) -> tuple[LivedInvoice, ...]:
    """The invoices of a month: closed ones as they stand now, of an open month the drafts."""
    return invoices_told(gateway, gateway.invoicing.of_month(month))


def invoices_told(gateway: Gateway, invoices: Iterable[Invoice]) -> tuple[LivedInvoice, ...]:
    """Invoices, drafts or closed, each with its life."""
    found = list(invoices)
    payments: defaultdict[str, list[Payment]] = defaultdict(list)
    for payment in gateway.store.payments_of(one.id for one in found):
        payments[payment.claim].append(payment)
    return tuple(_told(gateway, one, payments[one.id]) for one in found)


def _told(gateway: Gateway, one: Invoice, payments: list[Payment]) -> LivedInvoice:
    state = invoice_state(one.total, paid(payments), is_closed=gateway.invoicing.is_closed(one))
    return LivedInvoice(one, state, tuple(payments))
