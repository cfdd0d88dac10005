"""Mathematics (FHIRPath N1, 5.7; STU): exact where there is an exact answer, decimals of 28 digits elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, Context, Decimal

from profiles.fhirpath import durations
from profiles.fhirpath.errors import FhirPathError
from profiles.fhirpath.functions.kinds import Function, ValueFunction
from profiles.fhirpath.numbers import MAX_DIGITS, boundary, bounded, digits_after_point, divide, integer, round_to
from profiles.fhirpath.quantities import Quantity, compare
from profiles.fhirpath.run import Item, Items, Run
from profiles.fhirpath.temporal import Temporal
from profiles.fhirpath.values import maybe, single_value, whole_number, wrong_type

_USUAL_DIGITS = 8


def _context() -> Context:
    return Context(prec=28, Emin=-120, Emax=120)


def _number(items: Items) -> Decimal | None:
    value = single_value(items)
    if value is None:
        return None
    if isinstance(value, int | Decimal) and type(value) is not bool:
        return Decimal(value)
    raise wrong_type(value, "A number")


def _real(compute: Callable[[Context, Decimal], Decimal]) -> ValueFunction:
    """A function from a decimal to a decimal; empty where there is no answer."""

    def body(_: Run, items: Items, __: Sequence[Items]) -> Items:
        value = _number(items)
        return [] if value is None else maybe(bounded(lambda: compute(_context(), value)))

    return ValueFunction(body)


def _whole(rounding: str) -> ValueFunction:
    """ceiling, floor and truncate: an Integer, or a Quantity of the same unit."""

    def body(_: Run, items: Items, __: Sequence[Items]) -> Items:
        value = single_value(items)
        if type(value) is Quantity:
            return [Quantity(value.value.to_integral_value(rounding), value.unit, value.calendar)]
        number = _number(items)
        return [] if number is None else maybe(integer(int(number.to_integral_value(rounding))))

    return ValueFunction(body)


def _abs(_: Run, items: Items, __: Sequence[Items]) -> Items:
    value = single_value(items)
    if type(value) is Quantity:
        return [Quantity(value.value.copy_abs(), value.unit, value.calendar)]
    if type(value) is int:
        return maybe(integer(abs(value)))
    number = _number(items)
    return [] if number is None else [number.copy_abs()]


def _round(_: Run, items: Items, arguments: Sequence[Items]) -> Items:
    digits = whole_number(arguments[0]) if arguments else 0
    value = single_value(items)
    if value is None or digits is None:
        return []
    if not 0 <= digits <= MAX_DIGITS:
        raise FhirPathError(f"round() takes 0 to {MAX_DIGITS} digits.")
    if type(value) is Quantity:
        rounded = round_to(value.value, digits)
        return [] if rounded is None else [Quantity(rounded, value.unit, value.calendar)]
    number = _number(items)
    return [] if number is None else maybe(round_to(number, digits))


def _log(_: Run, items: Items, arguments: Sequence[Items]) -> Items:
    value, base = _number(items), _number(arguments[0])
    if value is None or base is None:
        return []
    if value <= 0 or base <= 0:
        raise FhirPathError("There is no logarithm of, or to the base of, zero or less.")
    above = bounded(lambda: _context().log10(value))
    below = bounded(lambda: _context().log10(base))
    found = None if above is None or below is None else divide(above, below)
    rounded = None if found is None else round_to(found, 20)
    return [] if rounded is None else [rounded.normalize(_context())]


def _power(_: Run, items: Items, arguments: Sequence[Items]) -> Items:
    value, exponent = _number(items), _number(arguments[0])
    if value is None or exponent is None:
        return []
    found = bounded(lambda: _context().power(value, exponent))
    both_whole = all(type(single_value(part)) is int for part in (items, arguments[0])) and exponent >= 0
    return maybe(integer(int(found)) if both_whole and found is not None else found)


def _boundary(upper: bool) -> ValueFunction:
    """lowBoundary and highBoundary of decimals, quantities, dates and times."""

    def body(_: Run, items: Items, arguments: Sequence[Items]) -> Items:
        value = single_value(items)
        digits = whole_number(arguments[0]) if arguments else None
        if isinstance(value, Temporal):
            return maybe(durations.edge(value, digits, upper))
        digits = _USUAL_DIGITS if digits is None else digits
        if value is None or not 0 <= digits <= MAX_DIGITS:
            return []
        if type(value) is Quantity:
            edge = boundary(value.value, digits, upper)
            return [] if edge is None else [Quantity(edge, value.unit, value.calendar)]
        number = _number(items)
        return [] if number is None else maybe(boundary(number, digits, upper))

    return ValueFunction(body, 0, 1)


def _precision(_: Run, items: Items, __: Sequence[Items]) -> Items:
    value = single_value(items)
    if isinstance(value, Temporal):
        return [durations.digits(value)]
    number = _number(items)
    return [] if number is None else [digits_after_point(number)]


def _comparable(_: Run, items: Items, arguments: Sequence[Items]) -> Items:
    pair = [_quantity(single_value(part)) for part in (items, arguments[0])]
    if pair[0] is None or pair[1] is None:
        return []
    return [compare(pair[0], pair[1]) is not None]


def _quantity(value: Item | None) -> Quantity | None:
    if isinstance(value, int | Decimal) and type(value) is not bool:
        return Quantity(Decimal(value))
    return value if type(value) is Quantity else None


MATHS: Mapping[str, Function] = {
    "abs": ValueFunction(_abs),
    "ceiling": _whole(ROUND_CEILING),
    "floor": _whole(ROUND_FLOOR),
    "truncate": _whole(ROUND_DOWN),
    "exp": _real(Context.exp),
    "ln": _real(Context.ln),
    "sqrt": _real(Context.sqrt),
    "log": ValueFunction(_log, 1, 1),
    "power": ValueFunction(_power, 1, 1),
    "round": ValueFunction(_round, 0, 1),
    "lowBoundary": _boundary(upper=False),
    "highBoundary": _boundary(upper=True),
    "precision": ValueFunction(_precision),
    "comparable": ValueFunction(_comparable, 1, 1),
}
