"""From nodes to System values, and from collections to single values (FHIRPath N1, 4.5; R4, 2.9.1)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import cache

from profiles.fhirpath.errors import FhirPathError
from profiles.fhirpath.model import Node, TypeInfo, ancestors
from profiles.fhirpath.numbers import to_decimal
from profiles.fhirpath.quantities import Quantity, from_fhir
from profiles.fhirpath.run import Item, Items
from profiles.fhirpath.temporal import Temporal, parse_date, parse_date_time, parse_time

_TEMPORAL: dict[str, Callable[[str], Temporal | None]] = {
    "date": parse_date,
    "dateTime": parse_date_time,
    "instant": parse_date_time,
    "time": parse_time,
}
_SYSTEM_NAMES: dict[type, str] = {
    bool: "Boolean",
    int: "Integer",
    Decimal: "Decimal",
    str: "String",
    Quantity: "Quantity",
}


def simple(item: Item) -> Item:
    """The System value of a FHIR primitive or Quantity; anything else as it is."""
    if type(item) is not Node:
        return item
    value = item.value
    kind = type(value)
    if kind is str:
        parse = _TEMPORAL.get(item.type)
        return (parse(value) or value) if parse else str(value)
    if kind is bool:
        return bool(value)
    if kind is dict:
        return (from_fhir(value) or item) if is_quantity(item.type) else item
    if kind is int and item.type != "decimal":
        return int(value)
    number = to_decimal(value)
    return item if number is None else number


@cache
def is_quantity(type_name: str) -> bool:
    """Whether a type is Quantity or made from it (Age, Duration)."""
    return "Quantity" in ancestors(type_name)


def single(items: Items) -> Item | None:
    """The only item, None for an empty collection. Raises FhirPathError for many (N1, 4.5)."""
    if len(items) > 1:
        raise FhirPathError("A single item is needed where the expression gives a collection of many.")
    return items[0] if items else None


def single_value(items: Items) -> Item | None:
    """The System value of the only item."""
    item = single(items)
    return None if item is None else simple(item)


def truth(items: Items) -> bool | None:
    """A collection as a Boolean: a single item that is none counts as true (N1, 4.5)."""
    if not items:
        return None
    if len(items) > 1:
        raise FhirPathError("A Boolean is needed where the expression gives a collection of many.")
    value = simple(items[0])
    return value if type(value) is bool else True


def boolean(value: bool | None) -> Items:
    """A Boolean as a collection."""
    return [] if value is None else [value]


def maybe(value: Item | None) -> Items:
    """A value as a collection; None is the empty one."""
    return [] if value is None else [value]


def string(items: Items) -> str | None:
    """The only item as a string. Raises FhirPathError where it is something else."""
    value = single_value(items)
    if value is None or type(value) is str:
        return value
    raise wrong_type(value, "a String")


def whole_number(items: Items) -> int | None:
    """The only item as an Integer. Raises FhirPathError where it is something else."""
    value = single_value(items)
    if value is None or type(value) is int:
        return value
    raise wrong_type(value, "an Integer")


def wrong_type(item: Item, needed: str) -> FhirPathError:
    """The error of an item of another type than is needed."""
    found = type_of(item)
    return FhirPathError(f"{needed} is needed where the expression gives {found.namespace}.{found.name}.")


def type_of(item: Item) -> TypeInfo:
    """Namespace and name of an item's type."""
    if type(item) is Node:
        return TypeInfo("FHIR", item.type or "Element")
    if isinstance(item, Temporal):
        return TypeInfo("System", item.kind)
    return TypeInfo("System", _SYSTEM_NAMES.get(type(item), "Any"))
