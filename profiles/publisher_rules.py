"""Who stands behind a definition that HL7 publishes: its work group, publisher and contact (HL7's publication rules).

The work groups, with the page of their committee, are data (`hl7_work_groups.csv`).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from profiles.faults import Fault, Found
from profiles.issue import Severity
from profiles.json_shapes import objects, text, unnumbered
from profiles.plans import Check
from profiles.scope import Scope

Json: TypeAlias = dict[str, Any]

_TABLE = Path(__file__).with_name("hl7_work_groups.csv")
_WORK_GROUP = "http://hl7.org/fhir/StructureDefinition/structuredefinition-wg"
_COMMITTEES = "http://www.hl7.org/Special/committees/"
_HL7 = re.compile(r"https?://(?:[a-z]+\.)*hl7\.org/").match
_TERMINOLOGY = "http://terminology.hl7.org/"
_WARN, _NOTE = Severity.WARNING, Severity.INFORMATION


def is_of_hl7(resource: Json) -> bool:
    """Whether HL7 publishes a definition, by its url."""
    return _HL7(text(resource.get("url"))) is not None


def publisher_check(*, publishing: bool) -> Check:
    """The check of a definition with a url; publishing: whether it is about to be published, and must be complete."""

    def check(resource: Any, _: Scope) -> Found:
        if not is_of_hl7(resource):
            return None
        faults = [*_work_group(resource, publishing=publishing)]
        is_moved = text(resource.get("url")).startswith(_TERMINOLOGY)
        if publishing and resource.get("resourceType") == "CodeSystem" and not is_moved:
            told = "Code systems of HL7 move to HL7 Terminology before long; the url could be of there now."
            faults.append(Fault("publisher-terminology", told, "business-rule", _NOTE))
        return faults or None

    return check


def _work_group(resource: Json, *, publishing: bool) -> Iterator[Fault]:
    marks = [one for one in objects(resource.get("extension")) if one.get("url") == _WORK_GROUP]
    code = text(marks[0].get("valueCode")) if marks else ""
    if not code:
        if publishing:
            yield _wrong("What HL7 publishes names its work group, by the extension structuredefinition-wg.")
        return
    if code not in _groups():
        yield _wrong(f"HL7 has no work group {unnumbered(code)}.")
        return
    name, committee = _groups()[code]
    publisher = f"HL7 International / {name}"
    if resource.get("publisher") != publisher:
        yield _wrong(f"The publisher should be that of the work group {code}: {publisher}.", _WARN)
    if not any(link.startswith(committee) for link in _links(resource)):
        yield _wrong(f"The contact should hold the page of the work group {code}: {committee}.", _WARN)


def _links(resource: Json) -> Iterator[str]:
    """What its contacts can be reached by."""
    for contact in objects(resource.get("contact")):
        for point in objects(contact.get("telecom")):
            yield text(point.get("value"))


@cache
def _groups() -> Mapping[str, tuple[str, str]]:
    """Name and page of each work group, by code."""
    with _TABLE.open(encoding="utf-8", newline="") as lines:
        return {row["code"]: (row["name"], _COMMITTEES + row["committee"]) for row in csv.DictReader(lines)}


def _wrong(told: str, severity: Severity = Severity.ERROR) -> Fault:
    return Fault("publisher", told, "business-rule", severity)
