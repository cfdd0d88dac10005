"""Additional bindings of an element: value sets beside the one it is bound to, for all or for some resources (R5,
ElementDefinition.binding.additional; before R5 an extension of the binding)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeAlias

from profiles.definitions import Definition
from profiles.json_shapes import an_object, objects, text

Json: TypeAlias = dict[str, Any]

_URLS = (
    "http://hl7.org/fhir/tools/StructureDefinition/additional-binding",
    "http://hl7.org/fhir/5.0/StructureDefinition/extension-ElementDefinition.binding.additional",
)
_STRENGTHS: Mapping[str, str] = MappingProxyType(
    {"required": "required", "maximum": "required", "extensible": "extensible", "preferred": "preferred"}
)
"""By purpose; other purposes tell authors and user interfaces something, and hold no code against anything."""


@dataclass(frozen=True, slots=True)
class Usage:
    """For which resources an additional binding counts: those whose element at a path is one of these codes, each
    (system, code). path: from the resource on; "" where it cannot be told from a resource."""

    path: str
    codes: frozenset[tuple[str, str]]

    def fits(self, resource: Json) -> bool:
        """Whether the resource is one of them."""
        found = _at(resource, self.path.split(".")) if self.path else ()
        return any(not self.codes.isdisjoint(_codes(one)) for one in found)


@dataclass(frozen=True, slots=True)
class Additional:
    """A value set an element is bound to beside the main one, as far as all usages fit."""

    strength: str
    value_set: str
    usages: tuple[Usage, ...] = ()


def additional_of(definition: Definition) -> Iterator[Additional]:
    """The additional bindings of an element that its codes can be held against, each repetition for itself."""
    binding = an_object(definition.element.get("binding"))
    parted = [_parted(one) for one in objects(binding.get("extension")) if one.get("url") in _URLS]
    for said in (*parted, *objects(binding.get("additional"))):
        strength, value_set = _STRENGTHS.get(text(said.get("purpose"))), text(said.get("valueSet"))
        if strength is not None and value_set and said.get("any") is not True:
            url = definition.source.partition("|")[0]
            usages = tuple(_usage(one, url) for one in objects(said.get("usage")))
            yield Additional(strength, value_set, usages)


def _parted(extension: Json) -> Json:
    """The extension's parts by name, as R5's element has them."""
    said: Json = {}
    for part in objects(extension.get("extension")):
        value = next((value for key, value in part.items() if key.startswith("value")), None)
        name = text(part.get("url"))
        said[name] = [*said.get(name, ()), value] if name == "usage" else value
    return said


def _usage(context: Json, profile: str) -> Usage:
    """A usage context; one whose code is of the profile names an element by its path."""
    code = an_object(context.get("code"))
    is_path = text(code.get("system")).partition("|")[0] == profile
    wanted = frozenset(_codes(context.get("valueCodeableConcept")))
    return Usage(text(code.get("code")).partition(".")[2] if is_path else "", wanted)


def _at(value: Any, steps: list[str]) -> Iterator[Any]:
    if type(value) is list:
        for one in value:
            yield from _at(one, steps)
    elif not steps:
        yield value
    elif type(value) is dict and steps[0] in value:
        yield from _at(value[steps[0]], steps[1:])


def _codes(value: Any) -> Iterator[tuple[str, str]]:
    """The codes of a CodeableConcept or Coding."""
    if type(value) is dict:
        yield from (
            (text(one.get("system")), text(one.get("code")))
            for one in (*objects(value.get("coding")), value)
            if "code" in one
        )
