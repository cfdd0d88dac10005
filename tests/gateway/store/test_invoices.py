"""Inputs and invoices of period agreements, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from gateway.errors import ConflictError, StoreError
from gateway.store.contract import DocumentSearch, Store
from gateway.store.opening import SqlStore
from settlement.invoices import Given, Invoice
from settlement.settling import Entry
from tests.gateway.store.samples import NOON, closing, document

GIVEN = Given("goals", "2026-10", "0751", "1082", date(2026, 12, 31), "met = {a = true}", "anna", NOON)
ENTRY = Entry("goals", "goals", "", 25_000_000, False, {"da": "1 mål", "en": "1 goal"})
INVOICE = Invoice("i1", "goals", "2026-10", "0751", "1082", date(2026, 12, 31), GIVEN.values, (ENTRY,))


def test_inputs_are_kept_in_the_order_they_were_given(store: Store) -> None:
    later = replace(GIVEN, values="", at=NOON + timedelta(hours=1))
    other = replace(GIVEN, month="2026-11")
    for given in (GIVEN, later, other):
        store.give_inputs(given)
    assert store.given_inputs("2026-10") == [GIVEN, later]
    assert len(store.given_inputs()) == 3


def test_a_closed_month_takes_no_inputs_and_closes_once(store: Store) -> None:
    assert store.save_invoices(closing("2026-10", "goals"), [INVOICE])
    assert not store.save_invoices(closing("2026-10", "goals"), [replace(INVOICE, id="i2")])
    assert store.invoices("2026-10") == store.invoices(agreement="goals") == [INVOICE]
    assert store.invoices("2026-11") == store.invoices(agreement="other") == []
    assert (store.invoice("i1"), store.invoice("i2")) == (INVOICE, None)
    with pytest.raises(ConflictError, match="settle the period in a later month"):
        store.give_inputs(GIVEN)
    store.give_inputs(replace(GIVEN, agreement="other"))


@pytest.mark.parametrize(
    "change",
    ["UPDATE invoices SET total = 0", "DELETE FROM invoices", "UPDATE given_inputs SET month = ''"],
)
def test_the_database_refuses_to_change_them(store: Store, change: str) -> None:
    store.give_inputs(GIVEN)
    store.save_invoices(closing("2026-10", "goals"), [INVOICE])
    assert isinstance(store, SqlStore)
    with pytest.raises(StoreError, match="never changed"), store._write() as connection:
        connection.execute(text(change))


def test_the_bundle_is_delivered_and_its_parts_are_found(store: Store) -> None:
    kinds = ("settlement-bundle", "invoice", "evidence")
    store.save_documents([document(kind, kind=kind) for kind in kinds])
    store.save_documents([document(kind, kind=kind, body=b"other") for kind in kinds])
    assert [row.document for row in store.deliveries()] == ["settlement-bundle"]
    assert [one.body for one in store.documents(DocumentSearch(kinds=("invoice", "evidence")))] == [b"{}", b"{}"]
    found = [store.count_documents(DocumentSearch(parties=parties)) for parties in (("0751",), ("1082",), ("1085",))]
    assert found == [3, 3, 0]
