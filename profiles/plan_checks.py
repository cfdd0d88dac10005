"""Checks of lists and guarded values, made of the checks of what they hold (see `profiles.plans`)."""

from __future__ import annotations

from typing import Any

from profiles.definitions import Definition
from profiles.faults import OUTSIDE, Fault, Found, under
from profiles.plans import Check
from profiles.scope import Scope


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
