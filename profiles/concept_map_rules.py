"""Codes of a ConceptMap held against the systems and value sets it maps between (R4, ConceptMap).

Codes of systems whose content lies in no package are not judged: that they are in a value set depends on versions and
editions only a terminology server has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from profiles.faults import Fault, Found, placed, under
from profiles.issue import Severity
from profiles.json_shapes import objects, text, unnumbered
from profiles.map_quality import map_quality
from profiles.plans import Check
from profiles.questions import Member
from profiles.scope import Scope

Json: TypeAlias = dict[str, Any]
Find: TypeAlias = Callable[[str, str], Json | None]

_ON_SERVERS = ("http://snomed.info/sct", "http://loinc.org")
_PARTIAL = ("not-present", "example", "fragment")
_DEEPEST = 60
_WARN = Severity.WARNING


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of a group. codes: displays by code where the system's content is known; scope: the value set."""

    system: str
    codes: Mapping[str, str] | None
    scope: str
    severity: Severity = Severity.ERROR


def concept_map_check(find: Find, member: Member) -> Check:
    """The check of a ConceptMap. find: a definition by canonical and type; member: whether a code is in a value set."""

    def check(concept_map: Any, _: Scope) -> Found:
        scopes = {side: _scope(concept_map, side) for side in ("source", "target")}
        faults = [*map_quality(concept_map)]
        for at, group in enumerate(objects(concept_map.get("group"))):
            sides, found = _sides(group, scopes, find)
            found += _Group(sides, member).elements(group)
            faults += under("group", under(at, found))
        return faults or None

    return check


def _scope(concept_map: Json, side: str) -> str:
    return text(concept_map.get(f"{side}Canonical")) or text(concept_map.get(f"{side}Uri"))


def _sides(group: Json, scopes: Mapping[str, str], find: Find) -> tuple[dict[str, _Side], list[Fault]]:
    sides: dict[str, _Side] = {}
    faults: list[Fault] = []
    for side, scope in scopes.items():
        url = text(group.get(side))
        known = scope if scope and find(scope, "ValueSet") is not None else ""
        if not url:
            told = f"The group names no {side} system, so its codes cannot be checked."
            faults.append(Fault("map-system", told, "required", _WARN))
            continue
        system = find(url, "CodeSystem")
        if system is None and not scope:
            told = f"The system {unnumbered(url)} is not known, and there is no value set to check codes by."
            faults.append(Fault("map-system-unknown", told, "not-found", _WARN, step=side))
        sides[side] = _Side(url, _content(system, side, faults), known, _severity(system))
    return sides, faults


def _severity(system: Json | None) -> Severity:
    return Severity.ERROR if system is None or system.get("content") == "complete" else _WARN


def _content(system: Json | None, side: str, faults: list[Fault]) -> Mapping[str, str] | None:
    """The codes of a system that is known in full, with what is to be said where it is not."""
    if system is None or system.get("url") in _ON_SERVERS:
        return None
    if system.get("content") in _PARTIAL:
        told = f"Only part of the system is known ({system.get('content')}), so codes cannot be checked."
        faults.append(Fault("map-system-partial", told, "not-found", _WARN, step=side))
        return None
    return dict(_concepts(system, 0))


def _concepts(holder: Json, depth: int) -> Iterator[tuple[str, str]]:
    for concept in objects(holder.get("concept")) if depth < _DEEPEST else ():
        yield text(concept.get("code")), text(concept.get("display"))
        yield from _concepts(concept, depth + 1)


class _Group:
    """One group being judged."""

    def __init__(self, sides: Mapping[str, _Side], member: Member) -> None:
        self._sides, self._member = sides, member

    def elements(self, group: Json) -> list[Fault]:
        """Findings on the codes of a group, each where it stands."""
        faults: list[Fault] = []
        for at, element in enumerate(objects(group.get("element"))):
            found = self._code(element, "source")
            seen: set[str] = set()
            for number, target in enumerate(objects(element.get("target"))):
                code = text(target.get("code"))
                found += under("target", under(number, self._code(target, "target")))
                if code and code in seen:
                    told = "The code is mapped to this one already."
                    found.append(placed(Fault("map-double", told, "business-rule", _WARN), "target", number))
                seen.add(code)
            faults += under("element", under(at, found))
        return faults

    def _code(self, holder: Json, name: str) -> list[Fault]:
        code, side = text(holder.get("code")), self._sides.get(name)
        if not code or side is None or side.codes is None:
            return []
        told = unnumbered(code)
        if code not in side.codes:
            problem = f"The {name} code {told} is none of {unnumbered(side.system)}."
            return [Fault("map-code", problem, "required", side.severity, step="code")]
        faults: list[Fault] = []
        display, known = text(holder.get("display")), side.codes[code]
        if display and known and display.casefold() != known.casefold():
            problem = f"The {name} code {told} is called otherwise in its system."
            faults.append(Fault("map-display", problem, "required", _WARN, step="code"))
        if side.scope and self._member({"coding": [{"system": side.system, "code": code}]}, side.scope) is False:
            problem = f"The {name} code {told} is not in the value set {unnumbered(side.scope)}."
            faults.append(Fault("map-scope", problem, "required", side.severity, step="code"))
        return faults
