"""Profiles and resources of our own for the validator's tests."""

from __future__ import annotations

from functools import cache
from typing import Any

from profiles.context import Context
from profiles.core import core_package
from profiles.terminology import Terminology
from profiles.validator import DEFAULT, Options, Validator

Json = dict[str, Any]
BASE = "http://profiles.overgang.example/StructureDefinition/"
HOST = "https://example.org/fhir"
R4 = "http://hl7.org/fhir/StructureDefinition/"


@cache
def core() -> Context:
    """R4 core alone."""
    return Context.of((core_package(),))


def profile(name: str, type_name: str, *elements: Json, **more: Any) -> Json:
    """A profile of a type by its differential."""
    return {
        "resourceType": "StructureDefinition",
        "id": name,
        "url": BASE + name,
        "name": name.title(),
        "status": "active",
        "kind": "resource",
        "abstract": False,
        "type": type_name,
        "baseDefinition": R4 + type_name,
        "derivation": "constraint",
        "differential": {"element": list(elements)},
        **more,
    }


def element(path: str, **rules: Any) -> Json:
    """One element of a differential; `slice` names a slice."""
    name = rules.pop("slice", None)
    identity = rules.pop("id", f"{path}:{name}" if name else path)
    return {"id": identity, "path": path, **({"sliceName": name} if name else {}), **rules}


def sliced(path: str, kind: str, by: str, rules: str = "open", *, ordered: bool = False) -> Json:
    """An element that is sliced by one discriminator."""
    slicing = {"discriminator": [{"type": kind, "path": by}], "rules": rules, "ordered": ordered}
    return element(path, slicing=slicing)


def validator(*resources: Json, options: Options = DEFAULT) -> Validator:
    """A validator of R4 core and these definitions."""
    context = core().adding(resources) if resources else core()
    return Validator(context, Terminology(context), options)


def found(resource: Json, *resources: Json, profiles: tuple[str, ...] = (), options: Options = DEFAULT) -> list[str]:
    """Findings as "severity code where", notes left out."""
    issues = validator(*resources, options=options).validate(resource, [BASE + name for name in profiles])
    return [f"{one.severity} {one.code} {one.where}" for one in issues if one.severity != "information"]


def patient(**more: Any) -> Json:
    """A Patient that is right by R4."""
    return {"resourceType": "Patient", "gender": "female", "birthDate": "1980-02-29", **more}


def observation(**more: Any) -> Json:
    """An Observation that is right by R4."""
    return {"resourceType": "Observation", "status": "final", "code": {"text": "Pain"}, **more}


def entry(resource: Json) -> Json:
    """A resource as an entry from a server."""
    return {"fullUrl": f"{HOST}/{resource['resourceType']}/{resource['id']}", "resource": resource}


def document(*entries: Json, composition: Json | None = None, **more: Any) -> Json:
    """A document of a Composition and these entries."""
    head = {
        "resourceType": "Composition",
        "id": "1",
        "status": "final",
        "type": {"text": "Note"},
        "date": "2026-01-01",
        "author": [{"display": "N. N."}],
        "title": "Note",
        **(composition or {}),
    }
    identifier = {"system": "urn:ietf:rfc:3986", "value": "urn:uuid:00000000-0000-4000-8000-000000000000"}
    known = {"type": "document", "identifier": identifier, "timestamp": "2026-01-01T10:00:00Z"}
    return {"resourceType": "Bundle", **known, "entry": [entry(head), *entries], **more}
