"""How often an element stands in its object, and what its value is fixed to (ElementDefinition: min, max, fixed)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import zip_longest
from typing import Any

from profiles.definitions import Definition
from profiles.faults import Fault, Found, copied
from profiles.issue import About
from profiles.patterns import check_fixed, check_pattern
from profiles.plans import (
    Check,
    Definitions,
    Glance,
    ObjectRule,
    Step,
    always,
    property_name,
    repeats,
    uses_of,
    where,
    where_several,
    without,
)
from profiles.primitives import PRIMITIVES
from profiles.scope import Scope
from profiles.slicing import Slicer


def _not_empty(*_: Any) -> Found:
    return [Fault("ele-1", "An empty object; leave it out instead (ele-1).", "invalid")]


NOT_EMPTY = ObjectRule(_not_empty, lambda names: not names)
RESOURCE_TYPE = Step("resourceType", lambda *_: None, Glance("True"))
"""The step of resourceType, by which the plan of a resource was chosen."""


def count_rules(group: Definitions, slicers: Sequence[Slicer]) -> list[ObjectRule]:
    """The checks, on the object around it, of how often an element is there."""
    keys = tuple(property_name(group[0].name, code) for code in uses_of(group)) or (group[0].name,)
    rules: list[ObjectRule] = []
    only = keys[0] if len(keys) == 1 else ""
    is_primitive = any(code in PRIMITIVES for code in uses_of(group))
    told_by_slices = {slicer.definition for slicer in slicers if slicer.needed}
    needed = max(group, key=lambda one: one.min)
    if needed.min and (needed.min_stated or needed not in told_by_slices):
        rules.append(ObjectRule(_needed_rule(keys, needed), without(only) if only and needed.min == 1 else always))
    most = min((one for one in group if one.max is not None), key=lambda one: one.max or 0, default=None)
    if most is not None and (most.max == 0 or repeats(group)):
        rules.append(ObjectRule(_most_rule(keys, most), where(*_names(keys))))
    if len(keys) > 1:
        rules.append(ObjectRule(_choice_rule(keys, group[0]), where_several(*keys)))
    if repeats(group) and is_primitive:
        rules.append(ObjectRule(_null_rule(keys[0]), where(keys[0])))
    absent = [fault for slicer in slicers for fault in slicer.absent()]
    if absent:
        rules.append(ObjectRule(_absent_rule(keys, absent)))
    return rules


def _names(keys: Iterable[str]) -> tuple[str, ...]:
    """The properties, and those with the ids and extensions of primitives."""
    return tuple(name for key in keys for name in (key, f"_{key}"))


def _counter(keys: tuple[str, ...]) -> Callable[[dict[str, Any]], int]:
    """Counts how often an element is there, under any of its JSON properties."""
    key_of = {name: key for key in keys for name in (key, f"_{key}")}
    is_absent = frozenset(key_of).isdisjoint

    def count(value: dict[str, Any]) -> int:
        if is_absent(value):
            return 0
        total = 0
        for name, found in value.items():
            key = key_of.get(name)
            if key is not None and found is not None and (key == name or key not in value):
                total += len(found) if type(found) is list else 1
        return total

    return count


def _needed_rule(keys: tuple[str, ...], definition: Definition) -> Check:
    least = definition.min
    count_of = _counter(keys)
    single = keys[0]
    wants_one = least == 1

    def check(value: Any, _: Scope) -> Found:
        if wants_one and single in value:
            return None
        count = count_of(value)
        if count >= least:
            return None
        text = f"{definition.path} needs at least {least} and has {count} (profile {definition.source})."
        return [Fault("cardinality-min", text, "structure", about=About(profile=definition.source))]

    return check


def _most_rule(keys: tuple[str, ...], definition: Definition) -> Check:
    most = definition.max or 0
    count_of = _counter(keys)

    def check(value: Any, _: Scope) -> Found:
        count = count_of(value)
        if count <= most:
            return None
        text = f"{definition.path} may be there {most} times at most, and is {count} (profile {definition.source})."
        return [Fault("cardinality-max", text, "structure", about=About(profile=definition.source))]

    return check


def _choice_rule(keys: tuple[str, ...], definition: Definition) -> Check:
    names = frozenset(keys)

    def check(value: Any, _: Scope) -> Found:
        if names.isdisjoint(value) or len(value.keys() & names) < 2:
            return None
        text = f"Only one of {definition.path} may be given (profile {definition.source})."
        return [Fault("structure-choice", text, "structure")]

    return check


def _null_rule(key: str) -> Check:
    """A null in a list of primitives stands for what has an id or extensions beside it (R4, 2.6.2.3)."""

    def check(value: Any, _: Scope) -> Found:
        found, beside = value.get(key), value.get(f"_{key}")
        if type(found) is not list or (None not in found and beside is None):
            return None
        extras = beside if type(beside) is list else []
        pairs = zip_longest(found, extras)
        lost = [one for one, extra in pairs if one is None and not extra]
        return [
            Fault("structure-null", "A null stands here without anything beside it.", "invalid", step=key) for _ in lost
        ]

    return check


def _absent_rule(keys: tuple[str, ...], faults: list[Fault]) -> Check:
    single = keys[0]
    count_of = _counter(keys)

    def check(value: Any, _: Scope) -> Found:
        return None if value.get(single) or count_of(value) else copied(faults)

    return check


def fixed_checks(group: Definitions) -> list[Check]:
    """The checks of fixed values and patterns, each said once."""
    checks: list[Check] = []
    seen: list[Any] = []
    for one in group:
        if one.fixed is not None and ("fixed", one.fixed[1]) not in seen:
            seen.append(("fixed", one.fixed[1]))
            checks.append(_fixed_check(one.fixed[1], one.source))
        if one.pattern is not None and ("pattern", one.pattern[1]) not in seen:
            seen.append(("pattern", one.pattern[1]))
            checks.append(_pattern_check(one.pattern[1], one.source))
    return checks


def _fixed_check(fixed: Any, source: str) -> Check:
    if isinstance(fixed, str):
        return lambda value, _: None if value == fixed else check_fixed(value, fixed, source)
    return lambda value, _: check_fixed(value, fixed, source)


def _pattern_check(pattern: Any, source: str) -> Check:
    """The usual pattern is of texts, and holds; all else is left to a closer look."""
    texts = tuple(pattern.items()) if type(pattern) is dict else ()
    if not texts or not all(type(text) is str for _, text in texts):
        return lambda value, _: check_pattern(value, pattern, source)

    def check(value: Any, _: Scope) -> Found:
        if type(value) is dict:
            for key, text in texts:
                if value.get(key) != text:
                    return check_pattern(value, pattern, source)
            return None
        return check_pattern(value, pattern, source)

    return check


def type_slice_rules(group: Definitions) -> list[ObjectRule]:
    """The checks that a choice has the type a slice of it requires."""
    slices = (one for definition in group if definition.name.endswith("[x]") for one in definition.slices)
    needed = [one for one in slices if one.min and one.types]
    keys = [tuple(property_name(one.name, use.code) for use in one.types) for one in needed]
    return [ObjectRule(_type_needed_rule(found, one)) for found, one in zip(keys, needed, strict=True)]


def _type_needed_rule(keys: tuple[str, ...], definition: Definition) -> Check:
    count_of = _counter(keys)

    def check(value: Any, _: Scope) -> Found:
        if count_of(value):
            return None
        name = f"{definition.path}:{definition.slice_name}"
        text = f"Slice '{name}' needs {definition.min} and has 0 (profile {definition.source})."
        return [Fault("slice-min", text, "structure", about=About(profile=definition.source))]

    return check
