"""Paths into JSON objects of a known type, compiled to plain look-ups: what is there, and which values."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from profiles.fhirpath.compiler import type_argument
from profiles.fhirpath.model import Property, ancestors, is_fhir_type, is_primitive, members_of, nodes_of
from profiles.fhirpath.syntax import Ast, Call, Member, Variable
from profiles.r4.facts import facts

Json: TypeAlias = dict[str, Any]
Direct: TypeAlias = Callable[[Json], bool | None]
"""From the JSON object of an element to the expression's Boolean."""
Values: TypeAlias = Callable[[Any], list[Any]]
Found: TypeAlias = tuple[Values, tuple[str, ...]]
"""The values a path leads to, and the types they may have: () where it never leads to anything."""
Condition: TypeAlias = Callable[[Ast, str], Direct]
"""Compiles the criteria of where() for elements of a type."""
Steps: TypeAlias = list[Member | Call]

_TO_RESOURCES = ["entry", "resource", "ofType"]
_FILTERS = ("ofType", "where", "first")


class OtherKindError(Exception):
    """The expression is not of the simple kind; caught by `specialise`."""


def never(_: Json) -> bool | None:
    """What is always false."""
    return False


def _nothing(_: Any) -> list[Any]:
    return []


def _itself(value: Any) -> list[Any]:
    return [value]


_EMPTY: Found = (_nothing, ())


def path_present(ast: Ast, type_name: str, condition: Condition) -> Direct:
    """Whether a path leads to anything. Raises OtherKindError for what is no path of known elements."""
    steps = _steps(ast, type_name)
    if any(isinstance(step, Call) for step in steps):
        values, types = _values(steps, type_name, condition)
        return (lambda value: bool(values(value))) if types else never
    return _present([step.name for step in steps], type_name)


def path_values(ast: Ast | None, type_name: str, condition: Condition) -> Found:
    """The JSON values a path leads to, None for a primitive with extensions alone; and their types.

    Raises OtherKindError for what is no path of known elements. An ast of None is the element itself.
    """
    return _values(_steps(ast, type_name), type_name, condition)


def _steps(ast: Ast | None, type_name: str) -> Steps:
    """The steps of a path from the element on: names, where(), ofType() and first()."""
    steps: Steps = []
    while isinstance(ast, Member | Call):
        if isinstance(ast, Call) and ast.name not in _FILTERS:
            raise OtherKindError
        steps.append(ast)
        ast = ast.source
    if ast is not None and ast != Variable("this"):
        raise OtherKindError
    steps.reverse()
    if steps and isinstance(steps[0], Member) and steps[0].name[:1].isupper():
        if steps.pop(0).name not in ancestors(type_name):
            raise OtherKindError
        if not steps:
            raise OtherKindError
    return steps


def _present(names: list[str], type_name: str) -> Direct:
    found, rest = _members(names[0], type_name), names[1:]
    if not found:
        return never
    if len(found) == 1 and not rest:
        return _one_present(found[0])
    if len(found) > 1 or _is_open(found[0]):
        return _open_present(found, rest)
    inner = _present(rest, found[0].type)
    return never if inner is never else _through(found[0].key, inner)


def _members(name: str, type_name: str) -> tuple[Property, ...]:
    """The properties of an element of a type. Raises OtherKindError where that is not known."""
    if type_name == "Resource" or (is_primitive(type_name) and name in members_of("Element")):
        raise OtherKindError
    return () if is_primitive(type_name) else members_of(type_name).get(name, ())


def _is_open(one: Property) -> bool:
    """Whether what is found here may have elements that its type alone does not tell."""
    return is_primitive(one.type) or one.type == "Resource"


def _one_present(one: Property) -> Direct:
    key = one.key

    def present(value: Json) -> bool:
        found = value.get(key)
        return bool(nodes_of(value, one)) if found is None or found.__class__ is list else True

    return present


def _open_present(step: tuple[Property, ...], rest: list[str]) -> Direct:
    """A choice of types, or a step into what tells its own type: one look where there is nothing."""
    is_absent = _are_absent(step)

    def present(value: Json) -> bool:
        if is_absent(value):
            return False
        nodes = [node for one in step for node in nodes_of(value, one)]
        for name in rest:
            nodes = [child for node in nodes for child in node.named(name)]
        return bool(nodes)

    return present


def _are_absent(step: Iterable[Property]) -> Callable[[Json], bool]:
    return frozenset(key for one in step for key in (one.key, one.beside) if key).isdisjoint


def _through(key: str, inner: Direct) -> Direct:
    """A step into an object, or into each of a list of them."""

    def present(value: Json) -> bool | None:
        found = value.get(key)
        if found.__class__ is dict:
            return inner(found)
        return found.__class__ is list and any(inner(item) for item in found if item.__class__ is dict)

    return present


