"""Closed months, and the database's own rules about money, on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text

from gateway.errors import StoreError
from gateway.store.contract import Store
from gateway.store.opening import SqlStore
from tests.gateway.store.samples import claim, closing, line, reversal, withheld

OCTOBER = claim(
    "iv-2026-10-0751",
    line("l2", key="k2"),
    line("l1", key="k1", amount=9_999_999_999),
    items=(withheld("episode-8"), withheld("episode-9")),
)


def test_a_month_is_closed_once_and_reads_back_as_it_was(store: Store) -> None:
    assert store.save_claims(closing("2026-10"), [OCTOBER])
    assert not store.save_claims(closing("2026-10"), [claim("other", line("l3", key="k3"))])
    assert store.months() == [closing("2026-10")]
    assert store.claims("2026-10") == store.claims("2026-10", "iv") == [OCTOBER]
    assert store.claim("iv-2026-10-0751") == OCTOBER
    assert list(store.each_claim("2026-10", "iv")) == [OCTOBER]
    assert (store.claim("other"), store.claims("2026-11"), store.line("l3")) == (None, [], None)


def test_lines_and_withheld_items_are_found(store: Store) -> None:
    store.save_claims(closing("2026-10"), [OCTOBER])
    assert store.line("l1") == OCTOBER.lines[1]
    assert store.lines_of_episode("episode-1") == [OCTOBER.lines[1], OCTOBER.lines[0]]
    assert store.withheld_of_episode("episode-9") == [OCTOBER.withheld[1]]
    assert list(store.billed("iv", "0751")) == [OCTOBER.lines[1], OCTOBER.lines[0]]
    assert list(store.billed("iv", "0101")) == list(store.billed("iv", "0751", "2026-10")) == []
    assert list(store.billed("iv", "0751", "2026-11")) == list(store.billed("iv", "0751"))


def test_several_agreements_close_the_same_month(store: Store) -> None:
    other = replace(claim("other", line("l3", key="k3")), agreement="acute")
    assert store.save_claims(closing("2026-10"), [OCTOBER])
    assert store.save_claims(closing("2026-10", "acute"), [other])
    assert store.claims("2026-10", "acute") == [other]
    assert len(store.claims("2026-10")) == 2


def test_a_billable_key_is_charged_once(store: Store) -> None:
    store.save_claims(closing("2026-10"), [OCTOBER])
    november = claim("november", line("l9", key="k1", month="2026-11"), month="2026-11")
    with pytest.raises(StoreError, match="billable key"):
        store.save_claims(closing("2026-11"), [november])
    assert store.months() == [closing("2026-10")]
    assert store.claim("november") is None


def test_a_reversed_key_may_be_charged_anew_whatever_the_order_of_the_lines(store: Store) -> None:
    store.save_claims(closing("2026-10"), [OCTOBER])
    charge = OCTOBER.lines[1]
    lines = (line("l9", key="k1", month="2026-11", amount=5), reversal(charge, "2026-11"))
    november = claim("november", *lines, month="2026-11")
    assert store.save_claims(closing("2026-11"), [november])
    assert store.claim("november") == november
    assert [closed.month for closed in store.months()] == ["2026-11", "2026-10"]


@pytest.mark.parametrize("of", [line("l1", key="other"), line("never", key="k1")])
def test_only_an_open_charge_of_the_key_is_reversed(store: Store, of: object) -> None:
    store.save_claims(closing("2026-10"), [OCTOBER])
    assert isinstance(of, type(OCTOBER.lines[0]))
    with pytest.raises(StoreError, match="reversal"):
        store.save_claims(closing("2026-11"), [claim("november", reversal(of, "2026-11"), month="2026-11")])


def test_a_charge_is_reversed_once(store: Store) -> None:
    store.save_claims(closing("2026-10"), [OCTOBER])
    once = reversal(OCTOBER.lines[0], "2026-11")
    store.save_claims(closing("2026-11"), [claim("november", once, month="2026-11")])
    twice = replace(once, id="again", month="2026-12")
    with pytest.raises(StoreError):
        store.save_claims(closing("2026-12"), [claim("december", twice, month="2026-12")])


CHANGES = (
    "UPDATE lines SET amount = 0",
    "DELETE FROM lines",
    "UPDATE withheld SET episode = ''",
    "DELETE FROM withheld",
    "UPDATE claims SET total = 0",
    "DELETE FROM claims",
    "UPDATE months SET month = '2027-01'",
    "DELETE FROM months",
)


@pytest.mark.parametrize("change", CHANGES)
def test_the_database_refuses_to_change_a_closed_month(store: Store, change: str) -> None:
    store.save_claims(closing("2026-10"), [OCTOBER])
    assert isinstance(store, SqlStore)
    with pytest.raises(StoreError, match="closed month"), store._write() as connection:
        connection.execute(text(change))
    assert store.claims("2026-10") == [OCTOBER]


def test_the_database_itself_refuses_a_second_charge(store: Store) -> None:
    store.save_claims(closing("2026-10"), [OCTOBER])
    assert isinstance(store, SqlStore)
    copy = text(
        "INSERT INTO lines SELECT 'copy', claim, 99, key, kind, reverses, month, agreement, municipality, episode,"
        " amount, body FROM lines WHERE id = 'l1'"
    )
    with pytest.raises(StoreError, match="billable key"), store._write() as connection:
        connection.execute(copy)
