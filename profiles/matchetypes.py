"""Matchetypes: a resource that others are compared with, written with placeholders and marks (HL7 FHIR tools IG).

Marks are extensions of the pattern: `matchetype-optional` (names, or a whole repetition), `matchetype-count` (lists of
which only the number counts), `matchetype-sort` (lists in any order). `$date$` and the like stand for any such value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from profiles.issue import Issue, error
from profiles.primitives import PRIMITIVES

Json: TypeAlias = dict[str, Any]

_MARK = "http://hl7.org/fhir/tools/StructureDefinition/matchetype"
_UUID = re.compile(r"(?:urn:uuid:)?[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}").fullmatch
_WILD: Mapping[str, str] = MappingProxyType(
    {
        "$date$": "dateTime",
        "$instant$": "instant",
        "$id$": "id",
        "$string$": "string",
        "$url$": "url",
        "$token$": "code",
    }
)


def check_matchetype(resource: Any, pattern: Any) -> tuple[Issue, ...]:
    """What differs between a resource and a matchetype; where: "$.name"."""
    return tuple(_differences(resource, pattern, "$"))


def _differences(value: Any, pattern: Any, place: str) -> Iterator[Issue]:
    if isinstance(pattern, dict) and isinstance(value, dict):
        yield from _objects(value, pattern, place)
    elif isinstance(pattern, list) and isinstance(value, list):
        yield from _lists(value, pattern, place)
    elif not _matches(value, pattern):
        yield _differs(f"The value at {place} is not that of the pattern.", place)


def _objects(value: Json, pattern: Json, place: str) -> Iterator[Issue]:
    optional = {name for text in _marks(pattern, "optional") for name in str(text).split(",")}
    counted = {str(text) for text in _marks(pattern, "count")}
    unsorted = {str(_part(one, "element")) for one in _extensions(pattern, "sort")}
    wanted = {key: inner for key, inner in pattern.items() if key != "extension" or _own(pattern)}
    for key in wanted.keys() - value.keys() - optional:
        yield _differs(f"{key} is missing at {place}.", place)
    for key in value.keys() - wanted.keys() - optional:
        yield _differs(f"{key} is more than the pattern has at {place}.", place)
    for key in wanted.keys() & value.keys():
        inner = f"{place}.{key}"
        expected = _own(pattern) if key == "extension" else wanted[key]
        if key in counted and isinstance(value[key], list):
            if len(value[key]) != len(expected):
                yield _differs(f"There are {len(value[key])} at {inner} and not {len(expected)}.", inner)
        elif key in unsorted and isinstance(value[key], list):
            yield from _lists(sorted(value[key], key=repr), sorted(expected, key=repr), inner)
        elif key not in optional or key in value:
            yield from _differences(value[key], expected, inner)


def _lists(values: list[Any], patterns: list[Any], place: str) -> Iterator[Issue]:
    """Repetitions in order; those the pattern marks as optional may be absent."""
    least = sum(not _is_optional(one) for one in patterns)
    if least == len(patterns) and len(values) != least:
        yield _differs(f"There are {len(values)} at {place} and not {least}.", place)
    at = 0
    for index, value in enumerate(values):
        while at < len(patterns) and _is_optional(patterns[at]) and not _fits(value, patterns[at]):
            at += 1
        if at >= len(patterns) or not _fits(value, patterns[at]):
            yield _differs(f"Number {index} at {place} is not in the pattern.", place)
            continue
        at += 1
    if least < len(patterns) and len(values) < least:
        yield _differs(f"There are {len(values)} at {place} and not {least}.", place)


def _fits(value: Any, pattern: Any) -> bool:
    return next(_differences(value, pattern, "$"), None) is None


def _matches(value: Any, pattern: Any) -> bool:
    if pattern == "$uuid$":
        return isinstance(value, str) and _UUID(value) is not None
    if pattern in _WILD:
        return PRIMITIVES[_WILD[pattern]][0](value)
    return type(value) is type(pattern) and bool(value == pattern)


def _extensions(pattern: Json, kind: str) -> list[Json]:
    return [one for one in pattern.get("extension", ()) if one.get("url") == f"{_MARK}-{kind}"]


def _own(pattern: Json) -> list[Json]:
    """The extensions of a pattern that are no marks."""
    return [one for one in pattern.get("extension", ()) if not str(one.get("url")).startswith(_MARK)]


def _marks(pattern: Json, kind: str) -> list[Any]:
    return [one["valueString"] for one in _extensions(pattern, kind) if "valueString" in one]


def _part(extension: Json, name: str) -> Any:
    return next((one.get("valueString") for one in extension.get("extension", ()) if one.get("url") == name), None)


def _is_optional(pattern: Any) -> bool:
    return isinstance(pattern, dict) and any(one.get("valueBoolean") for one in _extensions(pattern, "optional"))


def _differs(text: str, place: str) -> Issue:
    return error("matchetype", place, text, "value")
