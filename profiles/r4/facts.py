"""The facts of R4 core as values, read once from the data file that `profiles.r4.derive` writes."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec

_DATA = Path(__file__).with_name("facts.json.gz")


@dataclass(frozen=True, slots=True)
class TypeUse:
    """A type an element may have; targets: resource types a Reference may point to; profiles it must follow."""

    code: str
    targets: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Element:
    """An element of a type. name: as in the standard ("value[x]"). max: None for unbounded.

    attribute: written as an XML attribute. strength / value_set: the binding, "" without one.
    rules: keys of invariants that hold on this element alone.
    """

    name: str
    min: int
    max: int | None
    types: tuple[TypeUse, ...]
    attribute: bool
    strength: str
    value_set: str
    rules: tuple[str, ...]

    @property
    def repeats(self) -> bool:
        """Whether the element is a list in JSON."""
        return self.max is None or self.max > 1

    def properties(self) -> tuple[tuple[str, TypeUse], ...]:
        """JSON property names with their type: one, or one for each type of a choice."""
        if not self.name.endswith("[x]"):
            return ((self.name, self.types[0]),)
        stem = self.name[:-3]
        return tuple((stem + use.code[0].upper() + use.code[1:], use) for use in self.types)


@dataclass(frozen=True, slots=True)
class Type:
    """A resource type, data type, or element with elements of its own ("Patient.contact").

    kind: "resource" | "complex" | "element". base: the type it is made from. elements: in the order of the standard.
    """

    name: str
    kind: str
    base: str
    abstract: bool
    elements: tuple[Element, ...]
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Primitive:
    """A primitive type: what it is made from and the pattern its text must match in full."""

    base: str
    regex: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything known of R4 core. rules: severity and FHIRPath by key. codes: by value set, then system; None when
    the core package does not hold them all."""

    version: str
    types: Mapping[str, Type]
    primitives: Mapping[str, Primitive]
    rules: Mapping[str, tuple[str, str]]
    codes: Mapping[str, Mapping[str, frozenset[str]] | None]


@cache
def facts() -> Facts:
    """The facts of R4 4.0.1. Reads the data file at the first call."""
    data = msgspec.json.decode(gzip.decompress(_DATA.read_bytes()))
    return Facts(
        version=data["version"],
        types=MappingProxyType({name: _type(name, fact) for name, fact in data["types"].items()}),
        primitives=MappingProxyType({name: Primitive(**fact) for name, fact in data["primitives"].items()}),
        rules=MappingProxyType({key: (severity, text) for key, (severity, text) in data["rules"].items()}),
        codes=MappingProxyType({url: _codes(systems) for url, systems in data["codes"].items()}),
    )


def _type(name: str, fact: dict[str, Any]) -> Type:
    elements = tuple(_element(element) for element in fact["elements"])
    return Type(name, fact["kind"], fact["base"], fact.get("abstract", False), elements, tuple(fact["rules"]))


def _element(fact: dict[str, Any]) -> Element:
    strength, value_set = fact.get("b", ("", ""))
    return Element(
        name=fact["n"],
        min=fact["min"],
        max=None if fact["max"] == "*" else int(fact["max"]),
        types=tuple(_use(use) for use in fact["t"]),
        attribute=fact.get("a", False),
        strength=strength,
        value_set=value_set,
        rules=tuple(fact.get("r", ())),
    )


def _use(use: Any) -> TypeUse:
    if isinstance(use, str):
        return TypeUse(use)
    return TypeUse(use["code"], tuple(use.get("targets", ())), tuple(use.get("profiles", ())))


def _codes(systems: dict[str, list[str]] | None) -> Mapping[str, frozenset[str]] | None:
    return None if systems is None else {system: frozenset(codes) for system, codes in systems.items()}
