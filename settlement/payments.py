"""Payments: what a region paid of a claim."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Payment:
    """What a region paid of a claim. reference: the payment's number at the region; stated again under the same number,
    the later statement counts. amount: oere, as it was paid. message: id of the message it was read from."""

    claim: str
    reference: str
    paid_on: date
    amount: int
    message: str = ""


def paid(payments: Iterable[Payment]) -> int | None:
    """What payments of one claim come to, given in the order they were stated; None when there is none."""
    counting = {payment.reference: payment.amount for payment in payments}
    return sum(counting.values()) if counting else None
