"""What a definition says of itself: its status goes with its standards status, its version can stand in a url, and what
is published says enough for others to use it (R4, publication status; HL7 extensions pack, standards-status;
the shareable profiles of CodeSystem, ValueSet, ConceptMap and Measure)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from profiles.faults import Fault, Found
from profiles.issue import Severity
from profiles.json_shapes import objects, text, unnumbered
from profiles.plans import Check
from profiles.publisher_rules import is_of_hl7
from profiles.scope import Scope

Json: TypeAlias = dict[str, Any]

_STANDARDS = "http://hl7.org/fhir/StructureDefinition/structuredefinition-standards-status"
_WARN, _NOTE = Severity.WARNING, Severity.INFORMATION
_FITTING: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "draft": ("draft",),
        "normative": ("active",),
        "trial-use": ("active", "draft"),
        "informative": ("active", "draft", "retired"),
        "deprecated": ("retired",),
        "withdrawn": ("retired",),
        "external": ("active", "draft", "retired"),
    }
)
"""The publication statuses that go with each standards status; those that are at odds with its usual meaning too."""
_ODD = frozenset({("trial-use", "draft"), ("informative", "retired"), ("external", "retired")})
_SHARED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        **dict.fromkeys(
            ("ValueSet", "ConceptMap", "Measure"), ("url", "version", "title", "status", "experimental", "description")
        ),
        "CodeSystem": ("url", "version", "title", "content", "status", "experimental", "description"),
    }
)
"""What the shareable profile of a type makes mandatory; a name should be there too."""


def metadata_check(*, publishing: bool) -> Check:
    """The check of a definition; publishing: whether it is about to be published, and must be complete."""

    def check(resource: Any, _: Scope) -> Found:
        faults = [*_status(resource), *_version(resource)]
        if publishing:
            faults += _shared(resource)
        return faults or None

    return check


def check_stable(resource: Any, _: Scope) -> Found:
    """Where nothing experimental is wanted, nothing is."""
    if resource["experimental"] is not True:
        return None
    return [Fault("definition-not-stable", "This is experimental, which nothing may be here.", "business-rule")]


def _status(resource: Json) -> Iterator[Fault]:
    status = text(resource.get("status"))
    marks = (one for one in objects(resource.get("extension")) if one.get("url") == _STANDARDS)
    standing = next((text(one.get("valueCode")) for one in marks), "")
    if status and status not in _FITTING.get(standing, (status,)):
        told = f"Status {status} does not go with the standards status {standing}."
        yield _rule("definition-status", unnumbered(told), _WARN)
    elif (standing, status) in _ODD:
        told = f"See that status {status} is meant, beside the standards status {standing}."
        yield _rule("definition-status", told, _NOTE)
    if "deprecated" in text(resource.get("description")).lower() and standing != "deprecated":
        told = "The description speaks of something deprecated, and the definition itself is not."
        yield _rule("definition-status", told, _NOTE)


def _version(resource: Json) -> Iterator[Fault]:
    if "#" in text(resource.get("version")):
        told = "The version holds a #, which separates versions from urls in some places; leave it out."
        yield _rule("definition-version", told, _WARN)


def _shared(resource: Json) -> Iterator[Fault]:
    kind = text(resource.get("resourceType"))
    severity = Severity.ERROR if is_of_hl7(resource) else _WARN
    for name in _SHARED.get(kind, ()):
        if name not in resource:
            yield Fault("definition-shareable", f"What is published says its {name}.", "required", severity)
    if kind in _SHARED and "name" not in resource:
        yield Fault("definition-shareable", "What is published should have a name.", "required", _WARN)


def _rule(code: str, told: str, severity: Severity) -> Fault:
    return Fault(code, told, "business-rule", severity)
