"""Invoices of period agreements: the latest inputs count, and a period settled again is invoiced by the difference."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settlement.agreements import SHIPPED, load
from settlement.datafile import DataFileError
from settlement.eligibility import Reason
from settlement.invoices import Given, Invoice, invoice, latest_given

GOALS = load(SHIPPED / "rygcenter-syddanmark-2016.toml")
AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
FIRST = Given(GOALS.id, "2026-10", "0751", "DK-83", date(2016, 12, 31), "met = {a = true, b = true}", "", AT)


def met(count: int, month: str) -> Given:
    """That so many goals are met."""
    goals = ", ".join(f"g{number} = {'true' if number < count else 'false'}" for number in range(8))
    return replace(FIRST, month=month, values=f"met = {{{goals}}}")


def invoiced(said: Given, earlier: list[Invoice]) -> Invoice:
    found = invoice(said, GOALS, earlier)
    assert isinstance(found, Invoice)
    return found


def test_inputs_become_an_invoice_that_explains_itself() -> None:
    found = invoiced(FIRST, [])
    assert (found.total, found.month, found.issuer, found.recipient) == (50_000_000, "2026-10", "0751", "DK-83")
    assert [set(entry.explanation) for entry in found.entries] == [{"da", "en"}]


def test_the_latest_inputs_of_a_period_count_and_can_be_taken_back() -> None:
    later = replace(FIRST, values="met = {a = true}", at=AT.replace(hour=10))
    other = replace(FIRST, issuer="0730")
    assert latest_given([FIRST, other, later]) == [other, later]
    assert latest_given([FIRST, replace(FIRST, values="")]) == []


def test_settled_again_it_is_the_difference_and_says_so() -> None:
    first = invoiced(met(5, "2026-10"), [])
    second = invoiced(met(3, "2026-11"), [first])
    assert (first.total, second.total) == (125_000_000, -50_000_000)
    assert "tidligere faktureret (2026-10) 1.250.000,00 kr." in second.entries[0].explanation["da"]
    assert invoiced(met(3, "2026-12"), [first, second]).entries == ()
    assert first.id != second.id


def test_what_is_no_longer_due_is_paid_back() -> None:
    first = invoiced(met(2, "2026-10"), [])
    gone = replace(first.entries[0], part="a part that is not there any more")
    again = invoiced(met(2, "2026-11"), [replace(first, entries=(*first.entries, gone))])
    assert [(entry.part, entry.amount) for entry in again.entries] == [(gone.part, -gone.amount)]


def test_other_periods_are_none_of_its_business() -> None:
    first = invoiced(met(5, "2026-10"), [])
    others = [replace(first, issuer="0730"), replace(first, on=date(2016, 6, 30)), replace(first, month="2026-12")]
    assert invoiced(met(5, "2026-11"), others).total == first.total


@given(st.lists(st.integers(0, 8), min_size=1, max_size=5))
def test_over_any_history_the_sum_is_what_is_due_last(counts: list[int]) -> None:
    earlier: list[Invoice] = []
    for number, count in enumerate(counts, start=1):
        earlier.append(invoiced(met(count, f"2026-{number:02}"), earlier))
    assert sum(one.total for one in earlier) == counts[-1] * 25_000_000


def test_inputs_that_pay_nothing_or_cannot_be_read() -> None:
    assert isinstance(invoice(replace(FIRST, values="# nothing"), GOALS, []), Reason)
    with pytest.raises(DataFileError, match="inputs, line 1"):
        invoice(replace(FIRST, values="mett = {}"), GOALS, [])
