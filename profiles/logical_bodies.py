"""JSON that follows a logical model and is no resource: its properties as the model names its elements.

A model may give an element another name in JSON (json-name), and write a list as an object whose property names are
one of the elements (json-property-key). Both are undone here, so that the model judges the body like any type.
Source: FHIR Tools guide, JSON extensions of logical models.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from profiles.definitions import Definition
from profiles.json_shapes import objects, text
from profiles.plans import property_name

Json: TypeAlias = dict[str, Any]

_HOME = "http://hl7.org/fhir/tools/StructureDefinition/"
_NAMES = (_HOME + "json-name", _HOME + "elementdefinition-json-name")
_KEYS = (_HOME + "json-property-key",)


def as_elements(body: Json, model: Definition) -> Json:
    """The body with the names and lists of the model; what the model does not know is left as it is."""
    members = {_key(one, code): (one, code) for one in model.members().values() for code in _codes(one)}
    found: Json = {}
    for key, value in body.items():
        member, code = members.get(key, (None, ""))
        if member is None:
            # An element's own name is no property where JSON calls it otherwise.
            found[f"?{key}" if key in model.members() else key] = value
        else:
            found[property_name(member.name, code)] = _value(value, member)
    return found


def _codes(member: Definition) -> list[str]:
    """The types that tell the properties of a choice apart; any other element has one property."""
    return [use.code for use in member.types] if member.name.endswith("[x]") else [""]


def _key(member: Definition, code: str) -> str:
    return _said(member, _NAMES) or property_name(member.name, code)


def _said(member: Definition, urls: tuple[str, ...]) -> str:
    """What an extension of the element definition says."""
    marks = [one for one in objects(member.element.get("extension")) if one.get("url") in urls]
    return next((text(one.get("valueString")) or text(one.get("valueCode")) for one in marks), "")


def _value(value: Any, member: Definition) -> Any:
    key = _said(member, _KEYS)
    if key and isinstance(value, dict):
        return [_entry(name, inner, key, member) for name, inner in value.items()]
    if isinstance(value, list):
        return [as_elements(one, member) if isinstance(one, dict) else one for one in value]
    return as_elements(value, member) if isinstance(value, dict) and member.members() else value


def _entry(name: str, value: Any, key: str, member: Definition) -> Json:
    """A property of an object that stands for a list: its name is one element, its value another, or all others."""
    members = member.members()
    if "value" in members or not isinstance(value, dict):
        inner = members.get("value")
        return {key: name, "value": _value(value, inner) if inner is not None else value}
    return {key: name, **as_elements(value, member)}
