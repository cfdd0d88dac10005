"""Paths: from items to their children, by name (FHIRPath N1, 3 Path Selection)."""

from __future__ import annotations

from functools import cache

from profiles.fhirpath.model import Node, Property, TypeInfo, ancestors, members_of, resource_node
from profiles.fhirpath.run import Code, Items, Run


def leading_path(names: list[str]) -> Code:
    """A path that begins at $this, or at the name of its type (N1, 3 Path Selection)."""
    steps = tuple(names)
    if not names[0][:1].isupper():
        return lambda this, run: walk(this, steps, run)
    first, rest = names[0], steps[1:]

    def from_type(this: Items, run: Run) -> Items:
        start: Items = [item for item in this if type(item) is Node and first in ancestors(item.type)]
        return walk(start, rest, run) if start else walk(this, steps, run)

    return from_type


def walk(items: Items, names: tuple[str, ...], run: Run) -> Items:
    """What items have under the names, one after the other; order and duplicates stay."""
    for name in names:
        found: Items = []
        for item in items:
            if type(item) is Node:
                plain = plain_property(item.type, name)
                value = item.value.get(plain.key) if plain is not None and type(item.value) is dict else None
                if type(value) is dict and plain is not None:
                    found.append(Node(value, plain.type) if plain.type != "Resource" else resource_node(value))
                else:
                    found += item.named(name)
            elif type(item) is TypeInfo and name in ("name", "namespace"):
                found.append(item.name if name == "name" else item.namespace)
        run.spend(len(found))
        items = found
    return items


@cache
def plain_property(type_name: str, name: str) -> Property | None:
    """The only property of a name in a type, where it holds objects."""
    found = members_of(type_name).get(name, ())
    return found[0] if len(found) == 1 and not found[0].beside else None
