"""Whether a ConceptMap makes sense as a map: what is equivalent to two codes makes these the same, and a system mapped
to itself needs something to tell its sides apart (R4, ConceptMap.group)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from profiles.faults import Fault, placed
from profiles.issue import Severity
from profiles.json_shapes import objects, text, unnumbered

Json: TypeAlias = dict[str, Any]

_SAME = ("equal", "equivalent")
_SIDES = ("source", "target")


def map_quality(concept_map: Json) -> Iterator[Fault]:
    """Findings on the groups of a map."""
    sides = [text(concept_map.get(f"{side}Canonical")) or text(concept_map.get(f"{side}Uri")) for side in _SIDES]
    for at, group in enumerate(objects(concept_map.get("group"))):
        versions = [text(group.get(f"{side}Version")) for side in _SIDES]
        system = text(group.get("source"))
        if system and system == group.get("target") and sides[0] == sides[1] and versions[0] == versions[1]:
            told = "A system is mapped to itself, and neither versions nor value sets say which side is which."
            yield placed(_warning(told), "group", at)
        for fault in (*_two_targets(group), *_two_sources(group)):
            yield placed(fault, "group", at)


def _equivalents(element: Json) -> dict[str, int]:
    """The codes an element is equivalent to, each with where it is said first."""
    found: dict[str, int] = {}
    for at, target in enumerate(objects(element.get("target"))):
        code = text(target.get("code"))
        if code and target.get("equivalence") in _SAME and "dependsOn" not in target:
            found.setdefault(code, at)
    return found


def _two_targets(group: Json) -> Iterator[Fault]:
    for at, element in enumerate(objects(group.get("element"))):
        codes = list(_equivalents(element).items())
        for code, place in codes[1:]:
            first = unnumbered(codes[0][0])
            told = f"The code is equivalent to {first} too, so that and {unnumbered(code)} mean the same."
            yield placed(_warning(told), "element", at, "target", place)


def _two_sources(group: Json) -> Iterator[Fault]:
    known: dict[str, str] = {}
    for at, element in enumerate(objects(group.get("element"))):
        source = text(element.get("code"))
        for code, place in _equivalents(element).items():
            other = known.setdefault(code, source)
            if other != source:
                names = unnumbered(other), unnumbered(source)
                told = f"Code {names[0]} is equivalent to this one too, so that and {names[1]} mean the same."
                yield placed(_warning(told), "element", at, "target", place)


def _warning(told: str) -> Fault:
    return Fault("map-quality", told, "business-rule", Severity.WARNING)
