"""Checks of lists and objects, made of the checks of what they hold."""

from __future__ import annotations

from typing import Any

from profiles.faults import Check, Fault, Found, under
from profiles.r4.facts import Element, Type
from profiles.structure_rules import TYPE_RULES

_NULL = "structure-null"
_MOST_SHAPES = 32
"""Sets of properties remembered of a type: objects with the same names are not asked again what the names tell."""


def list_check(item: Check) -> Check:
    """The check of a list whose every member item checks."""

    def check(value: Any) -> Found:
        if type(value) is not list:
            return [Fault("structure-type", "A list must stand here: [...].")]
        if not value:
            return [Fault("structure-empty", "An empty list; leave the property out instead.")]
        faults: list[Fault] = []
        for index, inner in enumerate(value):
            found = item(inner)
            if found is not None:
                faults += under(index, found)
        return faults or None

    return check


def or_null(check: Check) -> Check:
    """In a list of primitives a null may stand for what has extensions only; the object around it knows."""
    return lambda value: check(value) if value is not None else [Fault(_NULL, "null without an extension beside it.")]


def or_none(check: Check) -> Check:
    """In the list beside a list of primitives a null stands for what has neither id nor extensions."""
    return lambda value: None if value is None else check(value)


def object_check(fact: Type, steps: dict[str, Check]) -> Check:
    """The check of an object: each property by its step, then what holds between them.

    steps: checks by property name; it may be filled after this call, since types hold each other.
    """
    if fact.kind == "resource":
        steps["resourceType"] = lambda _: None
    get = steps.get
    by_names, between = _by_names(fact), TYPE_RULES.get(fact.name)
    right: set[tuple[str, ...]] = set()
    # A primitive's other half may hold an id alone; any other element needs more.
    fewest = 0 if fact.kind == "resource" else 1 if fact.name == "Element" else 2

    def unknown(_: Any) -> Found:
        return [Fault("structure-unknown", f"R4 has no such property in {fact.name}; take it out.")]

    def check(value: Any) -> Found:
        if type(value) is not dict:
            return [Fault("structure-type", "An object must stand here: {...}.")]
        faults: list[Fault] = []
        for key, inner in value.items():
            found = get(key, unknown)(inner)
            if found is not None:
                faults += under(key, found)
        names = tuple(value)
        if names not in right:
            told = [] if len(value) >= fewest else _check_not_empty(value)
            told += [fault for rule in by_names for fault in rule(value) or ()]
            if not told and len(right) < _MOST_SHAPES and steps.keys() >= set(names):
                right.add(names)
            faults += told
        found = between(value) if between is not None else None
        if found is not None:
            faults += found
        return [fault for fault in faults if not _is_paired(value, fault)] or None if faults else None

    return check


def _check_not_empty(value: dict[str, Any]) -> list[Fault]:
    """ele-1: an element has a value or children."""
    if value and "id" not in value:
        return []
    return [Fault("ele-1", "An empty element; leave it out instead (ele-1).", "invariant")]


def _is_paired(value: dict[str, Any], fault: Fault) -> bool:
    """Whether this is a null in a list of primitives with an id or extensions at its place in the list beside it."""
    if fault.code != _NULL or len(fault.steps) != 2:
        return False
    index, name = fault.steps
    extras = value.get(f"_{name}")
    if not isinstance(extras, list) or not isinstance(index, int) or index >= len(extras):
        return False
    return isinstance(extras[index], dict) and "extension" in extras[index]


def _by_names(fact: Type) -> tuple[Check, ...]:
    """What holds between the properties of one object, as far as their names tell it."""
    rules = [_choice_check(element) for element in fact.elements if element.name.endswith("[x]")]
    needed = frozenset(element.name for element in fact.elements if element.min and not element.name.endswith("[x]"))
    if fact.name == "Extension":
        rules.clear()  # its only choice, and all ext-1 has to say of it
    if needed:
        rules.append(_needed_check(fact, needed))
    return tuple(rules)


def _needed_check(fact: Type, needed: frozenset[str]) -> Check:
    def check(value: dict[str, Any]) -> Found:
        if needed <= value.keys():
            return None
        missing = sorted(name for name in needed - value.keys() if f"_{name}" not in value)
        return [
            Fault("structure-required", f"{fact.name}.{name} is required.", "required", step=name) for name in missing
        ]

    return check


def _choice_check(element: Element) -> Check:
    names = frozenset(name for name, _ in element.properties())
    stem = element.name[:-3]

    def check(value: dict[str, Any]) -> Found:
        present = value.keys() & names
        if len(present) == 1:
            return None
        if len(present) > 1:
            return [Fault("structure-choice", f"Only one {stem}[x] may be given.", step=stem)]
        if element.min and not any(f"_{name}" in value for name in names):
            return [Fault("structure-required", f"A {stem}[x] is required.", "required", step=stem)]
        return None

    return check
