"""For which versions of FHIR a definition or a context of it is meant (HL7 extensions pack, version-specific-use),
and extensions that carry elements of another version (R5, 2.1.5.0.3 extensions for converting between versions)."""

from __future__ import annotations

import re
from typing import Any, TypeAlias

from profiles.json_shapes import objects, text
from profiles.r4.facts import facts

Json: TypeAlias = dict[str, Any]

_USE = "http://hl7.org/fhir/StructureDefinition/version-specific-use"
_R4 = (4, 0)
_NUMBERS = re.compile(r"(\d{1,3})\.(\d{1,3})").match
_CROSS_VERSION = re.compile(
    r"http://hl7\.org/fhir/([0-9]\.[0-9])/StructureDefinition/extension-([A-Za-z0-9]+)((?:\.[A-Za-z0-9\[\]]+)*)"
).fullmatch
_VERSIONS = frozenset({"1.0", "3.0", "4.0", "4.3", "5.0", "6.0"})


def is_for_r4(holder: Json) -> bool:
    """Whether a definition or a context of it is meant for R4, by its extensions; one that says nothing is."""
    for use in (one for one in objects(holder.get("extension")) if one.get("url") == _USE):
        bounds = {text(part.get("url")): _version(part) for part in objects(use.get("extension"))}
        start, end = bounds.get("startFhirVersion"), bounds.get("endFhirVersion")
        if (start is not None and start > _R4) or (end is not None and end < _R4):
            return False
    return True


def _version(part: Json) -> tuple[int, int] | None:
    said = next((text(value) for key, value in part.items() if key.startswith("value")), "")
    found = _NUMBERS(said)
    return (int(found[1]), int(found[2])) if found is not None else None


def is_cross_version(url: str) -> bool:
    """Whether an extension's url names an element of some version of FHIR."""
    return _CROSS_VERSION(url) is not None


def cross_version_problem(url: str) -> str:
    """What is wrong with such a url in R4; "" where nothing is, as far as R4 alone can tell."""
    found = _CROSS_VERSION(url)
    if found is None:
        return ""
    version, name, rest = found[1], found[2], found[3]
    if version not in _VERSIONS:
        return f"FHIR has no version {version} whose elements extensions carry."
    if version != "4.0":
        return ""
    if _is_of_r4(name, rest.split(".")[1:]):
        return "R4 has the element itself, so no extension carries it; use the element."
    return "R4 has no such element."


def _is_of_r4(name: str, steps: list[str]) -> bool:
    known = facts().types
    current = name
    for step in steps:
        element = next((one for one in known[current].elements if one.name == step), None) if current in known else None
        if element is None:
            return False
        inner = f"{current}.{step}"
        current = inner if inner in known else element.types[0].code if element.types else ""
    return current in known or bool(steps)
