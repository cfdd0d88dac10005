"""Base R4 structure: is this JSON a resource of FHIR R4, before any profile is looked at?

Every type is compiled once into closures that visit each property once; a check answers None while all is well, so
places are only built for what failed. Rules: R4's pages on JSON, data types, Resource, DomainResource, Bundle and
references, and its required bindings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from profiles.faults import Check, Fault, Found, under
from profiles.fhir_plan import resource_types
from profiles.issue import Issue, Severity, error, fatal
from profiles.narrative import check_narrative
from profiles.primitives import PRIMITIVES
from profiles.r4.facts import Element, Type, TypeUse, facts
from profiles.structure_rules import LOCAL_REFERENCE, TYPE_RULES, check_contained, check_extension_url

MOST_ISSUES = 500
"""More findings than this help nobody."""

_NULL = "structure-null"


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
            self.checks[type_name] = _object_check(fact, steps)
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
            return {name: _list_check(check) if element.repeats else check}
        extras = self.check_of("Element")
        if element.repeats:
            return {name: _list_check(_or_null(check)), f"_{name}": _list_check(_or_none(extras))}
        return {name: check, f"_{name}": extras}

    def outer_extensions(self, steps: Mapping[str, Check]) -> dict[str, Check]:
        """The checks of extensions that are not inside another one."""
        inner = self.check_of("Extension")
        outer = _list_check(lambda value: inner(value) or check_extension_url(value))
        return {name: outer for name in ("extension", "modifierExtension") if name in steps}

    def value_check(self, use: TypeUse, element: Element) -> Check:
        if use.code == "xhtml":
            return check_narrative
        if use.code == "Resource":
            return _check_resource
        bound = facts().codes.get(element.value_set) if element.strength == "required" else None
        if use.code in PRIMITIVES:
            return _primitive_check(use.code, bound)
        check = self.check_of(use.code)
        return check if bound is None or use.code not in _BOUND else _BOUND[use.code](check, bound)


def _primitive_check(type_name: str, codes: Mapping[str, frozenset[str]] | None) -> Check:
    if codes is not None:
        return _code_check(frozenset().union(*codes.values()))
    return _WITH_SHORT_CUT.get(type_name, _plain_check)(type_name)


def _plain_check(type_name: str) -> Check:
    is_right, meaning = PRIMITIVES[type_name]

    def check(value: Any) -> Found:
        if is_right(value):
            return None
        if type(value) is dict or type(value) is list or value is None:
            return [Fault("structure-type", f"A single value must stand here: {meaning}.")]
        return [Fault(f"format-{type_name}", f"The value is not {meaning}.", "value")]

    return check


def _spaceless_check(type_name: str) -> Check:
    """As _plain_check, with the common case decided first."""
    slow = _plain_check(type_name)

    def check(value: Any) -> Found:
        if type(value) is str and value.isprintable() and value and " " not in value:
            return None
        return slow(value)

    return check


def _text_check(type_name: str) -> Check:
    """As _plain_check, with the common case decided first."""
    slow = _plain_check(type_name)

    def check(value: Any) -> Found:
        if type(value) is str and value.isprintable() and value and len(value) < _SHORT and value[0] != " ":
            return None
        return slow(value) or _blank(value)

    return check


def _blank(value: str) -> Found:
    if value.strip():
        return None
    return [Fault("format-blank", "The text is only white space; leave it out.", "value", Severity.WARNING)]


_SHORT = 10_000
_WITH_SHORT_CUT: Mapping[str, Callable[[str], Check]] = MappingProxyType(
    {
        "canonical": _spaceless_check,
        "code": _spaceless_check,
        "markdown": _text_check,
        "string": _text_check,
        "uri": _spaceless_check,
        "url": _spaceless_check,
    }
)


def _code_check(allowed: frozenset[str]) -> Check:
    slow = _plain_check("code")

    def check(value: Any) -> Found:
        if type(value) is str and value in allowed:
            return None
        return slow(value) or [Fault("binding-required", _binding_text(allowed), "code-invalid")]

    return check


def _binding_text(codes: Any) -> str:
    listed = sorted(codes)
    return "The code must be one of: " + ", ".join(listed[:12]) + ("." if len(listed) <= 12 else ", ...")


def _coding_check(check: Check, codes: Mapping[str, frozenset[str]]) -> Check:
    def check_coding(value: Any) -> Found:
        found = check(value)
        if found is not None or _is_bound(value, codes):
            return found
        return [Fault("binding-required", _binding_text(frozenset().union(*codes.values())), "code-invalid")]

    return check_coding


def _concept_check(check: Check, codes: Mapping[str, frozenset[str]]) -> Check:
    def check_concept(value: Any) -> Found:
        found = check(value)
        if found is not None or any(_is_bound(coding, codes) for coding in value.get("coding", ())):
            return found
        return [Fault("binding-required", _binding_text(frozenset().union(*codes.values())), "code-invalid")]

    return check_concept


def _is_bound(coding: Mapping[str, Any], codes: Mapping[str, frozenset[str]]) -> bool:
    return coding.get("code") in codes.get(str(coding.get("system")), ())


_BOUND: Mapping[str, Callable[[Check, Mapping[str, frozenset[str]]], Check]] = MappingProxyType(
    {"Coding": _coding_check, "CodeableConcept": _concept_check}
)


def _list_check(item: Check) -> Check:
    def check(value: Any) -> Found:
        if type(value) is not list:
            return [Fault("structure-type", "A list must stand here: [...].")]
        if not value:
            return [Fault("structure-empty", "An empty list; leave the property out instead.")]
        faults: list[Fault] = []
        for index, inner in enumerate(value):
            found = item(inner)
            if found is not None:
                faults += under(index, found)
        return faults or None

    return check


def _or_null(check: Check) -> Check:
    """In a list of primitives a null may stand for what has extensions only; the object around it knows."""
    return lambda value: check(value) if value is not None else [Fault(_NULL, "null without an extension beside it.")]


def _or_none(check: Check) -> Check:
    return lambda value: None if value is None else check(value)


def _object_check(fact: Type, steps: dict[str, Check]) -> Check:
    """The check of an object: each property by its step, then what holds between them."""
    if fact.kind == "resource":
        steps["resourceType"] = lambda _: None
    get = steps.get
    between = _between_checks(fact)
    # A primitive's other half may hold an id alone; any other element needs more.
    fewest = 0 if fact.kind == "resource" else 1 if fact.name == "Element" else 2

    def unknown(_: Any) -> Found:
        return [Fault("structure-unknown", f"R4 has no such property in {fact.name}; take it out.")]

    def check(value: Any) -> Found:
        if type(value) is not dict:
            return [Fault("structure-type", "An object must stand here: {...}.")]
        faults: list[Fault] = []
        for key, inner in value.items():
            found = get(key, unknown)(inner)
            if found is not None:
                faults += under(key, found)
        if len(value) < fewest:
            faults += _check_not_empty(value)
        for rule in between:
            found = rule(value)
            if found is not None:
                faults += found
        return [fault for fault in faults if not _is_paired(value, fault)] or None if faults else None

    return check


def _check_not_empty(value: dict[str, Any]) -> list[Fault]:
    """ele-1: an element has a value or children."""
    if value and "id" not in value:
        return []
    return [Fault("ele-1", "An empty element; leave it out instead (ele-1).", "invariant")]


def _is_paired(value: dict[str, Any], fault: Fault) -> bool:
    """Whether this is a null in a list of primitives with an id or extensions at its place in the list beside it."""
    if fault.code != _NULL or len(fault.steps) != 2:
        return False
    index, name = fault.steps
    extras = value.get(f"_{name}")
    if not isinstance(extras, list) or not isinstance(index, int) or index >= len(extras):
        return False
    return isinstance(extras[index], dict) and "extension" in extras[index]


def _between_checks(fact: Type) -> tuple[Check, ...]:
    """What holds between the properties of one object."""
    rules = [_choice_check(element) for element in fact.elements if element.name.endswith("[x]")]
    needed = frozenset(element.name for element in fact.elements if element.min and not element.name.endswith("[x]"))
    if fact.name == "Extension":
        rules.clear()  # its only choice, and all ext-1 has to say of it
    if needed:
        rules.append(_needed_check(fact, needed))
    if fact.name in TYPE_RULES:
        rules.append(TYPE_RULES[fact.name])
    return tuple(rules)


def _needed_check(fact: Type, needed: frozenset[str]) -> Check:
    def check(value: dict[str, Any]) -> Found:
        if needed <= value.keys():
            return None
        missing = sorted(name for name in needed - value.keys() if f"_{name}" not in value)
        return [
            Fault("structure-required", f"{fact.name}.{name} is required.", "required", step=name) for name in missing
        ]

    return check


def _choice_check(element: Element) -> Check:
    names = frozenset(name for name, _ in element.properties())
    stem = element.name[:-3]

    def check(value: dict[str, Any]) -> Found:
        present = value.keys() & names
        if len(present) == 1:
            return None
        if len(present) > 1:
            return [Fault("structure-choice", f"Only one {stem}[x] may be given.", step=stem)]
        if element.min and not any(f"_{name}" in value for name in names):
            return [Fault("structure-required", f"A {stem}[x] is required.", "required", step=stem)]
        return None

    return check
