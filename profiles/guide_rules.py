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
    """Packages are named as npm names them, with a version; a guide is named by its own url, which says none."""
    for at, one in enumerate(objects(guide.get("dependsOn"))):
        package, version = text(one.get("packageId")), text(one.get("version"))
        if package and _PACKAGE(package) is None:
            yield placed(_wrong("The packageId is no name of a package (name.of.package)."), "dependsOn", at)
        yield from (placed(fault, "dependsOn", at) for fault in _guide(text(one.get("uri")), version))
        if not version:
            yield placed(_wrong("The version it depends on should be said.", _WARN), "dependsOn", at)
        elif _VERSION(version) is None:
            yield placed(_wrong("The version is no version of a package (1.0.0)."), "dependsOn", at)


def _guide(uri: str, version: str) -> Iterator[Fault]:
    """The url of the guide depended on."""
    url, bar, stated = uri.partition("|")
    if bar and not stated:
        yield _wrong("The url of a guide does not end in |.")
    elif bar and stated != version:
        yield _wrong("The version a guide has is said beside its url, and the same where both say one.")
    if url and "/ImplementationGuide/" not in url:
        yield _wrong("The url must be that of the guide itself, with /ImplementationGuide/ in it.")


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
