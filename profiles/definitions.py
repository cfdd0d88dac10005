"""What a structure definition says of each element, as values the validator compiles from (ElementDefinition, R4).

A `Definition` stands for one element or slice of one snapshot; it knows its children by name and its slices.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from profiles.element_merge import MIN_OF_SLICES
from profiles.element_tree import Node, grow
from profiles.fhir_plan import resource_types
from profiles.json_shapes import objects, profiles_of

Json: TypeAlias = dict[str, Any]

_SYSTEM = "http://hl7.org/fhirpath/System."
_FHIR_TYPE = "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type"
_BEST_PRACTICE = "http://hl7.org/fhir/StructureDefinition/elementdefinition-bestpractice"
_TYPES = "http://hl7.org/fhir/StructureDefinition/"


@dataclass(frozen=True, slots=True)
class TypeUse:
    """A type an element may have. profiles: of the value itself; targets: of what a Reference points at.

    A profile of which only one element counts is written `url#element-id`.
    """

    code: str
    profiles: tuple[str, ...]
    targets: tuple[str, ...]
    aggregation: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """An invariant. severity: error or warning. best_practice: advice, not judged unless asked for."""

    key: str
    severity: str
    text: str
    expression: str
    best_practice: bool


@dataclass(frozen=True, slots=True)
class Slicing:
    """How an element's repetitions are told apart: (type, path) of each discriminator, and what others may come."""

    discriminators: tuple[tuple[str, str], ...]
    rules: str
    ordered: bool


@dataclass(slots=True, eq=False)
class Definition:
    """One element or slice. source: the profile as url|version. children by name; slices in order.

    fixed, pattern, min_value, max_value: (type, value). element: the definition as it is written.
    """

    path: str
    name: str
    slice_name: str
    source: str
    min: int
    max: int | None
    types: tuple[TypeUse, ...]
    rules: tuple[Rule, ...]
    element: Json
    fixed: tuple[str, Any] | None
    pattern: tuple[str, Any] | None
    slicing: Slicing | None
    children: dict[str, Definition] = field(default_factory=dict)
    slices: list[Definition] = field(default_factory=list)
    same_as: Definition | None = None

    @property
    def binding(self) -> tuple[str, str]:
        """Strength and value set of the binding; both "" without one."""
        found = self.element.get("binding", {})
        return (str(found.get("strength", "")), str(found.get("valueSet", "")))

    @property
    def min_stated(self) -> int:
        """The least number a profile states; 0 where it only follows from what the slices require."""
        return 0 if self.element.get("_min", {}).get("id") == MIN_OF_SLICES else self.min

    def members(self) -> Mapping[str, Definition]:
        """The children, or those of the element a content reference points at."""
        return self.same_as.children if self.same_as is not None and not self.children else self.children


def read_definition(structure: Json, element: str = "") -> Definition | None:
    """The definition of a structure definition with a snapshot: of its root, or of the element of that id.

    None where there is no such element.
    """
    root = grow(structure.get("snapshot", {}).get("element", ()))
    if root is None:
        return None
    version = structure.get("version")
    source = str(structure.get("url", "")) + (f"|{version}" if version else "")
    reader = _Reader(source, structure)
    found = reader.read(root, root.segment)
    reader.follow_references()
    return reader.at(element) if element else found


class _Reader:
    """Reads one snapshot."""

    def __init__(self, source: str, structure: Json) -> None:
        self._source = source
        self._type = str(structure.get("type", ""))
        self._is_resource = self._type in resource_types()
        self._by_id: dict[str, Definition] = {}
        self._references: list[tuple[Definition, str]] = []

    def at(self, place: str) -> Definition | None:
        """The element of an id."""
        return self._by_id.get(place)

    def read(self, node: Node, place: str) -> Definition:
        element = node.element
        found = Definition(
            path=str(element.get("path", "")),
            name=_name(node),
            slice_name=node.slice_name,
            source=self._source,
            min=int(element.get("min", 0)),
            max=_max(element.get("max", "*")),
            types=self._types(element),
            rules=tuple(_rule(rule) for rule in element.get("constraint", ())),
            element=element,
            fixed=_value(element, "fixed"),
            pattern=_value(element, "pattern"),
            slicing=_slicing(element.get("slicing")),
        )
        self._by_id[place] = found
        if "contentReference" in element:
            self._references.append((found, str(element["contentReference"]).rpartition("#")[2]))
        self._read_children(found, node.children, place)
        return found

    def _types(self, element: Json) -> tuple[TypeUse, ...]:
        """The types of an element. The id of a resource is an `id`, whatever primitive its definition names."""
        if element.get("path") == f"{self._type}.id" and self._is_resource:
            return (TypeUse("id", (), (), ()),)
        return tuple(_use(use) for use in element.get("type", ()))

    def _read_children(self, parent: Definition, nodes: Iterable[Node], place: str) -> None:
        slices: dict[str, Definition] = {}
        for node in nodes:
            child = self.read(node, f"{place}.{node.segment}")
            if not child.slice_name and child.name not in parent.children:
                parent.children[child.name] = child
                continue
            slices[f"{child.name}:{child.slice_name}"] = child
            outer = slices.get(f"{child.name}:{child.slice_name.rpartition('/')[0]}")
            sliced = outer or parent.children.get(child.name)
            if sliced is not None:
                sliced.slices.append(child)

    def follow_references(self) -> None:
        for found, target in self._references:
            found.same_as = self._by_id.get(target)


def _name(node: Node) -> str:
    """The element's name; where a profile wrote valueQuantity for value[x], the latter."""
    base = str(node.element.get("base", {}).get("path", "")).rpartition(".")[2]
    if base.endswith("[x]") and not node.name.endswith("[x]") and node.name.startswith(base[:-3]):
        return base
    return node.name


def _use(use: Json) -> TypeUse:
    code = str(use.get("code", ""))
    if code.startswith(_SYSTEM):
        said = (
            one.get("valueUrl", one.get("valueUri")) for one in use.get("extension", ()) if one["url"] == _FHIR_TYPE
        )
        code = next((str(name) for name in said if name), code.removeprefix(_SYSTEM).lower())
    return TypeUse(
        code.removeprefix(_TYPES),
        profiles_of(use),
        tuple(use.get("targetProfile", ())),
        tuple(use.get("aggregation", ())),
    )


def _rule(rule: Json) -> Rule:
    advice = any(one.get("url") == _BEST_PRACTICE and one.get("valueBoolean") for one in rule.get("extension", ()))
    key, severity, text, expression = (str(rule.get(name, "")) for name in ("key", "severity", "human", "expression"))
    return Rule(key, severity, text, expression, advice)


def _max(most: str) -> int | None:
    """The most there may be; None without a limit, and where what is said is no number."""
    return int(most) if most.isascii() and most.isdecimal() else None


def _value(element: Json, stem: str) -> tuple[str, Any] | None:
    for key, value in element.items():
        if key.startswith(stem) and len(key) > len(stem) and key[len(stem)].isupper():
            return (key[len(stem) :], value)
    return None


def _slicing(slicing: Json | None) -> Slicing | None:
    if slicing is None:
        return None
    pairs = tuple((str(one.get("type")), str(one.get("path"))) for one in objects(slicing.get("discriminator")))
    return Slicing(pairs, str(slicing.get("rules", "open")), slicing.get("ordered") is True)
