"""Base R4 structure: is this JSON a resource of FHIR R4, before any profile is looked at?

Every type is compiled once into closures that visit each property once; a check answers None while all is well, so
places are only built for what failed. Rules: R4's pages on JSON, data types, Resource, DomainResource, Bundle and
references, and its required bindings.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from profiles.faults import Check, Fault, Found
from profiles.fhir_plan import resource_types
from profiles.issue import Issue, error, fatal
from profiles.narrative import check_narrative
from profiles.primitives import PRIMITIVES
from profiles.r4.facts import Element, TypeUse, facts
from profiles.structure_objects import list_check, object_check, or_none, or_null
from profiles.structure_rules import LOCAL_REFERENCE, check_contained, check_extension_url
from profiles.structure_values import bound_check, primitive_check

MOST_ISSUES = 500
"""More findings than this help nobody."""


def check_structure(resource: Any) -> tuple[Issue, ...]:
    """Findings of base R4 in a resource in its JSON form (as `profiles.strict_json` reads it); none where it is right.

    `where` of each is a FHIRPath place ("Bundle.entry[2].resource.period.start").
    """
    if not isinstance(resource, dict):
        return (fatal("structure-type", "$", "A FHIR resource must be a JSON object."),)
    name = resource.get("resourceType")
    if not isinstance(name, str) or name not in resource_types():
        return (fatal("structure-resource", "$", "resourceType must name a resource type of FHIR R4."),)
    found = _check_resource(resource)
    return _issues(name, found) if found else ()


def _issues(name: str, found: list[Fault]) -> tuple[Issue, ...]:
    """The faults as issues; of very many only the first, and how many more there are."""
    issues = tuple(fault.issue(name) for fault in found[:MOST_ISSUES])
    left_out = len(found) - len(issues)
    return (*issues, error("structure-more", name, f"{left_out} more findings are left out.")) if left_out else issues


def _check_resource(value: Any) -> Found:
    """A resource of any type, at the top or inside another."""
    if type(value) is not dict:
        return [Fault("structure-type", "A resource must stand here: a JSON object.")]
    name = value.get("resourceType")
    if type(name) is not str or name not in resource_types():
        return [Fault("structure-resource", "resourceType must name a resource type of FHIR R4.")]
    found = check_of(name)(value)
    if found is None and "contained" not in value:
        return None
    return _settle(value, found or []) or None


def _settle(resource: dict[str, Any], faults: list[Fault]) -> list[Fault]:
    """Take back the faults of local references whose target is contained here, and judge what is contained."""
    contained = resource.get("contained")
    inside = contained if isinstance(contained, list) else []
    ids = {str(inner.get("id")) for inner in inside if isinstance(inner, dict)}
    kept = [
        fault
        for fault in faults
        if fault.code != LOCAL_REFERENCE or not _leads_to(resource, fault, ids | {""})
    ]  # fmt: skip
    return kept + ((check_contained(resource) if contained is not None else None) or [])


def _leads_to(resource: dict[str, Any], fault: Fault, ids: set[str]) -> bool:
    value: Any = resource
    for step in reversed(fault.steps):
        value = value[step]
    return value[1:] in ids


def check_of(type_name: str) -> Check:
    """The compiled check of a type ("Patient", "Period", "Patient.contact"); KeyError for an unknown name."""
    return _checks()[type_name]


@cache
def _checks() -> Mapping[str, Check]:
    """The checks of all types. Built as a whole: types hold each other."""
    compiler = _Compiler()
    for name in facts().types:
        compiler.check_of(name)
    return compiler.checks


class _Compiler:
    """Compiles types into checks; a type that is met while it is being compiled is already there to be pointed at."""

    def __init__(self) -> None:
        self.checks: dict[str, Check] = {}

    def check_of(self, type_name: str) -> Check:
        if type_name not in self.checks:
            fact = facts().types[type_name]
            steps: dict[str, Check] = {}
            self.checks[type_name] = object_check(fact, steps)
            for element in fact.elements:
                for name, use in element.properties():
                    steps |= self.steps_of(name, use, element)
            if "extension" in steps and type_name != "Extension":
                steps |= self.outer_extensions(steps)
        return self.checks[type_name]

    def steps_of(self, name: str, use: TypeUse, element: Element) -> dict[str, Check]:
        """Checks of a property, and of the one beside it that holds a primitive's id and extensions."""
        check = self.value_check(use, element)
        if use.code not in PRIMITIVES or element.attribute:
            return {name: list_check(check) if element.repeats else check}
        extras = self.check_of("Element")
        if element.repeats:
            return {name: list_check(or_null(check)), f"_{name}": list_check(or_none(extras))}
        return {name: check, f"_{name}": extras}

    def outer_extensions(self, steps: Mapping[str, Check]) -> dict[str, Check]:
        """The checks of extensions that are not inside another one."""
        inner = self.check_of("Extension")
        outer = list_check(lambda value: inner(value) or check_extension_url(value))
        return {name: outer for name in ("extension", "modifierExtension") if name in steps}

    def value_check(self, use: TypeUse, element: Element) -> Check:
        if use.code == "xhtml":
            return check_narrative
        if use.code == "Resource":
            return _check_resource
        bound = facts().codes.get(element.value_set) if element.strength == "required" else None
        if use.code in PRIMITIVES:
            return primitive_check(use.code, bound)
        check = self.check_of(use.code)
        return check if bound is None else bound_check(use.code, check, bound)
