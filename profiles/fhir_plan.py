"""How each R4 type is written: its properties in order, with the form each has in JSON and XML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache

from profiles.r4.facts import Element, TypeUse, facts

FHIR = "http://hl7.org/fhir"
XHTML = "http://www.w3.org/1999/xhtml"


class Form(Enum):
    """What an element's content is."""

    PRIMITIVE = 1
    ATTRIBUTE = 2
    XHTML = 3
    RESOURCE = 4
    COMPLEX = 5
    VALUE = 6


@dataclass(frozen=True, slots=True)
class Property:
    """One property of a type. order: position among its siblings; the types of a choice share one."""

    name: str
    order: int
    type: str
    form: Form
    repeats: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """A type's properties in order, by JSON name, and by XML tag."""

    properties: tuple[Property, ...]
    by_name: Mapping[str, Property]
    by_tag: Mapping[str, Property]


@cache
def plan_of(type_name: str) -> Plan:
    """The plan of a resource type, data type or element ("Patient.contact"); KeyError for any other name."""
    properties = tuple(
        Property(name, order, use.code, _form(element, use), element.repeats)
        for order, element in enumerate(facts().types[type_name].elements)
        for name, use in element.properties()
    )
    tags = {(XHTML if found.form is Form.XHTML else FHIR, found.name): found for found in properties}
    return Plan(
        properties=properties,
        by_name={found.name: found for found in properties},
        by_tag={f"{{{space}}}{name}": found for (space, name), found in tags.items()},
    )


@cache
def resource_types() -> frozenset[str]:
    """Names of all resource types that can be sent."""
    return frozenset(name for name, fact in facts().types.items() if fact.kind == "resource" and not fact.abstract)


@cache
def primitive_plan() -> Plan:
    """What a primitive has beside its value: id and extensions. In XML the value is an attribute too."""
    plan = plan_of("Element")
    value = Property("value", -1, "string", Form.VALUE, repeats=False)
    return Plan(plan.properties, {**plan.by_name, "value": value}, plan.by_tag)


def _form(element: Element, use: TypeUse) -> Form:
    if element.attribute:
        return Form.ATTRIBUTE
    if use.code == "xhtml":
        return Form.XHTML
    if use.code == "Resource":
        return Form.RESOURCE
    return Form.PRIMITIVE if use.code in facts().primitives else Form.COMPLEX
