"""Subsetting and combining (FHIRPath N1, 5.3 and 5.4), and walking the tree (5.8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from profiles.fhirpath.equality import Distinct, distinct
from profiles.fhirpath.functions.kinds import Function, ValueFunction
from profiles.fhirpath.model import Node
from profiles.fhirpath.operators import union
from profiles.fhirpath.run import Items, Run
from profiles.fhirpath.values import maybe, single, whole_number


def _single(_: Run, items: Items, __: Sequence[Items]) -> Items:
    return maybe(single(items))


def _first(_: Run, items: Items, __: Sequence[Items]) -> Items:
    return items[:1]


def _last(_: Run, items: Items, __: Sequence[Items]) -> Items:
    return items[-1:]


def _tail(_: Run, items: Items, __: Sequence[Items]) -> Items:
    return items[1:]


def _skip(_: Run, items: Items, arguments: Sequence[Items]) -> Items:
    count = whole_number(arguments[0])
    return [] if count is None else items[max(count, 0) :]


def _take(_: Run, items: Items, arguments: Sequence[Items]) -> Items:
    count = whole_number(arguments[0])
    return [] if count is None else items[: max(count, 0)]


def _intersect(run: Run, items: Items, arguments: Sequence[Items]) -> Items:
    other = _seen(run, arguments[0])
    return [item for item in distinct(items, run) if other.holds(item)]


def _exclude(run: Run, items: Items, arguments: Sequence[Items]) -> Items:
    other = _seen(run, arguments[0])
    return [item for item in items if not other.holds(item)]


def _seen(run: Run, items: Items) -> Distinct:
    seen = Distinct(run)
    for item in items:
        seen.add(item)
    return seen


def _union(run: Run, items: Items, arguments: Sequence[Items]) -> Items:
    return union(items, arguments[0], run)


def _combine(run: Run, items: Items, arguments: Sequence[Items]) -> Items:
    run.spend(len(items) + len(arguments[0]))
    return items + arguments[0]


def _children(run: Run, items: Items, _: Sequence[Items]) -> Items:
    found: Items = [child for item in items if type(item) is Node for child in item.children()]
    run.spend(len(found))
    return found


def _descendants(run: Run, items: Items, _: Sequence[Items]) -> Items:
    found: Items = []
    level = items
    while level:
        level = _children(run, level, ())
        found += level
    return found


COLLECTIONS: Mapping[str, Function] = {
    "single": ValueFunction(_single),
    "first": ValueFunction(_first),
    "last": ValueFunction(_last),
    "tail": ValueFunction(_tail),
    "skip": ValueFunction(_skip, 1, 1),
    "take": ValueFunction(_take, 1, 1),
    "intersect": ValueFunction(_intersect, 1, 1),
    "exclude": ValueFunction(_exclude, 1, 1),
    "union": ValueFunction(_union, 1, 1),
    "combine": ValueFunction(_combine, 1, 2),
    "children": ValueFunction(_children),
    "descendants": ValueFunction(_descendants),
}
