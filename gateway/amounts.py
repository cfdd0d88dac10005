"""Amounts as people type them."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

import typer

from gateway.errors import BadRequestError
from settlement.money import oere

HIGHEST = 10**14
"""No amount is as high as this, in oere: what is, was mistyped."""


def read_amount(text: str, *, signed: bool = False) -> int:
    """Kroner as people type them, "1.234,50" or "1234.50", in oere. signed: whether it may be negative, as that of a
    reversal is. Raises BadRequestError."""
    plain = text.strip().replace(" ", "")
    plain = plain.replace(".", "").replace(",", ".") if "," in plain else plain
    try:
        found = oere(Decimal(plain))
    except (InvalidOperation, ValueError) as problem:
        raise BadRequestError(
            f"{text[:40]!r} is no amount: write kroner with at most two decimals, such as 1234.50 or 1.234,50."
        ) from problem
    if abs(found) >= HIGHEST:
        raise BadRequestError("An amount is below a thousand billion kroner.")
    if found < 0 and not signed:
        raise BadRequestError("The amount is not negative.")
    return found


def typed_amount(text: str) -> int:
    """An amount on the command line: `read_amount`. Raises typer.BadParameter."""
    return _option(text, signed=False)


def typed_signed_amount(text: str) -> int:
    """An amount on the command line that may be negative. Raises typer.BadParameter."""
    return _option(text, signed=True)


def _option(text: str, *, signed: bool) -> int:
    try:
        return read_amount(text, signed=signed)
    except BadRequestError as problem:
        raise typer.BadParameter(str(problem)) from problem
