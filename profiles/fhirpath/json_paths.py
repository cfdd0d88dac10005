"""Paths into JSON objects of a known type, compiled to plain look-ups: what is there, and which values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from profiles.fhirpath.model import Property, ancestors, is_primitive, members_of, nodes_of
from profiles.fhirpath.syntax import Ast, Member, Variable

Json: TypeAlias = dict[str, Any]
Direct: TypeAlias = Callable[[Json], bool | None]
"""From the JSON object of an element to the expression's Boolean."""
Values: TypeAlias = Callable[[Json], list[Any]]


class OtherKindError(Exception):
    """The expression is not of the simple kind; caught by `specialise`."""


def path_present(ast: Ast, type_name: str) -> Direct:
    """Whether a path leads to anything. Raises OtherKindError for what is no path of known elements."""
    steps, rest = _steps(ast, type_name)
    *steps, last = steps
    found = _open_present(last, rest) if rest or len(last) > 1 else _one_present(last[0])
    for step in reversed(steps):
        found = _through(step[0].key, found)
    return found


def _one_present(one: Property) -> Direct:
    key = one.key

    def present(value: Json) -> bool:
        found = value.get(key)
        return bool(nodes_of(value, one)) if found is None or found.__class__ is list else True

    return present


def _open_present(step: tuple[Property, ...], rest: list[str]) -> Direct:
    """A choice of types, or a step into what tells its own type: one look where there is nothing."""
    is_absent = frozenset(key for one in step for key in (one.key, one.beside) if key).isdisjoint

    def present(value: Json) -> bool:
        if is_absent(value):
            return False
        nodes = [node for one in step for node in nodes_of(value, one)]
        for name in rest:
            nodes = [child for node in nodes for child in node.named(name)]
        return bool(nodes)

    return present


def _through(key: str, inner: Direct) -> Direct:
    """A step into an object, or into each of a list of them."""

    def present(value: Json) -> bool | None:
        found = value.get(key)
        if found.__class__ is dict:
            return inner(found)
        return found.__class__ is list and any(inner(item) for item in found if item.__class__ is dict)

    return present


def path_values(ast: Ast, type_name: str) -> tuple[Values, tuple[str, ...]]:
    """The JSON values a path leads to, None for a primitive with extensions alone; and their types.

    Raises OtherKindError for what is no path of known elements.
    """
    steps, rest = _steps(ast, type_name)
    if rest:
        raise OtherKindError
    *steps, last = steps
    values = _last_values(last)
    for step in reversed(steps):
        values = _values_through(step[0].key, values)
    return values, tuple(one.type for one in last)


def _last_values(last: tuple[Property, ...]) -> Values:
    first, is_choice = last[0], len(last) > 1

    def values(value: Json) -> list[Any]:
        found = value.get(first.key)
        if found is None or found.__class__ is list or is_choice:
            return [node.value for one in last for node in nodes_of(value, one)]
        return [found]

    return values


def _values_through(key: str, inner: Values) -> Values:
    def values(value: Json) -> list[Any]:
        found = value.get(key)
        if found.__class__ is dict:
            return inner(found)
        if found.__class__ is not list:
            return []
        return [one for item in found if item.__class__ is dict for one in inner(item)]

    return values


def _steps(ast: Ast, type_name: str) -> tuple[list[tuple[Property, ...]], list[str]]:
    """The properties of each step of a path as far as types are known; the names of the steps after that."""
    names = _names(ast)
    if names and names[0][:1].isupper() and names.pop(0) not in ancestors(type_name):
        raise OtherKindError
    steps: list[tuple[Property, ...]] = []
    for at, name in enumerate(names):
        if steps and _is_open(steps[-1]):
            return steps, names[at:]
        found = members_of(type_name).get(name)
        if found is None:
            raise OtherKindError
        steps.append(found)
        type_name = found[0].type
    if not steps:
        raise OtherKindError
    return steps, []


def _is_open(step: tuple[Property, ...]) -> bool:
    """Whether what is found here may have elements that its type alone does not tell."""
    return len(step) > 1 or is_primitive(step[0].type) or step[0].type == "Resource"


def _names(ast: Ast) -> list[str]:
    names: list[str] = []
    while isinstance(ast, Member):
        names.append(ast.name)
        if ast.source is None or ast.source == Variable("this"):
            return names[::-1]
        ast = ast.source
    raise OtherKindError
