"""Arithmetic, concatenation, membership and type tests (FHIRPath N1, 6)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from profiles.fhirpath import numbers, quantities
from profiles.fhirpath.durations import moved
from profiles.fhirpath.equality import Distinct, as_quantity, equal_items, order
from profiles.fhirpath.errors import FhirPathError
from profiles.fhirpath.model import SYSTEM_TYPES, Node, ancestors, is_fhir_type
from profiles.fhirpath.quantities import Quantity
from profiles.fhirpath.run import Item, Items, Run
from profiles.fhirpath.temporal import Temporal
from profiles.fhirpath.values import maybe, simple, single, single_value, string, type_of, wrong_type

_PROFILED = {"SimpleQuantity": "Quantity", "MoneyQuantity": "Quantity"}
_LONGEST = 10_000_000


def arithmetic(operator: str) -> Callable[[Items, Items, Run], Items]:
    """The function of + - * / div mod: two collections in, one out."""
    compute = _ARITHMETIC[operator]

    def apply(left: Items, right: Items, run: Run) -> Items:
        one, other = single_value(left), single_value(right)
        return [] if one is None or other is None else maybe(compute(one, other, run))

    return apply


def concatenate(left: Items, right: Items, run: Run) -> Items:
    """left & right, an empty one as "" (N1, 6.6.7)."""
    return [checked_text((string(left) or "") + (string(right) or ""), run)]


def checked_text(text: str, run: Run) -> str:
    """A text that was made: its length is work. Raises FhirPathError where it is beyond all need."""
    if len(text) > _LONGEST:
        raise FhirPathError(f"A text of more than {_LONGEST} characters is not made.")
    run.spend(len(text) >> 6)
    return text


def sign(operator: str) -> Callable[[Items, Run], Items]:
    """The function of unary + and -."""

    def apply(items: Items, _: Run) -> Items:
        value = single_value(items)
        if value is None:
            return []
        if type(value) is Quantity:
            return [value if operator == "+" else Quantity(value.value.copy_negate(), value.unit, value.calendar)]
        if type(value) is int:
            return maybe(value if operator == "+" else numbers.integer(-value))
        if type(value) is Decimal:
            return [value if operator == "+" else value.copy_negate()]
        raise wrong_type(value, "A number or quantity")

    return apply


def compared(operator: str) -> Callable[[Items, Items, Run], bool | None]:
    """The function of < <= > >=."""
    holds = _ORDERS[operator]

    def apply(left: Items, right: Items, _: Run) -> bool | None:
        one, other = single(left), single(right)
        if one is None or other is None:
            return None
        found = order(one, other)
        return None if found is None else holds(found)

    return apply


def member(left: Items, right: Items, run: Run) -> bool | None:
    """left in right (N1, 6.4.2)."""
    item = single(left)
    if item is None:
        return None
    run.spend(len(right))
    return any(equal_items(item, other, run) is True for other in right)


def union(left: Items, right: Items, run: Run) -> Items:
    """left | right: without duplicates."""
    seen = Distinct(run)
    return [item for items in (left, right) for item in items if seen.add(item)]


def type_test(name: str) -> Callable[[Item], bool]:
    """Whether an item is of a type, or of one made from it (N1, 6.3).

    Nothing is of a type of the other model (System.Patient). Raises FhirPathError for a name that no model has.
    """
    namespace, _, plain = name.rpartition(".")
    plain = _PROFILED.get(plain, plain)
    known = is_fhir_type(plain) or plain in SYSTEM_TYPES
    fhir = namespace in ("", "FHIR") and is_fhir_type(plain)
    system = namespace in ("", "System") and plain in SYSTEM_TYPES
    if not known or namespace not in ("", "FHIR", "System"):
        raise FhirPathError(f"There is no type {name[:80]}.")

    def is_type(item: Item) -> bool:
        if type(item) is Node:
            return fhir and plain in ancestors(item.type)
        return system and (plain == "Any" or type_of(item).name == plain)

    return is_type


def _plus(left: Item, right: Item, run: Run) -> Item | None:
    if type(left) is str and type(right) is str:
        return checked_text(left + right, run)
    if isinstance(left, Temporal) and type(right) is Quantity:
        return moved(left, right, 1)
    if type(left) is int and type(right) is int:
        return numbers.integer(left + right)
    pair = _quantity_pair(left, right)
    if pair is not None:
        return quantities.sum_of(*pair)
    return numbers.add(_decimal(left), _decimal(right))


def _minus(left: Item, right: Item, _: Run) -> Item | None:
    if isinstance(left, Temporal) and type(right) is Quantity:
        return moved(left, right, -1)
    if type(left) is int and type(right) is int:
        return numbers.integer(left - right)
    pair = _quantity_pair(left, right)
    if pair is not None:
        return quantities.sum_of(pair[0], Quantity(pair[1].value.copy_negate(), pair[1].unit, pair[1].calendar))
    return numbers.subtract(_decimal(left), _decimal(right))


def _times(left: Item, right: Item, _: Run) -> Item | None:
    if type(left) is int and type(right) is int:
        return numbers.integer(left * right)
    pair = _quantity_pair(left, right)
    return quantities.product(*pair) if pair else numbers.multiply(_decimal(left), _decimal(right))


def _divided(left: Item, right: Item, _: Run) -> Item | None:
    pair = _quantity_pair(left, right)
    return quantities.quotient(*pair) if pair else numbers.divide(_decimal(left), _decimal(right))


def _div(left: Item, right: Item, _: Run) -> Item | None:
    return _like_operands(left, right, numbers.whole_quotient(_decimal(left), _decimal(right)))


def _mod(left: Item, right: Item, _: Run) -> Item | None:
    return _like_operands(left, right, numbers.remainder(_decimal(left), _decimal(right)))


def _like_operands(left: Item, right: Item, found: Decimal | None) -> Item | None:
    if found is not None and type(left) is int and type(right) is int:
        return numbers.integer(int(found))
    return found


def _quantity_pair(left: Item, right: Item) -> tuple[Quantity, Quantity] | None:
    if type(left) is not Quantity and type(right) is not Quantity:
        return None
    one, other = as_quantity(left), as_quantity(right)
    if one is None or other is None:
        raise wrong_type(left if one is None else right, "A number or quantity")
    return one, other


def _decimal(value: Item) -> Decimal:
    value = simple(value)
    if type(value) is int:
        return Decimal(value)
    if type(value) is Decimal:
        return value
    raise wrong_type(value, "A number")


_ARITHMETIC: dict[str, Callable[[Item, Item, Run], Item | None]] = {
    "+": _plus,
    "-": _minus,
    "*": _times,
    "/": _divided,
    "div": _div,
    "mod": _mod,
}
_ORDERS: dict[str, Callable[[int], bool]] = {
    "<": lambda found: found < 0,
    "<=": lambda found: found <= 0,
    ">": lambda found: found > 0,
    ">=": lambda found: found >= 0,
}
