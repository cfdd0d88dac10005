"""Payments: what a region paid of a claim, or of an invoice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Payment:
    """What a region paid of a claim or an invoice.

    claim: id of either. reference: the payment's number at the region; stated again under the same number, the later
    statement counts. amount: oere, as it was paid. message: id of the message it was read from.
    """

    claim: str
    reference: str
    paid_on: date
    amount: int
    message: str = ""


def standing(payments: Iterable[Payment]) -> tuple[Payment, ...]:
    """Of payments of one claim, given in the order they were stated, those that count: the latest of each number."""
    return tuple({payment.reference: payment for payment in payments}.values())


def paid(payments: Iterable[Payment]) -> int | None:
    """What payments of one claim come to, given in the order they were stated; None when there is none."""
    counting = standing(payments)
    return sum(payment.amount for payment in counting) if counting else None
