"""Checks of lists, objects and guarded values, made of the checks of what they hold (see `profiles.plans`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from profiles.definitions import Definition
from profiles.faults import OUTSIDE, Fault, Found, under
from profiles.plans import Check, ObjectRule, Step
from profiles.scope import Scope


def object_check(named: str, steps: Mapping[str, Step], rules: Iterable[ObjectRule], fewest: int) -> Check:
    """The check of an object: each property by its step, then what holds between them.

    A rule that can fail only where a property is, or is not, there costs nothing where it is otherwise.
    """
    rules = tuple(rules)
    needed = frozenset(rule.absent for rule in rules if rule.absent)
    always, unmet = _of_all(rules, fewest)
    get = _with_rules(steps, rules).get

    def check(value: Any, scope: Scope) -> Found:
        if type(value) is not dict:
            return [Fault("structure-type", "An object must stand here: {...}.", "invalid")]
        faults: list[Fault] = []
        for key, inner in value.items():
            step = get(key)
            if step is None:
                faults.append(_unknown(named, key))
                continue
            place, item, rules_of = step
            found = item(inner, scope)
            if found is not None:
                faults += under(place, found)
            for rule in rules_of:
                found = rule(value, scope)
                if found is not None:
                    faults += found
        for rule in always if len(value) >= fewest and value.keys() >= needed else unmet:
            found = rule(value, scope)
            if found is not None:
                faults += found
        return faults or None

    return check


def _of_all(rules: tuple[ObjectRule, ...], fewest: int) -> tuple[tuple[Check, ...], tuple[Check, ...]]:
    """The rules on every object, and those on one that lacks something a rule asks for."""
    always = tuple(rule.check for rule in rules if not rule.absent and not rule.present)
    return always, (*((_not_empty,) if fewest else ()), *(rule.check for rule in rules if rule.absent), *always)


def _not_empty(value: Any, _: Scope) -> Found:
    if value:
        return None
    return [Fault("ele-1", "An empty object; leave it out instead (ele-1).", "invalid")]


def _with_rules(
    steps: Mapping[str, Step], rules: tuple[ObjectRule, ...]
) -> dict[str, tuple[str, Check, tuple[Check, ...]]]:
    """The steps, each with the rules on an object that has its property."""
    about = {key: tuple(rule.check for rule in rules if rule.present == key) for key in steps}
    return {key: (place, check, about[key]) for key, (place, check) in steps.items()}


def _unknown(named: str, key: str) -> Fault:
    told = key if key.isascii() and key.isalpha() and len(key) < 40 else "?"
    return Fault("structure-unknown", f"{named} has no property '{told}'; take it out.", "structure")


def list_check(item: Check) -> Check:
    """The check of a list whose every member item checks."""

    def check(value: Any, scope: Scope) -> Found:
        if type(value) is not list:
            return [not_list()]
        if not value:
            return [Fault("structure-empty", "An empty list; leave the property out instead.", "invalid")]
        faults: list[Fault] = []
        for index, inner in enumerate(value):
            found = item(inner, scope)
            if found is not None:
                faults += under(index, found)
        return faults or None

    return check


def or_none(check: Check) -> Check:
    """In a list of primitives a null may stand for what has extensions only."""
    return lambda value, scope: None if value is None else check(value, scope)


def guarded(first: Check, checks: list[Check]) -> Check:
    """A primitive's own format first; what profiles say of it only where that is right."""
    if not checks:
        return first

    def check(value: Any, scope: Scope) -> Found:
        faults = first(value, scope)
        if faults is not None and any(fault.severity != "warning" for fault in faults):
            return faults
        for one in checks:
            found = one(value, scope)
            if found is not None:
                faults = [*(faults or ()), *found]
        return faults

    return check


def plain(check: Any) -> Check:
    """A check that needs no scope."""
    return lambda value, _: check(value)


def nothing(_: Any, __: Scope) -> Found:
    """What is always right."""
    return None


def not_list() -> Fault:
    """What to say of what should be a list."""
    return Fault("structure-type", "A list must stand here: [...].", "invalid")


def not_single() -> Fault:
    """What to say of a list that should be none."""
    return Fault("structure-type", "One value must stand here, and no list.", "invalid")


def without_index(faults: list[Fault]) -> list[Fault]:
    """The faults of an element that does not repeat, without the place in a list."""
    for fault in faults:
        if fault.steps and fault.steps[-1] == 0:
            fault.steps.pop()
    return faults


_EXTENSION_VALUE = "Extension.value[x]"


def barred_check(code: str, definition: Definition) -> Check:
    """The check of a type that a profile does not let an element have.

    Where several types are left to choose from, and of extensions, it is told of the object around the value.
    """
    wanted = ", ".join(use.code for use in definition.types)
    text = f"{definition.path} may be {wanted} here, and not {code} (profile {definition.source})."
    of_owner = definition.name.endswith("[x]") and (len(definition.types) > 1 or definition.path == _EXTENSION_VALUE)

    def check(_: Any, __: Scope) -> Found:
        fault = Fault("profile-type", text, "structure")
        fault.steps += [OUTSIDE] if of_owner else []
        return [fault]

    return check
