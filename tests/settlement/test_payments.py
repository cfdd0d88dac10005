"""Payments: what they come to, and that a number counts once."""

from __future__ import annotations

from datetime import date

from settlement.payments import Payment, paid


def payment(reference: str, amount: int) -> Payment:
    return Payment("claim", reference, date(2026, 11, 30), amount)


def test_payments_are_added_up() -> None:
    assert paid([payment("1", 500), payment("2", -200)]) == 300


def test_a_number_stated_again_counts_as_stated_last() -> None:
    assert paid([payment("1", 500), payment("2", 50), payment("1", 0)]) == 50


def test_nothing_paid_is_not_zero_paid() -> None:
    assert paid([]) is None
    assert paid([payment("1", 0)]) == 0
