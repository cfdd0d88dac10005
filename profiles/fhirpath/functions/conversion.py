"""Conversion between System types (FHIRPath N1, 5.5)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import TypeAlias

from profiles.fhirpath.functions.kinds import Function, ValueFunction
from profiles.fhirpath.model import Node, TypeInfo
from profiles.fhirpath.numbers import integer
from profiles.fhirpath.quantities import Quantity, calendar_word, convert
from profiles.fhirpath.run import Item, Items, Run
from profiles.fhirpath.temporal import DATE, DATE_TIME, TIME, Temporal, parse_date, parse_date_time, parse_time
from profiles.fhirpath.values import maybe, single_value, string

_TRUE = frozenset({"true", "t", "yes", "y", "1", "1.0"})
_FALSE = frozenset({"false", "f", "no", "n", "0", "0.0"})
_INTEGER = re.compile(r"[+-]?[0-9]{1,12}")
_DECIMAL = re.compile(r"[+-]?[0-9]{1,30}(?:\.[0-9]{1,30})?")
_QUANTITY = re.compile(r"([+-]?[0-9]{1,30}(?:\.[0-9]{1,30})?)\s*(?:'([^']+)'|([a-zA-Z]+))?")

Conversion: TypeAlias = Callable[[Item], Item | None]


def to_boolean(value: Item) -> bool | None:
    """toBoolean(); None where the value stands for none."""
    if type(value) is bool:
        return value
    if type(value) is str:
        text = value.lower()
        return text in _TRUE if text in _TRUE or text in _FALSE else None
    if isinstance(value, int | Decimal):
        return value == 1 if value in (0, 1) else None
    return None


def to_integer(value: Item) -> int | None:
    """toInteger(); decimals have no conversion."""
    if isinstance(value, int):
        return int(value)
    return integer(int(value)) if type(value) is str and _INTEGER.fullmatch(value) else None


def to_decimal(value: Item) -> Decimal | None:
    """toDecimal()."""
    if type(value) is bool:
        return Decimal("1.0") if value else Decimal("0.0")
    if isinstance(value, int | Decimal):
        return Decimal(value)
    return Decimal(value) if type(value) is str and _DECIMAL.fullmatch(value) else None


def to_quantity(value: Item) -> Quantity | None:
    """toQuantity(), without a unit to convert to."""
    if type(value) is Quantity:
        return value
    if type(value) is str:
        match = _QUANTITY.fullmatch(value)
        if match is None or (match[3] and not calendar_word(match[3])):
            return None
        return Quantity(Decimal(match[1]), match[2] or match[3] or "1", bool(match[3] or calendar_word(match[2] or "")))
    number = to_decimal(value)
    return None if number is None else Quantity(number)


def to_text(value: Item) -> str | None:
    """toString(); None for nodes that are no primitives."""
    if type(value) is bool:
        return "true" if value else "false"
    if type(value) is Decimal:
        return f"{value:f}"
    return None if isinstance(value, Node | TypeInfo) else str(value)


def to_date(value: Item) -> Temporal | None:
    """toDate()."""
    if isinstance(value, Temporal):
        return None if value.kind == TIME else Temporal(DATE, value.parts[:3])
    return parse_date(value) if type(value) is str else None


def to_date_time(value: Item) -> Temporal | None:
    """toDateTime()."""
    if isinstance(value, Temporal):
        return None if value.kind == TIME else Temporal(DATE_TIME, *_rest(value))
    return parse_date_time(value) if type(value) is str else None


def to_time(value: Item) -> Temporal | None:
    """toTime()."""
    if isinstance(value, Temporal):
        return value if value.kind == TIME else None
    return parse_time(value) if type(value) is str and not value.startswith("T") else None


def _rest(value: Temporal) -> tuple[tuple[int, ...], Decimal | None, int | None, bool]:
    return value.parts, value.second, value.offset, value.zulu


def _converter(convert_value: Conversion) -> ValueFunction:
    def body(_: Run, items: Items, __: Sequence[Items]) -> Items:
        value = single_value(items)
        return [] if value is None else maybe(convert_value(value))

    return ValueFunction(body)


def _tester(convert_value: Conversion) -> ValueFunction:
    def body(_: Run, items: Items, __: Sequence[Items]) -> Items:
        value = single_value(items)
        return [] if value is None else [convert_value(value) is not None]

    return ValueFunction(body)


def _quantity(items: Items, arguments: Sequence[Items]) -> Quantity | None:
    value = single_value(items)
    found = None if value is None else to_quantity(value)
    unit = string(arguments[0]) if arguments else None
    if found is None or unit is None:
        return found
    calendar = bool(calendar_word(unit))
    if found.unit == "1":
        return Quantity(found.value, unit, calendar)
    return convert(found, unit, calendar)


def _to_quantity(_: Run, items: Items, arguments: Sequence[Items]) -> Items:
    return maybe(_quantity(items, arguments))


def _converts_to_quantity(_: Run, items: Items, arguments: Sequence[Items]) -> Items:
    return [_quantity(items, arguments) is not None] if items else []


_CONVERSIONS: Mapping[str, Conversion] = {
    "Boolean": to_boolean,
    "Integer": to_integer,
    "Decimal": to_decimal,
    "String": to_text,
    "Date": to_date,
    "DateTime": to_date_time,
    "Time": to_time,
}
CONVERSION: Mapping[str, Function] = {
    **{f"to{name}": _converter(convert_value) for name, convert_value in _CONVERSIONS.items()},
    **{f"convertsTo{name}": _tester(convert_value) for name, convert_value in _CONVERSIONS.items()},
    "toQuantity": ValueFunction(_to_quantity, 0, 1),
    "convertsToQuantity": ValueFunction(_converts_to_quantity, 0, 1),
}
