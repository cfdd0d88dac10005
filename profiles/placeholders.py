"""Placeholders of matchetypes: a resource that says it is one holds `$date$` and the like in place of values, each
where a value of such a type belongs (HL7 FHIR tools IG, matchetype; see `profiles.matchetypes`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from profiles.fhir_plan import Form, Property, plan_of
from profiles.issue import Issue, error, warning
from profiles.json_shapes import objects
from profiles.r4.facts import facts

Json: TypeAlias = dict[str, Any]

_MARK = "http://hl7.org/fhir/tools/StructureDefinition/matchetype"
_KINDS = ("partial", "complete", True, "true")
_URLS = ("url", "uri", "canonical", "uuid")
_TYPES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "$date$": ("date", "dateTime"),
        "$instant$": ("instant", "dateTime"),
        "$id$": ("id",),
        "$string$": ("string",),
        "$url$": (*_URLS, "oid"),
        "$uuid$": _URLS,
        **dict.fromkeys(("$token$", "$version$", "$semver$"), ("code",)),
    }
)
"""The types of elements each placeholder may stand in; "$$" may in any."""
_WITH_MORE = re.compile(r"\$(?:external|choice|fragments):").match
_NO_TYPE = ("format-", "binding-", "string-", "text-")
"""Findings on what a value is, which a placeholder is not."""


def pattern_issues(resource: Json, issues: Iterable[Issue]) -> tuple[Issue, ...]:
    """The findings on a resource that is to be a matchetype: without those that ask a placeholder to be a value, with
    those on the placeholders themselves."""
    name = str(resource.get("resourceType"))
    if not any(one.get("url") == _MARK and _kind(one) in _KINDS for one in objects(resource.get("extension"))):
        text = f"This must be a matchetype, and say so by the extension {_MARK}."
        return (*issues, error("matchetype-needed", name, text))
    found = {where: (value, kind) for where, value, kind in _placeholders(resource, name, name)}
    told = [one for one in issues if one.where not in found or not one.code.startswith(_NO_TYPE)]
    return (*told, *(one for where, (value, kind) in found.items() for one in _judged(where, value, kind)))


def _kind(extension: Json) -> Any:
    return next((value for key, value in extension.items() if key.startswith("value")), None)


def _judged(where: str, value: str, kind: str) -> Iterator[Issue]:
    if value == "$$" or _WITH_MORE(value):
        return
    if value not in _TYPES:
        yield error("placeholder-unknown", where, f"The placeholder is none of a matchetype ({', '.join(_TYPES)}).")
    elif kind not in _TYPES[value]:
        yield warning("placeholder-type", where, f"The placeholder {value} stands for no value of type {kind}.")


def _placeholders(value: Any, type_name: str, place: str) -> Iterator[tuple[str, str, str]]:
    """Place, placeholder and type of each value that is a placeholder, by what R4 says of the elements."""
    if type(value) is not dict:
        return
    for known in plan_of(type_name).properties if type_name in facts().types else ():
        inner = value.get(known.name)
        if inner is None:
            continue
        name = f"{place}.{_step(type_name, known)}"
        pairs = enumerate(inner) if type(inner) is list else [(None, inner)]
        for index, one in pairs:
            where = name if index is None else f"{name}[{index}]"
            if known.form is not Form.PRIMITIVE:
                inside = str(one.get("resourceType")) if known.form is Form.RESOURCE and type(one) is dict else ""
                yield from _placeholders(one, inside or known.type, where)
            elif type(one) is str and one.startswith("$"):
                yield where, one, known.type


def _step(type_name: str, known: Property) -> str:
    """The property as FHIRPath has it: value.ofType(Quantity) for valueQuantity."""
    name = facts().types[type_name].elements[known.order].name
    return f"{name[:-3]}.ofType({known.type})" if name.endswith("[x]") else name
