"""Quantities: values with units, compared and computed in UCUM and in calendar durations (FHIRPath N1, 4.1.8 and 6)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from profiles.fhirpath.numbers import add, divide, multiply, to_decimal
from profiles.fhirpath.ucum import Powers, reduce_unit, symbols_of, unit_text

UCUM = "http://unitsofmeasure.org"
_SECONDS: dict[str, int | Fraction] = {
    "week": 604800,
    "day": 86400,
    "hour": 3600,
    "minute": 60,
    "second": 1,
    "millisecond": Fraction(1, 1000),
}
_MONTHS = {"year": 12, "month": 1}
_DEFINITE = {"year": "a", "month": "mo"}
_CALENDAR_CODES = {"a": "year", "mo": "month", "d": "day", "h": "hour", "min": "minute", "s": "second"}
_CALENDAR_MONTH: Powers = (("calendar month", 1),)
_TIME: Powers = (("s", 1),)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A decimal and its unit. unit: a UCUM code ("mg"), or a calendar duration as written ("days") when calendar."""

    value: Decimal
    unit: str = "1"
    calendar: bool = False

    def __str__(self) -> str:
        return f"{self.value:f} {self.unit}" if self.calendar else f"{self.value:f} '{self.unit}'"


def calendar_word(unit: str) -> str:
    """The singular of a calendar duration; "" for any other unit."""
    word = unit.removesuffix("s")
    return word if word in _SECONDS or word in _MONTHS else ""


def quantity_of_literal(number: str, unit: str, calendar: bool) -> Quantity:
    """A literal's quantity; a calendar word in quotes means the same as without."""
    return Quantity(Decimal(number), unit, calendar or bool(calendar_word(unit)))


def from_fhir(content: dict[str, Any]) -> Quantity | None:
    """The System.Quantity of a FHIR Quantity; None without a value (R4, 2.9.1.5).

    UCUM's codes of time become calendar durations, as R4's table has it. Units of another system keep its name, so
    that they are comparable with themselves alone.
    """
    value = to_decimal(content.get("value"))
    if value is None:
        return None
    code, system, unit = content.get("code"), content.get("system"), content.get("unit")
    if system == UCUM and type(code) is str:
        word = _CALENDAR_CODES.get(code, "")
        return Quantity(value, word, calendar=True) if word else Quantity(value, code)
    if type(system) is str and type(code) is str:
        return Quantity(value, f"{system}|{code}")
    return Quantity(value, unit if type(unit) is str else "1")


def compare(left: Quantity, right: Quantity) -> int | None:
    """-1, 0 or 1; None where the units cannot be compared (N1, 6.1.1 and 6.2)."""
    return _order(left, right, _reduced(left), _reduced(right))


def in_common_unit(left: Quantity, right: Quantity) -> tuple[Fraction, Fraction] | None:
    """Both values in the larger of their units, for "~"; None where they have none in common.

    A calendar year or month counts as UCUM's where the other is no calendar duration (N1, 6.1.2).
    """
    if _same_unit(left, right):
        return Fraction(left.value), Fraction(right.value)
    if left.calendar != right.calendar:
        left, right = _definite(left), _definite(right)
    one, other = _reduced(left), _reduced(right)
    if one is None or other is None or one[1] != other[1]:
        return None
    largest = max(one[0], other[0])
    return Fraction(left.value) * one[0] / largest, Fraction(right.value) * other[0] / largest


def sum_of(left: Quantity, right: Quantity) -> Quantity | None:
    """left + right in the unit of left; None where right cannot be converted without saying so (years, months)."""
    if right.unit == "1" and not right.calendar:
        return _with_value(left, add(left.value, right.value))
    if left.unit == "1" and not left.calendar:
        return _with_value(right, add(left.value, right.value))
    if _is_months(left) and not _same_unit(left, right):
        return None
    converted = convert(right, left.unit, left.calendar)
    return None if converted is None else _with_value(left, add(left.value, converted.value))


def convert(quantity: Quantity, unit: str, calendar: bool) -> Quantity | None:
    """A quantity in another unit; None where there is no way."""
    target = Quantity(Decimal(1), unit, calendar)
    if _same_unit(quantity, target):
        return Quantity(quantity.value, unit, calendar)
    one, other = _reduced(quantity), _reduced(target)
    if one is None or other is None or one[1] != other[1]:
        return None
    ratio = one[0] / other[0]
    scaled = multiply(quantity.value, Decimal(ratio.numerator))
    value = None if scaled is None else divide(scaled, Decimal(ratio.denominator))
    return None if value is None else Quantity(value, unit, calendar)


def product(left: Quantity, right: Quantity) -> Quantity | None:
    """left * right, with the unit UCUM gives; None for calendar durations and what is no unit (N1, 6.6.1)."""
    return _joined(left, right, multiply(left.value, right.value), 1)


def quotient(left: Quantity, right: Quantity) -> Quantity | None:
    """left / right, with the unit UCUM gives; None for a division by zero too."""
    return _joined(left, right, divide(left.value, right.value), -1)


def _joined(left: Quantity, right: Quantity, value: Decimal | None, sign: int) -> Quantity | None:
    if value is None:
        return None
    if right.unit == "1":
        return Quantity(value, left.unit, left.calendar)
    if left.unit == "1" and sign > 0:
        return Quantity(value, right.unit, right.calendar)
    one, other = symbols_of(left.unit), symbols_of(right.unit)
    if one is None or other is None or left.calendar or right.calendar:
        return None
    powers = dict(one) if left.unit != "1" else {}
    for symbol, power in other.items():
        powers[symbol] = powers.get(symbol, 0) + sign * power
    return Quantity(value, unit_text({symbol: power for symbol, power in powers.items() if power}))


def _order(
    left: Quantity, right: Quantity, one: tuple[Fraction, Powers] | None, other: tuple[Fraction, Powers] | None
) -> int | None:
    if _same_unit(left, right):
        difference = Fraction(left.value) - Fraction(right.value)
    elif one is None or other is None or one[1] != other[1]:
        return None
    else:
        difference = Fraction(left.value) * one[0] - Fraction(right.value) * other[0]
    return (difference > 0) - (difference < 0)


def _is_months(quantity: Quantity) -> bool:
    return quantity.calendar and calendar_word(quantity.unit) in _MONTHS


def _same_unit(left: Quantity, right: Quantity) -> bool:
    if left.calendar and right.calendar:
        return calendar_word(left.unit) == calendar_word(right.unit)
    return left.unit == right.unit and left.calendar == right.calendar


def _reduced(quantity: Quantity) -> tuple[Fraction, Powers] | None:
    """Factor and dimension of the unit; calendar years and months have a dimension of their own (N1, 4.1.8)."""
    if quantity.calendar:
        word = calendar_word(quantity.unit)
        if word in _MONTHS:
            return Fraction(_MONTHS[word]), _CALENDAR_MONTH
        return Fraction(_SECONDS[word]), _TIME
    unit = reduce_unit(quantity.unit)
    return None if unit is None else (unit.factor, unit.powers)


def _definite(quantity: Quantity) -> Quantity:
    word = calendar_word(quantity.unit) if quantity.calendar else ""
    return Quantity(quantity.value, _DEFINITE[word]) if word in _DEFINITE else quantity


def _with_value(quantity: Quantity, value: Decimal | None) -> Quantity | None:
    return None if value is None else Quantity(value, quantity.unit, quantity.calendar)
