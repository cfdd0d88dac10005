"""Where the rule behind a finding is written: the page of FHIR R4, of a guide's profile, or of our clarifications."""

from __future__ import annotations

import re

from profiles.fhir_plan import resource_types
from profiles.issue import Issue
from profiles.names import BASE

R4 = "https://hl7.org/fhir/R4"
_CORE = "http://hl7.org/fhir/StructureDefinition/"
_PAGES = {
    "json": "json.html",
    "ndjson": "nd-json.html",
    "xml": "xml.html",
    "narrative": "narrative.html",
    "xhtml": "narrative.html#xhtml",
    "profile": "profiling.html#resources",
    "slicing": "profiling.html#slicing",
    "slice": "profiling.html#slicing",
    "binding": "terminologies.html#strength",
    "coding": "datatypes.html#Coding",
    "extension": "extensibility.html#Extension",
    "reference": "references.html",
    "bundle": "bundle.html",
    "canonical": "references.html#canonical",
    "cds": "https://cds-hooks.hl7.org/2.0/",
}
"""The page for a family of codes: what stands before the first hyphen. Addresses without a scheme are of R4."""
_INVARIANTS = {"bdl": "bundle", "dom": "domainresource", "ele": "element", "ext": "extensibility", "txt": "narrative"}
_SPECIAL = {
    "DomainResource": "domainresource.html#invs",
    "Element": "element.html#invs",
    "Extension": "extensibility.html#Extension",
    "Meta": "resource.html#Meta",
    "Narrative": "narrative.html#Narrative",
    "Reference": "references.html#Reference",
    "Resource": "resource.html#invs",
}
"""Types that have a page of their own instead of a place among the data types."""
_ELEMENT = re.compile(r"([A-Z][A-Za-z]*)((?:\.[A-Za-z]+)+)")
_TYPED = re.compile(r"\.ofType\([A-Za-z0-9]*\)|\[[0-9]+\]")


def rule_link(issue: Issue) -> str:
    """The address of a page that defines the rule of a finding; "" where no public page does."""
    profile = issue.about.profile.partition("|")[0] if issue.about else ""
    if profile.startswith(_CORE):
        return _core_page(profile.removeprefix(_CORE), issue)
    if profile and not profile.startswith(BASE):
        return profile if is_public(profile) else ""
    return family_link(issue.code) or _element_page(issue.where)


def is_public(canonical: str) -> bool:
    """Whether a canonical url is an address that others publish at; ours are names only."""
    return canonical.startswith(("http://", "https://")) and not canonical.startswith(BASE)


def family_link(code: str) -> str:
    """The page about a family of codes ("json-syntax"); "" for codes that are of no family of FHIR's."""
    family = code.partition("-")[0]
    if family in _INVARIANTS and code[-1:].isdigit():
        return f"{R4}/{_INVARIANTS[family]}.html#invs"
    page = _PAGES.get(family, "")
    return page if page.startswith("https:") else f"{R4}/{page}" if page else ""


def _core_page(name: str, issue: Issue) -> str:
    if name in resource_types():
        own = _element_page(issue.where) if issue.where.startswith(f"{name}.") else ""
        is_rule = issue.about is not None and issue.about.rule
        return f"{R4}/{name.lower()}.html#invs" if is_rule or not own else own
    if name in _SPECIAL:
        return f"{R4}/{_SPECIAL[name]}"
    return f"{R4}/datatypes.html#{name}" if name[:1].isupper() else f"{R4}/{name}.html"


def _element_page(where: str) -> str:
    """The definition of the first element a place names, on its resource's own page: Patient.gender."""
    found = _ELEMENT.match(_TYPED.sub("", where))
    if found is None or found[1] not in resource_types():
        return ""
    first = found[2].split(".")[1]
    return f"{R4}/{found[1].lower()}-definitions.html#{found[1]}.{first}"
