"""Equal, equivalent, ordered, distinct (FHIRPath N1, 6.1 and 6.2)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from decimal import Decimal
from typing import Any, TypeGuard

from profiles.fhirpath import quantities, temporal
from profiles.fhirpath.errors import FhirPathError
from profiles.fhirpath.model import Node
from profiles.fhirpath.numbers import divide, round_to, significant_digits
from profiles.fhirpath.quantities import Quantity
from profiles.fhirpath.run import Item, Items, Run
from profiles.fhirpath.temporal import Temporal
from profiles.fhirpath.values import simple, wrong_type

_NUMBERS = (int, Decimal)


def equal(left: Items, right: Items, run: Run) -> bool | None:
    """left = right; None where it is open or one is empty."""
    if not left or not right:
        return None
    if len(left) != len(right):
        return False
    run.spend(len(left))
    return _all(equal_items(one, other, run) for one, other in zip(left, right, strict=True))


def equal_items(left: Item, right: Item, run: Run) -> bool | None:
    """Whether two items are equal; None where precisions or units leave it open."""
    one, other = simple(left), simple(right)
    if type(one) is bool or type(other) is bool:
        return one is other
    if isinstance(one, _NUMBERS) and isinstance(other, _NUMBERS):
        return one == other
    if isinstance(one, Temporal) and isinstance(other, Temporal):
        return _is_zero(temporal.compare(one, other)) if temporal.is_comparable(one, other) else False
    pair = _as_quantities(one, other)
    if pair is not None:
        return _is_zero(quantities.compare(*pair))
    if type(one) is Node and type(other) is Node:
        return _equal_nodes(one, other, run)
    return type(one) is type(other) and one == other


def equivalent(left: Items, right: Items, run: Run) -> bool:
    """left ~ right: never empty, in any order."""
    if len(left) != len(right):
        return False
    rest = list(right)
    for item in left:
        match = next((at for at, other in enumerate(rest) if equivalent_items(item, other, run)), None)
        run.spend(len(rest) if match is None else match)
        if match is None:
            return False
        del rest[match]
    return True


def equivalent_items(left: Item, right: Item, run: Run) -> bool:
    """Whether two items are equivalent."""
    one, other = simple(left), simple(right)
    if type(one) is bool or type(other) is bool:
        return one is other
    if type(one) is str and type(other) is str:
        return _normal(one) == _normal(other)
    if isinstance(one, _NUMBERS) and isinstance(other, _NUMBERS):
        return _equivalent_numbers(one, other)
    if isinstance(one, Temporal) and isinstance(other, Temporal):
        return temporal.is_comparable(one, other) and temporal.compare(one, other) == 0
    pair = _as_quantities(one, other)
    if pair is not None:
        return _equivalent_quantities(*pair)
    if type(one) is Node and type(other) is Node:
        return _equivalent_nodes(one, other, run)
    return type(one) is type(other) and one == other


def order(left: Item, right: Item) -> int | None:
    """-1, 0 or 1 for two items; None where it is open. Raises FhirPathError where types cannot be ordered."""
    one, other = simple(left), simple(right)
    if type(one) is str and type(other) is str:
        return (one > other) - (one < other)
    if _is_number(one) and _is_number(other):
        return (one > other) - (one < other)
    if isinstance(one, Temporal) and isinstance(other, Temporal) and temporal.is_comparable(one, other):
        return temporal.compare(one, other)
    pair = _as_quantities(one, other)
    if pair is not None:
        return quantities.compare(*pair)
    if type(one) is type(other):
        raise wrong_type(one, "A number, a string, a date or a quantity")
    raise FhirPathError("Values of different types cannot be ordered.")


class Distinct:
    """The items seen so far, by equality."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.keys: set[Hashable] = set()
        self.open: Items = []

    def add(self, item: Item) -> bool:
        """Whether the item is new; it is seen from now on."""
        value = simple(item)
        if isinstance(value, Temporal | Quantity):
            if self._holds_open(value):
                return False
            self.open.append(value)
            return True
        key = self._key(value)
        if key in self.keys:
            return False
        self.keys.add(key)
        return True

    def holds(self, item: Item) -> bool:
        """Whether an equal item was seen."""
        value = simple(item)
        if isinstance(value, Temporal | Quantity):
            return self._holds_open(value)
        return self._key(value) in self.keys

    def _holds_open(self, value: Item) -> bool:
        self.run.spend(len(self.open))
        return any(equal_items(value, other, self.run) is True for other in self.open)

    def _key(self, value: Item) -> Hashable:
        self.run.spend(0)
        if type(value) is Node:
            return _frozen(value.value, self.run), _frozen(value.extra, self.run) if value.value is None else None
        return (type(value) is bool, value)


