"""Obligations that a profile takes over from others (FHIR extensions, inherit-obligations)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from profiles.differentials import Find
from profiles.faults import Fault, placed
from profiles.json_shapes import objects, text, unnumbered

Json: TypeAlias = dict[str, Any]

_HOMES = ("http://hl7.org/fhir/StructureDefinition/", "http://hl7.org/fhir/tools/StructureDefinition/")
_INHERITS = tuple(home + "inherit-obligations" for home in _HOMES)
_FLAGS = tuple(home + name for home in _HOMES for name in ("obligation-profile", "obligation-profile-flag"))


def inherited(structure: Json, find: Find) -> Iterator[Fault]:
    """Findings on each inherit-obligations: its profile is known, is one of obligations, and has the same base."""
    for at, extension in enumerate(objects(structure.get("extension"))):
        if extension.get("url") in _INHERITS:
            problem = _problem(text(extension.get("valueCanonical")), structure, find)
            if problem:
                yield placed(Fault("obligation-profile", problem, "invalid"), "extension", at)


def _problem(canonical: str, structure: Json, find: Find) -> str:
    told = f"The profile {unnumbered(canonical)}"
    profile = find(canonical) if canonical else None
    if not canonical:
        return "The profile whose obligations are taken over must be named."
    if profile is None:
        return f"{told} is not known."
    marks = objects(profile.get("extension"))
    if not any(mark.get("url") in _FLAGS and mark.get("valueBoolean") is True for mark in marks):
        return f"{told} is not marked as one of obligations."
    if profile.get("baseDefinition") != structure.get("baseDefinition"):
        return f"{told} has another base than this one."
    return ""
