"""Amounts as people type them."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from gateway.errors import BadRequestError
from settlement.money import oere

HIGHEST = 10**14
"""No amount is as high as this, in oere: what is, was mistyped."""


def read_amount(text: str) -> int:
    """Kroner as people type them, "1.234,50" or "1234.50", in oere. Raises BadRequestError."""
    plain = text.strip().replace(" ", "")
    plain = plain.replace(".", "").replace(",", ".") if "," in plain else plain
    try:
        found = oere(Decimal(plain))
    except (InvalidOperation, ValueError) as problem:
        raise BadRequestError(
            "An amount is a number of kroner with at most two decimals, such as 1234,50."
        ) from problem
    if not 0 <= found < HIGHEST:
        raise BadRequestError("An amount is not negative, and below a thousand billion kroner.")
    return found
