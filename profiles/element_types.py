"""The types an element definition names: their profiles, what they refer to, and what may be said of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from profiles.differentials import Find
from profiles.faults import Fault, under
from profiles.issue import Severity
from profiles.json_shapes import objects, snapshot_of, text, texts, unnumbered

Json: TypeAlias = dict[str, Any]

_FHIR_TYPE = "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type"
_TYPES = "http://hl7.org/fhir/StructureDefinition/"
_LONGEST_CHAIN = 30


def _traits() -> Mapping[str, tuple[str, ...]]:
    length, bind, ranged = "has-length", "can-bind", "has-range"
    continuous = (ranged, "is-continuous")
    found: dict[str, tuple[str, ...]] = {
        **dict.fromkeys(("string", "uri", "code", "oid", "url", "uuid"), (length, bind)),
        **dict.fromkeys(("integer", "date", "positiveInt", "unsignedInt"), (ranged, length)),
        **dict.fromkeys(("decimal", "instant", "dateTime", "time"), (*continuous, length)),
        **dict.fromkeys(("id", "markdown"), (length,)),
        **dict.fromkeys(("CodeableConcept", "Coding", "Extension", "Range"), (bind,)),
        **dict.fromkeys(("base64Binary", "Attachment"), ("has-size",)),
        "canonical": (length, "has-target"),
        "Reference": ("has-target",),
        "Count": (ranged,),
        "Money": continuous,
    }
    quantities = ("Quantity", "Age", "Distance", "Duration", "MoneyQuantity", "SimpleQuantity")
    return MappingProxyType(found | dict.fromkeys(quantities, (*continuous, bind)))


TRAITS = _traits()
"""What may be said of values of a type: lengths, ranges, sizes, bindings, targets. (R4, ElementDefinition.)"""


def codes_of(element: Json) -> set[str]:
    """The types an element definition names."""
    return {code for code in map(_code, objects(element.get("type"))) if code}


def _code(use: Json) -> str:
    marks = [one for one in objects(use.get("extension")) if one.get("url") == _FHIR_TYPE]
    said = next((text(one.get("valueUrl")) or text(one.get("valueUri")) for one in marks), "")
    return (said or text(use.get("code"))).removeprefix(_TYPES)


def check_types(element: Json, find: Find) -> Iterator[Fault]:
    """Findings on the profiles and targets of an element's types."""
    path = text(element.get("path"))
    for at, use in enumerate(objects(element.get("type"))):
        code = _code(use)
        if not code:
            continue
        targets = texts(use.get("targetProfile"))
        if targets and "has-target" not in TRAITS.get(code, ()) and find(code) is not None:
            yield Fault("element-unfit", f"The type {code} refers to nothing, so it has no targets.", "business-rule")
        faults = [
            fault
            for number, profile in enumerate(texts(use.get("profile")))
            for fault in under("profile", under(number, list(_profile(profile, code, path, find))))
        ]
        for number, target in enumerate(targets):
            faults += under("targetProfile", under(number, list(_target(target, code, find))))
        yield from under("type", under(at, faults))


def _profile(canonical: str, code: str, path: str, find: Find) -> Iterator[Fault]:
    """The profile of a type is one of that type; that of a modifier is a modifier."""
    profile = find(canonical)
    if profile is None:
        yield _unknown(canonical)
    elif not _is_of(profile, code, find):
        yield _wrong(f"The profile {unnumbered(canonical)} is not one of {code}.")
    elif profile.get("type") == "Extension":
        elements = snapshot_of(profile)
        changes = bool(elements) and elements[0].get("isModifier") is True
        if changes is not path.endswith(".modifierExtension"):
            where = "modifierExtension" if changes else "extension"
            yield _wrong(f"The extension {unnumbered(canonical)} belongs in {where}.")


def _target(canonical: str, code: str, find: Find) -> Iterator[Fault]:
    """What is referred to is a resource."""
    if code not in ("Reference", "canonical", "CodeableReference"):
        yield _wrong(f"The type {code} refers to nothing, so it has no targets.")
        return
    target = find(canonical)
    if target is None:
        yield _unknown(canonical)
    elif target.get("kind") not in ("resource", "logical"):
        yield _wrong(f"{unnumbered(canonical)} is no resource, so nothing can refer to it.")


def _is_of(profile: Json, code: str, find: Find) -> bool:
    """Whether a profile is of a type, or of one made from it."""
    current: Json | None = profile
    for _ in range(_LONGEST_CHAIN):
        if current is None:
            return False
        if code in (current.get("type"), current.get("url")):
            return True
        current = find(text(current.get("baseDefinition"))) if current.get("baseDefinition") else None
    return False


def _unknown(canonical: str) -> Fault:
    told = f"The profile {unnumbered(canonical)} is not known. Install its package."
    return Fault("element-profile-unknown", told, "exception", Severity.WARNING)


def _wrong(told: str) -> Fault:
    return Fault("element-profile", told, "exception")
