"""FHIR data as FHIRPath sees it: nodes that know their R4 type, and the type tree (R4, 2.9 FHIRPath)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest
from typing import Any, NamedTuple

from profiles.r4.facts import facts

SYSTEM_TYPES = frozenset({"Any", "Boolean", "String", "Integer", "Decimal", "Date", "DateTime", "Time", "Quantity"})
UNKNOWN = ""
"""The type of a node of which nothing is known; its properties are found by their names in JSON."""


class Node:
    """An element or resource. value: its JSON (dict or primitive, None for extensions alone).

    type: an R4 type ("Patient", "Patient.contact", "code"). extra: id and extensions of a primitive.
    """

    __slots__ = ("extra", "type", "value")

    def __init__(self, value: Any, type_name: str, extra: dict[str, Any] | None = None) -> None:
        self.value = value
        self.type = type_name
        self.extra = extra

    def named(self, name: str) -> list[Node]:
        """The child nodes of a name ("value" finds valueQuantity)."""
        content = self.value if type(self.value) is dict else self.extra
        if content is None:
            return []
        found = members_of(self.type).get(name)
        if found is None:
            return [] if self.type else nodes_of(content, Property(name, UNKNOWN, "_" + name))
        if len(found) == 1:
            return nodes_of(content, found[0])
        return [node for one in found for node in nodes_of(content, one)]

    def children(self) -> list[Node]:
        """All child nodes, in the order of the JSON object."""
        content = self.value if type(self.value) is dict else self.extra
        return [] if content is None else list(_children(content, self.type))


class Property(NamedTuple):
    """A property of a JSON object. beside: the property with a primitive's id and extensions, "" for others."""

    key: str
    type: str
    beside: str


@dataclass(frozen=True, slots=True)
class TypeInfo:
    """What type() answers (FHIRPath N1, 10.2 Reflection)."""

    namespace: str
    name: str


def resource_node(resource: Any) -> Node:
    """The node of a resource in its JSON form."""
    return Node(resource, _resource_type(resource))


@cache
def members_of(type_name: str) -> Mapping[str, tuple[Property, ...]]:
    """Names of a type's elements, each with its JSON properties; a choice has many."""
    known = facts()
    if type_name in known.primitives:
        return members_of("Element") if type_name != UNKNOWN else {}
    found = known.types.get(type_name)
    if found is None:
        return {}
    return {
        element.name.removesuffix("[x]"): tuple(_property(key, use.code) for key, use in element.properties())
        for element in found.elements
    }


def _property(key: str, type_name: str) -> Property:
    return Property(key, type_name, "_" + key if type_name in facts().primitives else "")


@cache
def _by_key(type_name: str) -> Mapping[str, Property]:
    """Properties by each name they may stand under."""
    found = [one for properties in members_of(type_name).values() for one in properties]
    return {one.beside: one for one in found} | {one.key: one for one in found}


@cache
def ancestors(type_name: str) -> frozenset[str]:
    """A type and all it is made from: code -> code, string, Element."""
    found: list[str] = []
    while type_name and type_name not in found:
        found.append(type_name)
        type_name = _base(type_name)
    return frozenset(found)


@cache
def is_fhir_type(name: str) -> bool:
    """Whether R4 has a type of this name."""
    return name in facts().types or name in facts().primitives


def is_primitive(type_name: str) -> bool:
    """Whether a type is one of R4's primitive types."""
    return type_name in facts().primitives


def _base(type_name: str) -> str:
    known = facts()
    if type_name in known.primitives:
        return known.primitives[type_name].base
    return known.types[type_name].base if type_name in known.types else UNKNOWN


def nodes_of(content: dict[str, Any], one: Property) -> list[Node]:
    """The nodes of one property of an object."""
    value = content.get(one.key)
    if not one.beside:
        if value is None:
            return []
        items = value if type(value) is list else (value,)
        if one.type == "Resource":
            return [Node(item, _resource_type(item)) for item in items if item is not None]
        return [Node(item, one.type) for item in items if item is not None]
    extra = content.get(one.beside)
    if extra is not None:
        return _nodes_beside(value, extra, one.type)
    if type(value) is list:
        return [_node(item, one.type, None) for item in value if item is not None]
    return [] if value is None else [_node(value, one.type, None)]


def _nodes_beside(value: Any, extra: Any, type_name: str) -> list[Node]:
    """Primitives with what stands beside them, paired by their place."""
    if type(value) is list or (value is None and type(extra) is list):
        return _node_list(value or [], extra, type_name)
    return [_node(value, type_name, extra)]


def _node_list(values: list[Any], extras: Any, type_name: str) -> list[Node]:
    extras = extras if type(extras) is list else [extras]
    pairs = zip_longest(values, extras)
    return [_node(value, type_name, extra) for value, extra in pairs if value is not None or extra]


def _node(value: Any, type_name: str, extra: Any) -> Node:
    if type_name == UNKNOWN and type(value) is dict and "resourceType" in value:
        type_name = _resource_type(value)
    return Node(value, type_name, extra if type(extra) is dict else None)


def _resource_type(resource: Any) -> str:
    name = resource.get("resourceType") if type(resource) is dict else None
    return name if type(name) is str and name in facts().types else "Resource"


def _children(content: dict[str, Any], type_name: str) -> Iterator[Node]:
    known = _by_key(type_name)
    for key in content:
        one = known.get(key)
        if one is None and type_name == UNKNOWN and key != "resourceType":
            name = key.removeprefix("_")
            one = Property(name, UNKNOWN, "_" + name)
        if one is not None and (key == one.key or one.key not in content):
            yield from nodes_of(content, one)
