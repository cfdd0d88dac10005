"""What a store promises of invoices of period agreements."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from settlement.invoices import Given, Invoice
from settlement.payments import Payment


@dataclass(frozen=True, slots=True)
class ClosedMonth:
    """A closed month of an agreement. position: it was closed over exactly the messages up to that position; None when
    that was not noted, which is so for what was closed by the first versions of the gateway."""

    month: str
    agreement: str
    closed_at: datetime
    position: int | None


class InvoiceStore(Protocol):
    """The invoices of a store."""

    def give_inputs(self, given: Given) -> None:
        """Keep inputs of a period; they are never changed, the latest count. Raises ConflictError where their month is
        closed under their agreement."""
        ...

    def given_inputs(self, month: str = "") -> list[Given]:
        """The inputs given for a month, or for all, in the order they were given."""
        ...

    def save_invoices(self, closed: ClosedMonth, invoices: Iterable[Invoice]) -> bool:
        """Close a month of a period agreement, in one transaction. False when it is closed already."""
        ...

    def invoices(self, month: str = "", agreement: str = "") -> list[Invoice]:
        """Invoices of closed months, by month and id."""
        ...

    def invoice(self, invoice_id: str) -> Invoice | None: ...
    def payments_of(self, names: Iterable[str]) -> list[Payment]:
        """Every payment of these claims or invoices, in the order they came."""
        ...
