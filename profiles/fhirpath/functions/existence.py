"""Existence (FHIRPath N1, 5.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from profiles.fhirpath.equality import Distinct, distinct
from profiles.fhirpath.functions.kinds import Function, Lazy, ScopedFunction, ValueFunction
from profiles.fhirpath.run import Items, Run
from profiles.fhirpath.values import boolean, simple, truth, wrong_type


def _empty(_: Run, items: Items, __: Sequence[Items]) -> Items:
    return [not items]


def _not(_: Run, items: Items, __: Sequence[Items]) -> Items:
    value = truth(items)
    return boolean(None if value is None else not value)


def _exists(run: Run, _: Items, items: Items, arguments: Sequence[Lazy]) -> Items:
    if not arguments:
        return [bool(items)]
    return [_any(run, items, arguments[0], wanted=True)]


def _all(run: Run, _: Items, items: Items, arguments: Sequence[Lazy]) -> Items:
    return [not _any(run, items, arguments[0], wanted=False)]


def _any(run: Run, items: Items, criteria: Lazy, *, wanted: bool) -> bool:
    """Whether the criteria are true for an item (wanted), or are not true for one (not wanted)."""
    outer = run.index
    holds = criteria.truth
    run.spend(len(items))
    found = False
    for index, item in enumerate(items):
        run.index = index
        if (holds([item], run) is True) is wanted:
            found = True
            break
    run.index = outer
    return found


def _booleans(items: Items) -> list[bool]:
    values = [simple(item) for item in items]
    for value in values:
        if type(value) is not bool:
            raise wrong_type(value, "A Boolean")
    return [value is True for value in values]


def _all_true(_: Run, items: Items, __: Sequence[Items]) -> Items:
    return [all(_booleans(items))]


def _any_true(_: Run, items: Items, __: Sequence[Items]) -> Items:
    return [any(_booleans(items))]


def _all_false(_: Run, items: Items, __: Sequence[Items]) -> Items:
    return [not any(_booleans(items))]


def _any_false(_: Run, items: Items, __: Sequence[Items]) -> Items:
    return [not all(_booleans(items))]


def _subset_of(run: Run, items: Items, arguments: Sequence[Items]) -> Items:
    return [_holds_all(run, arguments[0], items)]


def _superset_of(run: Run, items: Items, arguments: Sequence[Items]) -> Items:
    return [_holds_all(run, items, arguments[0])]


def _holds_all(run: Run, whole: Items, part: Items) -> bool:
    seen = Distinct(run)
    for item in whole:
        seen.add(item)
    return all(seen.holds(item) for item in part)


def _count(_: Run, items: Items, __: Sequence[Items]) -> Items:
    return [len(items)]


def _distinct(run: Run, items: Items, _: Sequence[Items]) -> Items:
    return distinct(items, run)


def _is_distinct(run: Run, items: Items, _: Sequence[Items]) -> Items:
    seen = Distinct(run)
    return [all(seen.add(item) for item in items)]


EXISTENCE: Mapping[str, Function] = {
    "empty": ValueFunction(_empty),
    "not": ValueFunction(_not),
    "exists": ScopedFunction(_exists, 0, 1),
    "all": ScopedFunction(_all, 1, 1),
    "allTrue": ValueFunction(_all_true),
    "anyTrue": ValueFunction(_any_true),
    "allFalse": ValueFunction(_all_false),
    "anyFalse": ValueFunction(_any_false),
    "subsetOf": ValueFunction(_subset_of, 1, 1),
    "supersetOf": ValueFunction(_superset_of, 1, 1),
    "count": ValueFunction(_count),
    "distinct": ValueFunction(_distinct),
    "isDistinct": ValueFunction(_is_distinct),
}
