"""One element definition laid over another: what a differential says wins, rules add up (ElementDefinition, R4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]

_PLACE = ("id", "path", "base")
_ADDED = ("alias", "mapping", "condition", "code", "example")
_URL_SLICING = {"discriminator": [{"type": "value", "path": "url"}], "ordered": False, "rules": "open"}
_TYPE_SLICING = {"discriminator": [{"type": "type", "path": "$this"}], "ordered": False, "rules": "closed"}
MIN_OF_SLICES = "sum-of-slices"
"""The id of a `min` that no profile states: it follows from what the slices require."""
_VALUES = ("fixed", "pattern", "defaultValue", "minValue", "maxValue")


def merge(base: Json, differential: Json, url: str, base_url: str) -> Json:
    """The base's definition with what the differential says; url and base_url: where new and old rules come from."""
    said = {key: value for key, value in differential.items() if key not in _PLACE}
    kept = {key: value for key, value in base.items() if not _replaced(key, said)}
    merged = {**kept, **said}
    for key in _ADDED:
        if key in base and key in said:
            merged[key] = _both(base[key], said[key])
    rules = _rules(base.get("constraint", ()), base_url, said.get("constraint", ()), url)
    if rules:
        merged["constraint"] = rules
    return merged


def with_profile(element: Json, root: Json, differential: Json) -> Json:
    """The element with what the profile its type is given says of itself; root: that profile's first element.

    Only an extension's rules become those of the element; other profiles are followed to where they are defined.
    """
    if differential["type"][0].get("code") != "Extension":
        return element
    own = {rule.get("key") for rule in element.get("constraint", ())}
    more = [rule for rule in root.get("constraint", ()) if rule.get("key") not in own]
    taken: Json = {key: root[key] for key in ("isModifier", "isModifierReason") if key in root}
    if "max" not in differential and element.get("max") == "*" and "max" in root:
        taken["max"] = root["max"]
    return {**element, **taken, **({"constraint": [*element.get("constraint", ()), *more]} if more else {})}


def sliced(element: Json, name: str) -> Json:
    """The element with the slicing that extensions and choices have without its being said."""
    if "slicing" in element:
        return element
    if name in ("extension", "modifierExtension"):
        return {**element, "slicing": _URL_SLICING}
    return {**element, "slicing": _TYPE_SLICING} if name.endswith("[x]") else element


def gathered(element: Json, slices: Sequence[Json], name: str) -> Json:
    """A sliced element as its slices leave it: at least as many as they require; a choice that must be one type
    is of that type only."""
    least = sum(one.get("min", 0) for one in slices)
    if least > element.get("min", 0):
        element = {**element, "min": least, "_min": {"id": MIN_OF_SLICES}}
    required = [one for one in slices if one.get("min", 0)]
    if not name.endswith("[x]") or element.get("max") != "1" or len(required) != 1:
        return element
    types = [{"code": use["code"]} for use in required[0].get("type", ()) if "code" in use]
    known = [use for use in element.get("type", ()) if {"code": use.get("code")} in types]
    slicing = {**element.get("slicing", _TYPE_SLICING), "rules": "closed"}
    return {**element, "type": known or types, "slicing": slicing}


def _replaced(key: str, said: Json) -> bool:
    """A fixed value takes the place of a fixed value or pattern of whatever type."""
    kind = next((kind for kind in _VALUES if key.startswith(kind)), None)
    return kind is not None and any(other.startswith(kind) for other in said)


def _both(old: Any, new: Any) -> list[Any]:
    return [*old, *(item for item in new if item not in old)]


def _rules(old: Iterable[Json], old_source: str, new: Iterable[Json], source: str) -> list[Json]:
    """Rules of both; the one of the differential where the key is the same."""
    keys = {rule.get("key") for rule in new}
    inherited = [{"source": old_source, **rule} for rule in old if rule.get("key") not in keys]
    return [*inherited, *({"source": source, **rule} for rule in new)]
