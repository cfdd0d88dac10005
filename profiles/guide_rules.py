"""Rules of an ImplementationGuide (R4): what it depends on, and what HL7 asks of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, TypeAlias

from profiles.faults import Fault, Found, placed
from profiles.issue import Severity
from profiles.json_shapes import objects, text
from profiles.publisher_rules import is_of_hl7
from profiles.scope import Scope

Json: TypeAlias = dict[str, Any]

_HOME = "http://hl7.org/fhir/StructureDefinition/structuredefinition-"
_PACKAGE = re.compile(r"[A-Za-z][A-Za-z0-9_\-]*(?:\.[A-Za-z0-9_\-]+)+").fullmatch
_VERSION = re.compile(r"[A-Za-z0-9_\-]+(?:\.[A-Za-z0-9_\-]+)*").fullmatch
_WARN = Severity.WARNING


def check_guide(guide: Any, _: Scope) -> Found:
    """What an ImplementationGuide says of other guides and of itself."""
    return [*_dependencies(guide), *_marks(guide)] or None


def _dependencies(guide: Json) -> Iterator[Fault]:
    """Packages are named as npm names them, with a version."""
    for at, one in enumerate(objects(guide.get("dependsOn"))):
        package, version = text(one.get("packageId")), text(one.get("version"))
        if package and _PACKAGE(package) is None:
            yield placed(_wrong("The packageId is no name of a package (name.of.package)."), "dependsOn", at)
        if not version:
            yield placed(_wrong("The version it depends on should be said.", _WARN), "dependsOn", at)
        elif _VERSION(version) is None:
            yield placed(_wrong("The version is no version of a package (1.0.0)."), "dependsOn", at)


def _marks(guide: Json) -> Iterator[Fault]:
    """Guides of HL7 say their status, their work group and their maturity."""
    if not is_of_hl7(guide):
        return
    marks = {text(one.get("url")) for one in objects(guide.get("extension"))}
    for name, what, severity in (
        ("standards-status", "status", Severity.ERROR),
        ("wg", "work group", Severity.ERROR),
        ("fmm", "maturity", _WARN),
    ):
        if _HOME + name not in marks:
            yield _wrong(f"A guide of HL7 says its {what}, by the extension structuredefinition-{name}.", severity)


def _wrong(told: str, severity: Severity = Severity.ERROR) -> Fault:
    return Fault("guide", told, "business-rule", severity)
