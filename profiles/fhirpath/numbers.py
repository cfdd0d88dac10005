"""Numbers: exact decimals of bounded size (FHIRPath N1, 4.1.4). What overflows is no number: None."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal, DecimalException
from typing import Any

MAX_INTEGER = 2**31 - 1
MIN_INTEGER = -(2**31)
MAX_DIGITS = 31
"""Digits after the point that boundaries and rounding go to."""
_PRECISION = 64
_LARGEST = Decimal(10) ** 50


def context() -> Context:
    """A fresh context of arithmetic: nothing is shared between threads."""
    return Context(prec=_PRECISION, Emin=-120, Emax=120)


def to_decimal(value: Any) -> Decimal | None:
    """The decimal of a JSON number; None for anything else, and for what is no number or beyond all bounds."""
    kind = type(value)
    if kind is int:
        found = Decimal(value) if abs(value) < 10**40 else None
    elif kind is float:
        found = Decimal(repr(value))
    else:
        found = value if kind is Decimal else None
    return found if found is not None and found.is_finite() and abs(found.adjusted()) <= 40 else None


def integer(value: int) -> int | None:
    """The value, or None beyond 32 bits (N1, 6.6: overflow is empty)."""
    return value if MIN_INTEGER <= value <= MAX_INTEGER else None


def add(left: Decimal, right: Decimal) -> Decimal | None:
    """left + right."""
    return bounded(lambda: context().add(left, right))


def subtract(left: Decimal, right: Decimal) -> Decimal | None:
    """left - right."""
    return bounded(lambda: context().subtract(left, right))


def multiply(left: Decimal, right: Decimal) -> Decimal | None:
    """left * right."""
    return bounded(lambda: context().multiply(left, right))


def divide(left: Decimal, right: Decimal) -> Decimal | None:
    """left / right to 28 digits; None for a division by zero."""
    return bounded(lambda: Context(prec=28, Emin=-120, Emax=120).divide(left, right))


def whole_quotient(left: Decimal, right: Decimal) -> Decimal | None:
    """left div right, without what is left over."""
    return bounded(lambda: context().divide_int(left, right))


def remainder(left: Decimal, right: Decimal) -> Decimal | None:
    """left mod right, with the sign of left."""
    return bounded(lambda: context().remainder(left, right))


def bounded(compute: Callable[[], Decimal]) -> Decimal | None:
    """What compute gives; None where decimal arithmetic has no answer or the answer is out of range."""
    try:
        found = compute()
    except (DecimalException, OverflowError):
        return None
    return found if found.is_finite() and abs(found) < _LARGEST else None


def digits_after_point(value: Decimal) -> int:
    """How many digits stand after the point, as written."""
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def significant_digits(value: Decimal) -> int:
    """Digits after the point without trailing zeros."""
    return digits_after_point(value.normalize(context()))


def round_to(value: Decimal, digits: int, rounding: str = ROUND_HALF_UP) -> Decimal | None:
    """A value with so many digits after the point; half goes away from zero."""
    return bounded(lambda: value.quantize(Decimal(1).scaleb(-digits), rounding=rounding, context=context()))


def boundary(value: Decimal, digits: int, upper: bool) -> Decimal | None:
    """The least (or greatest) number that would have been written so, with so many digits (STU functions).

    Towards zero digits are cut, away from it they are rounded.
    """
    half = Decimal(5).scaleb(-digits_after_point(value) - 1)
    edge = add(value, half) if upper else subtract(value, half)
    if edge is None:
        return None
    outward = (edge > 0) if upper else (edge < 0)
    return round_to(edge, digits, ROUND_HALF_UP if outward else ROUND_DOWN)
