"""Profiles of obligations, and what others take over from them (FHIR extensions obligation, inherit-obligations)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from profiles.differentials import Find
from profiles.faults import Fault, placed, under
from profiles.json_shapes import an_object, objects, snapshot_of, text, unnumbered

Json: TypeAlias = dict[str, Any]

_HOMES = ("http://hl7.org/fhir/StructureDefinition/", "http://hl7.org/fhir/tools/StructureDefinition/")
_INHERITS = tuple(home + "inherit-obligations" for home in _HOMES)
_FLAGS = tuple(home + name for home in _HOMES for name in ("obligation-profile", "obligation-profile-flag"))
_OBLIGATIONS = tuple(home + "obligation" for home in _HOMES)
_BINDING = "http://hl7.org/fhir/tools/StructureDefinition/additional-binding"
_ALLOWED = ("id", "path", "extension", "mustSupport", "min", "max")


def inherited(structure: Json, find: Find) -> Iterator[Fault]:
    """Findings on each inherit-obligations: its profile is known, is one of obligations, and has the same base."""
    for at, extension in enumerate(objects(structure.get("extension"))):
        if extension.get("url") in _INHERITS:
            problem = _problem(text(extension.get("valueCanonical")), structure, find)
            if problem:
                yield placed(_wrong(problem), "extension", at)


def _problem(canonical: str, structure: Json, find: Find) -> str:
    told = f"The profile {unnumbered(canonical)}"
    profile = find(canonical) if canonical else None
    if not canonical:
        return "The profile whose obligations are taken over must be named."
    if profile is None:
        return f"{told} is not known."
    if not _is_marked(profile):
        return f"{told} is not marked as one of obligations."
    if profile.get("baseDefinition") != structure.get("baseDefinition"):
        return f"{told} has another base than this one."
    return ""


def own_elements(structure: Json, base: Json) -> Iterator[Fault]:
    """Findings on a profile that is marked as one of obligations: it says who must do what, and narrows no further."""
    if not _is_marked(structure):
        return
    if structure.get("derivation") != "constraint":
        yield _wrong("Only a profile of something else can be one of obligations.")
        return
    known = {text(one.get("id")): one for one in snapshot_of(base)}
    for at, element in enumerate(objects(an_object(structure.get("differential")).get("element"))):
        origin = known.get(text(element.get("id")))
        if origin is None:
            faults = [_wrong("The base of a profile of obligations must have the element.")]
        else:
            faults = [*_element(element, origin)]
        yield from under("differential", under("element", under(at, faults)))


def _element(element: Json, origin: Json) -> Iterator[Fault]:
    for at, extension in enumerate(objects(element.get("extension"))):
        if extension.get("url") not in _OBLIGATIONS:
            yield placed(_wrong("Only obligations may be added here."), "extension", at)
    for key in element:
        if key == "path" and element[key] != origin.get("path"):
            yield _wrong("The path is another than in the base.", "path")
        if key == "binding":
            yield from under("binding", list(_binding(an_object(element[key]), origin)))
        elif key.lstrip("_") not in _ALLOWED:
            yield _wrong("A profile of obligations says nothing of this.", key)


def _binding(binding: Json, origin: Json) -> Iterator[Fault]:
    """The strength is that of the base, and only milder bindings are added."""
    before = an_object(origin.get("binding"))
    if not before:
        yield _wrong("The base binds nothing here, so neither can a profile of obligations.")
        return
    for at, extension in enumerate(objects(binding.get("extension"))):
        parts = objects(extension.get("extension"))
        purpose = next((text(one.get("valueCode")) for one in parts if one.get("url") == "purpose"), "")
        if extension.get("url") != _BINDING or purpose in ("maximum", "required", "extensible"):
            yield placed(_wrong("Only additional bindings that bind nobody may be added here."), "extension", at)
    for key in binding:
        if key == "strength" and binding[key] != before.get("strength"):
            yield _wrong("The strength is another than in the base.", key)
        elif key not in ("strength", "extension"):
            yield _wrong("A profile of obligations says nothing of this.", key)


def _is_marked(profile: Json) -> bool:
    marks = objects(profile.get("extension"))
    return any(mark.get("url") in _FLAGS and mark.get("valueBoolean") is True for mark in marks)


def _wrong(told: str, step: str = "") -> Fault:
    return Fault("obligation-profile", told, "invalid", step=step)
