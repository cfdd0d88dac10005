"""Invoicing: from inputs to a frozen invoice with its documents; what is settled again is the difference."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from gateway.build import Gateway
from gateway.errors import BadRequestError, ConflictError, NotFoundError
from gateway.invoice_lives import invoices_lived
from gateway.lives import months_lived
from gateway.store.contract import DocumentSearch
from settlement.invoices import Given
from settlement.life import State
from settlement.periods import Month
from tests.gateway.test_months import OCTOBER, PRICED, SEPTEMBER
from tests.gateway.test_replay import replayed
from tests.gateway.world import NOVEMBER, world
from tests.mappings.judging import findings, tree

GOALS = Given(
    "rygcenter-syddanmark-2016", "2026-09", "0751", "DK-82", date(2016, 12, 31), "met = {a = true}", "anna", NOVEMBER
)


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Gateway]:
    with world(tmp_path, PRICED) as found:
        yield found


def closed(gateway: Gateway, month: Month) -> None:
    list(gateway.months.close(month))
    gateway.invoicing.close(month)


def test_a_draft_becomes_an_invoice_when_the_month_is_closed(gateway: Gateway) -> None:
    gateway.invoicing.give(GOALS)
    (draft,) = invoices_lived(gateway, SEPTEMBER)
    assert (draft.state, draft.invoice.total) == (State.DRAFT, 25_000_000)
    gateway.invoicing.give(replace(GOALS, values="met = {a = true, b = true}"))
    closed(gateway, SEPTEMBER)
    (frozen,) = invoices_lived(gateway, SEPTEMBER)
    assert (frozen.state, frozen.invoice.total, frozen.paid) == (State.SUBMITTED, 50_000_000, None)
    (month,) = months_lived(gateway)
    assert (month.invoices, month.claimed, month.owed) == (1, 253500 + 50_000_000, 253500 + 50_000_000)
    documents = gateway.store.documents(DocumentSearch(kinds=("settlement-bundle", "invoice", "evidence")))
    assert len(documents) == 3
    assert [findings(tree(one.body)) for one in documents] == [[], [], []]


def test_closing_again_changes_nothing_and_the_month_takes_no_inputs(gateway: Gateway) -> None:
    gateway.invoicing.give(GOALS)
    closed(gateway, SEPTEMBER)
    before = gateway.store.documents(DocumentSearch(count=500))
    closed(gateway, SEPTEMBER)
    assert gateway.store.documents(DocumentSearch(count=500)) == before
    with pytest.raises(ConflictError):
        gateway.invoicing.give(GOALS)
    with pytest.raises(ConflictError, match="name a later month"):
        gateway.invoicing.give(replace(GOALS, month="2026-08"))


def test_a_period_settled_again_is_the_difference_and_replay_rebuilds_all(gateway: Gateway, tmp_path: Path) -> None:
    gateway.invoicing.give(replace(GOALS, values="met = {a = true, b = true}"))
    closed(gateway, SEPTEMBER)
    gateway.invoicing.give(replace(GOALS, month="2026-10"))
    closed(gateway, OCTOBER)
    (second,) = gateway.invoicing.of_month(OCTOBER)
    assert second.total == -25_000_000
    document = gateway.store.document(second.id)
    assert document
    assert tree(document.body)["totalNet"]["value"] == Decimal("-250000.00")
    assert replayed(gateway, tmp_path / "scratch").identical


def test_what_cannot_be_invoiced_is_told(gateway: Gateway) -> None:
    with pytest.raises(NotFoundError, match="no agreement about periods"):
        gateway.invoicing.give(replace(GOALS, agreement="iv-midtjylland"))
    with pytest.raises(BadRequestError, match="line 1"):
        gateway.invoicing.give(replace(GOALS, values="mett = 1"))
    with pytest.raises(BadRequestError, match="pays nothing"):
        gateway.invoicing.give(replace(GOALS, values="# none"))
    assert gateway.store.given_inputs() == []


def test_inputs_taken_back_are_no_invoice(gateway: Gateway) -> None:
    gateway.invoicing.give(GOALS)
    assert gateway.invoicing.give(replace(GOALS, values="")) is None
    closed(gateway, SEPTEMBER)
    assert gateway.invoicing.of_month(SEPTEMBER) == []
