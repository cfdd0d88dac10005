"""Money: integer oere, exact fractions until a clause says where it rounds, and texts for people."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction


def oere(kroner: Decimal | int) -> int:
    """Kroner written with at most two decimals, as whole oere; ValueError for anything finer, NaN or infinity."""
    if isinstance(kroner, Decimal) and not kroner.is_finite():
        raise ValueError("an amount is a number of kroner")
    amount = Fraction(kroner) * 100
    if amount.denominator != 1:
        raise ValueError("an amount has at most two decimals")
    return int(amount)


def rounded(amount: Fraction, to: int = 1) -> int:
    """An exact amount in oere to the nearest multiple of `to` (1 oere, or 100 for whole kroner); a half goes away
    from zero, as Danish rates are rounded."""
    units, rest = divmod(abs(amount), to)
    nearest = (int(units) + (2 * rest >= to)) * to
    return nearest if amount >= 0 else -nearest


def indexed(amount: int, percent: Decimal | int) -> Fraction:
    """An amount carried to a later price level, exact: 100000 oere and 1.4 % give 101400."""
    return amount * (1 + Fraction(percent) / 100)


def split(amount: int, weights: Sequence[int]) -> tuple[int, ...]:
    """An amount in oere split by weights so that the parts sum to the whole: largest remainder, first one first.

    Weights are not negative, and not all zero (ValueError).
    """
    total = sum(weights)
    if total <= 0 or min(weights) < 0:
        raise ValueError("weights are not negative, and not all zero")
    exact = [divmod(abs(amount) * weight, total) for weight in weights]
    left = abs(amount) - sum(whole for whole, _ in exact)
    largest = sorted(range(len(exact)), key=lambda place: -exact[place][1])[:left]
    parts = [whole + (place in largest) for place, (whole, _) in enumerate(exact)]
    return tuple(part if amount >= 0 else -part for part in parts)


def kroner(amount: int, language: str) -> str:
    """An amount in oere for people: "1.234,50 kr." (da) or "DKK 1,234.50" (en)."""
    sign = "-" if amount < 0 else ""
    whole, rest = divmod(abs(amount), 100)
    if language == "da":
        return f"{sign}{whole:,}".replace(",", ".") + f",{rest:02} kr."
    return f"{sign}DKK {whole:,}.{rest:02}"
