"""Filtering, projection, sorting and aggregation (FHIRPath N1, 5.2 and 7; sort and sums are STU)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import cmp_to_key

from profiles.fhirpath.equality import Distinct, order
from profiles.fhirpath.errors import FhirPathError
from profiles.fhirpath.functions.kinds import Function, Lazy, ScopedFunction, TypeFunction, ValueFunction
from profiles.fhirpath.operators import arithmetic
from profiles.fhirpath.run import Item, Items, Run
from profiles.fhirpath.values import single, truth


def _where(run: Run, _: Items, items: Items, arguments: Sequence[Lazy]) -> Items:
    outer = run.index
    holds = arguments[0].truth
    run.spend(len(items))
    found: Items = []
    for index, item in enumerate(items):
        run.index = index
        if holds([item], run) is True:
            found.append(item)
    run.index = outer
    return found


def _select(run: Run, _: Items, items: Items, arguments: Sequence[Lazy]) -> Items:
    outer = run.index
    project = arguments[0].items
    run.spend(len(items))
    found: Items = []
    for index, item in enumerate(items):
        run.index = index
        found += project([item], run)
    run.index = outer
    run.spend(len(found))
    return found


def _repeat(run: Run, _: Items, items: Items, arguments: Sequence[Lazy]) -> Items:
    seen = Distinct(run)
    return _spread(run, items, arguments[0], seen.add)


def _repeat_all(run: Run, _: Items, items: Items, arguments: Sequence[Lazy]) -> Items:
    return _spread(run, items, arguments[0], lambda _: True)


def _spread(run: Run, items: Items, projection: Lazy, is_new: Callable[[Item], bool]) -> Items:
    """What the projection finds, and what it finds in that, and so on; the budget ends what would not."""
    found: Items = []
    level = items
    while level:
        below: Items = []
        for item in level:
            results = projection.items([item], run)
            run.spend(len(results))
            below += [result for result in results if is_new(result)]
        found += below
        level = below
    return found


def _of_type(_: Run, items: Items, is_type: Callable[[Item], bool]) -> Items:
    return [item for item in items if is_type(item)]


def _as(run: Run, items: Items, is_type: Callable[[Item], bool]) -> Items:
    if not run.environment.as_filters:
        single(items)
    return [item for item in items if is_type(item)]


def _is(_: Run, items: Items, is_type: Callable[[Item], bool]) -> Items:
    item = single(items)
    return [] if item is None else [is_type(item)]


def _iif(run: Run, _: Items, items: Items, arguments: Sequence[Lazy]) -> Items:
    if len(items) > 1 and not run.environment.as_filters:
        raise FhirPathError("iif() works on a single item; use select() for each of many.")
    if truth(arguments[0].items(items, run)) is True:
        return arguments[1].items(items, run)
    return arguments[2].items(items, run) if len(arguments) > 2 else []


def _coalesce(run: Run, this: Items, _: Items, arguments: Sequence[Lazy]) -> Items:
    for argument in arguments:
        found = argument.items(this, run)
        if found:
            return found
    return []


def _sort(run: Run, _: Items, items: Items, arguments: Sequence[Lazy]) -> Items:
    """Items in the order of their keys; an empty key comes first, with "desc" last."""
    run.spend(len(items) * (len(items).bit_length() + 1))
    keys = [_keys(run, item, arguments) for item in items]

    def compare(one: int, other: int) -> int:
        for at, (left, right) in enumerate(zip(keys[one], keys[other], strict=True)):
            found = _directed(left, right, arguments[at] if arguments else None)
            if found:
                return found
        return 0

    return [items[at] for at in sorted(range(len(items)), key=cmp_to_key(compare))]


def _directed(left: Item | None, right: Item | None, key: Lazy | None) -> int:
    found = _key_order(left, right)
    if key is None or not key.descending:
        return found
    has_empty = left is None or right is None
    return found if has_empty and not key.empty_last else -found


def _keys(run: Run, item: Item, arguments: Sequence[Lazy]) -> list[Item | None]:
    return [single(argument.items([item], run)) for argument in arguments] or [item]


def _key_order(left: Item | None, right: Item | None) -> int:
    if left is None or right is None:
        return (left is not None) - (right is not None)
    found = order(left, right)
    if found is None:
        raise FhirPathError("Values that cannot be compared cannot be sorted.")
    return found


def _aggregate(run: Run, this: Items, items: Items, arguments: Sequence[Lazy]) -> Items:
    outer = run.index, run.total
    total: Items = arguments[1].items(this, run) if len(arguments) > 1 else []
    run.spend(len(items))
    for index, item in enumerate(items):
        run.index, run.total = index, total
        total = arguments[0].items([item], run)
    run.index, run.total = outer
    return total


def _sum(run: Run, items: Items, _: Sequence[Items]) -> Items:
    add = arithmetic("+")
    total = items[:1]
    for item in items[1:]:
        total = add(total, [item], run)
    return total


def _avg(run: Run, items: Items, arguments: Sequence[Items]) -> Items:
    return arithmetic("/")(_sum(run, items, arguments), [Decimal(len(items))], run) if items else []


def _extreme(sign: int) -> Callable[[Run, Items, Sequence[Items]], Items]:
    def best(_: Run, items: Items, __: Sequence[Items]) -> Items:
        found = items[:1]
        for item in items[1:]:
            if _key_order(item, found[0]) == sign:
                found = [item]
        return found

    return best


FILTERING: Mapping[str, Function] = {
    "where": ScopedFunction(_where, 1, 1),
    "select": ScopedFunction(_select, 1, 1),
    "repeat": ScopedFunction(_repeat, 1, 1),
    "repeatAll": ScopedFunction(_repeat_all, 1, 1),
    "ofType": TypeFunction(_of_type),
    "as": TypeFunction(_as),
    "is": TypeFunction(_is),
    "iif": ScopedFunction(_iif, 2, 3),
    "coalesce": ScopedFunction(_coalesce, 1, 50),
    "sort": ScopedFunction(_sort, 0, 10),
    "aggregate": ScopedFunction(_aggregate, 1, 2),
    "sum": ValueFunction(_sum),
    "avg": ValueFunction(_avg),
    "min": ValueFunction(_extreme(-1)),
    "max": ValueFunction(_extreme(1)),
}