def _values(steps: Steps, type_name: str, condition: Condition) -> Found:
    at = next((at for at, step in enumerate(steps) if isinstance(step, Call) and step.name == "first"), None)
    if at is not None:
        return _after_first(steps[:at], steps[at + 1 :], type_name, condition)
    if not steps:
        return _itself, (type_name,)
    step, rest = steps[0], steps[1:]
    third = steps[2] if type_name == "Bundle" and [one.name for one in steps[:3]] == _TO_RESOURCES else None
    if isinstance(third, Call):
        return _of_entries(type_argument(third.arguments[0]), steps[3:], condition)
    if isinstance(step, Member):
        return _named(_members(step.name, type_name), rest, condition)
    if step.name == "where":
        return _where(step, rest, type_name, condition)
    return _of_type(type_argument(step.arguments[0]), rest, type_name, condition)


def _after_first(before: Steps, after: Steps, type_name: str, condition: Condition) -> Found:
    """first(): what comes before it must keep the order of the document, which a choice of types does not."""
    head, types = _values(before, type_name, condition)
    if len(types) > 1:
        raise OtherKindError
    if not types:
        return _EMPTY
    tail, types = _values(after, types[0], condition)
    inner = _guarded(tail)
    return (lambda value: [one for item in head(value)[:1] for one in inner(item)]), types


def _where(step: Call, rest: Steps, type_name: str, condition: Condition) -> Found:
    if is_primitive(type_name) or type_name == "Resource":
        raise OtherKindError
    holds = condition(step.arguments[0], type_name)
    inner, types = _values(rest, type_name, condition)

    def values(value: Any) -> list[Any]:
        # What should be an object and is none has no elements.
        is_object = value.__class__ is dict
        if holds(value if is_object else {}) is not True:
            return []
        return inner(value) if is_object or inner is _itself else []

    return values, types


def _of_type(name: str, rest: Steps, type_name: str, condition: Condition) -> Found:
    if not is_fhir_type(name):
        raise OtherKindError
    if type_name != "Resource":
        return _values(rest, type_name, condition) if name in ancestors(type_name) else _EMPTY
    if not is_concrete(name):
        raise OtherKindError
    inner, types = _values(rest, name, condition)

    def values(value: Any) -> list[Any]:
        return inner(value) if value.__class__ is dict and value.get("resourceType") == name else []

    return values, types


def _of_entries(name: str, rest: Steps, condition: Condition) -> Found:
    """entry.resource.ofType(Type): what guides of messages ask about most, in one loop."""
    if not is_concrete(name):
        raise OtherKindError
    inner, types = _values(rest, name, condition)

    def values(bundle: Json) -> list[Any]:
        found: list[Any] = []
        for entry in _listed(bundle.get("entry")):
            for resource in _listed(entry.get("resource")) if entry.__class__ is dict else ():
                if resource.__class__ is dict and resource.get("resourceType") == name:
                    found += inner(resource)
        return found

    return values, types


def _listed(value: Any) -> Any:
    return value if value.__class__ is list else (value,)


def is_concrete(name: str) -> bool:
    """Whether a name is that of a resource type that no other is made from."""
    fact = facts().types.get(name)
    return fact is not None and fact.kind == "resource" and not fact.abstract


def _named(step: tuple[Property, ...], rest: Steps, condition: Condition) -> Found:
    if not rest:
        return _last_values(step) if step else _nothing, tuple(one.type for one in step)
    ways = [(one, *_values(rest, one.type, condition)) for one in step]
    ways = [way for way in ways if way[2]]
    types = tuple(name for way in ways for name in way[2])
    if len(ways) < 2:
        return (_values_through(*ways[0][:2]), types) if ways else _EMPTY
    is_absent = _are_absent(one for one, _, _ in ways)
    parts = [_values_through(one, inner) for one, inner, _ in ways]

    def values(value: Json) -> list[Any]:
        return [] if is_absent(value) else [found for part in parts for found in part(value)]

    return values, types


def _last_values(last: tuple[Property, ...]) -> Values:
    first, is_choice = last[0], len(last) > 1

    def values(value: Json) -> list[Any]:
        found = value.get(first.key)
        if found is None or found.__class__ is list or is_choice:
            return [node.value for one in last for node in nodes_of(value, one)]
        return [found]

    return values


def _values_through(one: Property, inner: Values) -> Values:
    if is_primitive(one.type) or inner is _itself or inner is _nothing:
        return _values_through_any(one, _guarded(inner))
    key = one.key

    def values(value: Json) -> list[Any]:
        found = value.get(key)
        if found.__class__ is dict:
            return inner(found)
        items = found if found.__class__ is list else ()
        return [one for item in items if item.__class__ is dict for one in inner(item)]

    return values


def _values_through_any(one: Property, inner: Values) -> Values:
    """The same where what stands there need not be an object."""
    found_here = _last_values((one,))
    return lambda value: [found for item in found_here(value) for found in inner(item)]


def _guarded(inner: Values) -> Values:
    """Values inside what should be an object, and may be none."""
    if inner is _itself or inner is _nothing:
        return inner
    return lambda value: inner(value) if value.__class__ is dict else []