def distinct(items: Iterable[Item], run: Run) -> Items:
    """Items without their equals, in the order of their first."""
    seen = Distinct(run)
    return [item for item in items if seen.add(item)]


def _all(results: Iterable[bool | None]) -> bool | None:
    found: bool | None = True
    for result in results:
        if result is False:
            return False
        found = None if result is None else found
    return found


def _is_zero(order_found: int | None) -> bool | None:
    return None if order_found is None else order_found == 0


def _is_number(value: Item) -> TypeGuard[int | Decimal]:
    return isinstance(value, _NUMBERS) and type(value) is not bool


def _as_quantities(one: Item, other: Item) -> tuple[Quantity, Quantity] | None:
    """Both as quantities where at least one is one and the other can become one (N1, 5.5)."""
    if type(one) is not Quantity and type(other) is not Quantity:
        return None
    left, right = as_quantity(one), as_quantity(other)
    return None if left is None or right is None else (left, right)


def as_quantity(value: Item) -> Quantity | None:
    """A number or quantity as a quantity; None for anything else."""
    if type(value) is Quantity:
        return value
    if isinstance(value, _NUMBERS) and type(value) is not bool:
        return Quantity(Decimal(value))
    return None


def _equal_nodes(left: Node, right: Node, run: Run) -> bool | None:
    """Complex values are equal where all their children are."""
    run.spend(1)
    if left.value is right.value and left.extra is right.extra:
        return True
    one, other = _groups(left), _groups(right)
    if one.keys() != other.keys() or (left.value is None) != (right.value is None):
        return False
    return _all(equal(items, other[name], run) for name, items in one.items())


def _equivalent_nodes(left: Node, right: Node, run: Run) -> bool:
    run.spend(1)
    one, other = _groups(left), _groups(right)
    return one.keys() == other.keys() and all(equivalent(items, other[name], run) for name, items in one.items())


def _groups(node: Node) -> dict[str, Items]:
    """Children by the JSON property they stand in."""
    content = node.value if type(node.value) is dict else node.extra or {}
    names = sorted({key.removeprefix("_") for key in content} - {"resourceType"})
    groups: dict[str, Items] = {}
    for name in names:
        part = {key: content[key] for key in (name, f"_{name}") if key in content}
        groups[name] = list(Node(part, node.type).children())
    return {name: items for name, items in groups.items() if items}


def _equivalent_numbers(one: int | Decimal, other: int | Decimal) -> bool:
    """Numbers compared with the digits of the less precise (N1, 6.1.2)."""
    left, right = Decimal(one), Decimal(other)
    digits = min(significant_digits(left), significant_digits(right))
    return round_to(left, digits) == round_to(right, digits)


def _equivalent_quantities(left: Quantity, right: Quantity) -> bool:
    pair = quantities.in_common_unit(left, right)
    if pair is None:
        return False
    one, other = (divide(Decimal(value.numerator), Decimal(value.denominator)) for value in pair)
    return pair[0] == pair[1] if one is None or other is None else _equivalent_numbers(one, other)


def _normal(text: str) -> str:
    return "".join(" " if char.isspace() else char for char in text.casefold())


def _frozen(value: Any, run: Run) -> Hashable:
    """A JSON value as a key: the same for equal content."""
    run.spend(0)
    if type(value) is dict:
        return frozenset((key, _frozen(item, run)) for key, item in value.items())
    if type(value) is list:
        return tuple(_frozen(item, run) for item in value)
    return (type(value) is bool, value)
