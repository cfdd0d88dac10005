"""Parts of definitions as they should be: what has another shape is passed over, so that a damaged definition of
somebody else's never stops a validation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]

_TEN_DIGITS = re.compile(r"(?<![0-9A-Fa-f])\d{6}[- ]?\d{4}(?![0-9A-Fa-f])")
_PROFILE_ELEMENT = "http://hl7.org/fhir/StructureDefinition/elementdefinition-profile-element"
_TEXTS = ("sliceName", "max", "contentReference", "path")
_OBJECTS = ("slicing", "binding", "base")
_LISTS = ("constraint", "alias", "mapping", "condition", "code", "example", "extension")
_OF_ELEMENTS: Mapping[str, type] = MappingProxyType(
    {**dict.fromkeys(_TEXTS, str), **dict.fromkeys(_OBJECTS, dict), **dict.fromkeys(_LISTS, list), "min": int}
)


def objects(value: Any) -> list[Json]:
    """The objects of a list; nothing of anything else."""
    if not isinstance(value, list):
        return []
    return value if all(isinstance(item, dict) for item in value) else [i for i in value if isinstance(i, dict)]


def texts(value: Any) -> list[str]:
    """The texts of a list; nothing of anything else."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def an_object(value: Any) -> Json:
    """An object; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def text(value: Any) -> str:
    """A text; "" for anything else."""
    return value if isinstance(value, str) else ""


def element_shape(element: Json) -> Json:
    """An element definition without the parts that have a wrong shape; the same one where all are right."""
    wrong = [key for key, value in element.items() if not _is_right(key, value)]
    return {key: value for key, value in element.items() if key not in wrong} if wrong else element


def unnumbered(sentence: str) -> str:
    """A sentence without ten digits in a row, which may be a CPR number somebody put where a url belongs."""
    return _TEN_DIGITS.sub("(ten digits)", sentence)


def snapshot_of(definition: Json | None) -> list[Json]:
    """The elements of a structure definition's snapshot; none where it has none."""
    return objects(an_object((definition or {}).get("snapshot")).get("element"))


def profiles_of(use: Json) -> tuple[str, ...]:
    """The profiles a type is given; where one names the element of it that is meant (extension profile-element of
    ElementDefinition.type.profile): `url#element-id`."""
    extras = use.get("_profile")
    beside = extras if isinstance(extras, list) else []
    return tuple(
        _with_element(url, an_object(beside[at]) if at < len(beside) else {})
        for at, url in enumerate(use.get("profile", ()))
    )


def _with_element(url: str, extra: Json) -> str:
    said = (one for one in objects(extra.get("extension")) if one.get("url") == _PROFILE_ELEMENT)
    name = next((text(one.get("valueString")) for one in said), "")
    return f"{url}#{name}" if name else url


def _is_right(key: str, value: Any) -> bool:
    if key == "type":
        return isinstance(value, list) and all(_is_type(use) for use in value)
    if key == "constraint":
        return isinstance(value, list) and all(isinstance(rule, dict) and _has_text(rule, "key") for rule in value)
    expected = _OF_ELEMENTS.get(key)
    return expected is None or isinstance(value, expected)


def _is_type(use: Any) -> bool:
    profiles = use.get("profile", []) if isinstance(use, dict) else None
    return isinstance(profiles, list) and _has_text(use, "code") and all(isinstance(one, str) for one in profiles)


def _has_text(item: Json, key: str) -> bool:
    return isinstance(item.get(key), str)
