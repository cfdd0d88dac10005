"""The value set of all codes that a CodeSystem names (R4, CodeSystem.valueSet): it includes the system, whole, and
nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from profiles.faults import Fault
from profiles.issue import Severity
from profiles.json_shapes import an_object, objects, text, unnumbered

Json: TypeAlias = dict[str, Any]

_WARN = Severity.WARNING
_DEEPEST = 60
_NARROWING = ("valueSet", "concept", "filter")


def all_codes(system: Json, concepts: int, find: Callable[[str], Json | None]) -> Iterator[Fault]:
    """Findings on the value set a system names. concepts: how many it has; find: a value set by canonical."""
    canonical = text(system.get("valueSet"))
    if not canonical:
        return
    if system.get("content") == "supplement":
        yield _fault("A supplement names no value set of all codes; that is for the system it supplements.", _WARN)
        return
    value_set = find(canonical)
    if value_set is None:
        return
    includes = objects(an_object(value_set.get("compose")).get("include"))
    if len(includes) != 1:
        yield _fault(f"The value set of all codes, {unnumbered(canonical)}, includes this system and nothing else.")
    elif includes[0].get("system") != system.get("url"):
        yield _fault(f"The value set of all codes, {unnumbered(canonical)}, includes another system than this.")
    elif any(name in includes[0] for name in _NARROWING):
        yield _fault(f"The value set of all codes, {unnumbered(canonical)}, includes only some codes of the system.")
    elif "expansion" in value_set and _size(an_object(value_set["expansion"])) != concepts:
        yield _fault(f"The expansion of {unnumbered(canonical)} has not as many codes as the system.")


def _size(holder: Json, depth: int = 0) -> int:
    inner = objects(holder.get("contains"))
    return len(inner) + sum(_size(one, depth + 1) for one in inner if depth < _DEEPEST)


def _fault(told: str, severity: Severity = Severity.ERROR) -> Fault:
    return Fault("code-system-all-codes", told, "business-rule", severity)
