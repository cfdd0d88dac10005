"""Invoices of period agreements: the inputs somebody gave, and what closed months froze of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, func, select

from gateway.errors import ConflictError
from gateway.store.contract import ClosedMonth
from gateway.store.packing import read_json, write_json, write_time
from gateway.store.shelf import Shelf, upsert
from gateway.store.tables import table
from settlement.invoices import Given, Invoice
from settlement.payments import Payment

GIVEN = table("given_inputs")
INVOICES = table("invoices")
MONTHS = table("months")
PAYMENTS = table("payments")


class InvoiceShelf(Shelf):
    """What is invoiced. See `gateway.store.invoice_contract.InvoiceStore`."""

    def give_inputs(self, given: Given) -> None:
        """Keep inputs. Raises ConflictError where their month is closed under their agreement."""
        with self._write() as connection:
            if _is_closed(connection, given):
                raise ConflictError(
                    f"{given.month} is closed under {given.agreement}; settle the period in a later month."
                )
            number = select(func.coalesce(func.max(GIVEN.c.number), 0) + 1).scalar_subquery()
            connection.execute(GIVEN.insert().values(number=number, month=given.month, body=write_json(given)))

    def given_inputs(self, month: str = "") -> list[Given]:
        """The inputs given for a month, or for all of them, in the order they were given."""
        wanted = [GIVEN.c.month == month] if month else []
        rows = self._all(select(GIVEN.c.body).where(*wanted).order_by(GIVEN.c.number))
        return [read_json(row.body, Given) for row in rows]

    def save_invoices(self, closed: ClosedMonth, invoices: Iterable[Invoice]) -> bool:
        """Close a month of a period agreement; False, and nothing changes, when it is closed already."""
        with self._write() as connection:
            if not upsert(connection, MONTHS, {**asdict(closed), "closed_at": write_time(closed.closed_at)}):
                return False
            rows = [_row(one) for one in invoices]
            if rows:
                connection.execute(INVOICES.insert(), rows)
        return True

    def invoices(self, month: str = "", agreement: str = "") -> list[Invoice]:
        """The invoices of closed months (of that month, of that agreement), by month and id."""
        wanted = [INVOICES.c.month == month] if month else []
        wanted += [INVOICES.c.agreement == agreement] if agreement else []
        rows = self._all(select(INVOICES.c.body).where(*wanted).order_by(INVOICES.c.month, INVOICES.c.id))
        return [read_json(row.body, Invoice) for row in rows]

    def invoice(self, invoice_id: str) -> Invoice | None:
        """An invoice by its id."""
        row = self._first(select(INVOICES.c.body).where(INVOICES.c.id == invoice_id))
        return read_json(row.body, Invoice) if row else None

    def payments_of(self, names: Iterable[str]) -> list[Payment]:
        """Every payment of these claims or invoices, in the order they came."""
        statement = select(PAYMENTS.c.body).where(PAYMENTS.c.claim.in_(list(names)))
        rows = self._all(statement.order_by(PAYMENTS.c.position, PAYMENTS.c.number))
        return [read_json(row.body, Payment) for row in rows]


def _is_closed(connection: Connection, given: Given) -> bool:
    wanted = (MONTHS.c.month == given.month, MONTHS.c.agreement == given.agreement)
    return connection.execute(select(MONTHS.c.month).where(*wanted)).first() is not None


def _row(invoice: Invoice) -> dict[str, Any]:
    names = ("id", "month", "agreement", "total")
    return {**{name: getattr(invoice, name) for name in names}, "body": write_json(invoice)}
