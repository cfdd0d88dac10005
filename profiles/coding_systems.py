"""What is wrong with the system of a code that nobody knows, by its url alone: names that are nearly those of HL7 and
of the great terminologies (R4, 4.3 code systems; Coding.system)."""

from __future__ import annotations

import re
from collections.abc import Callable

from profiles.faults import Fault
from profiles.issue import Severity
from profiles.json_shapes import unnumbered

_CORE = re.compile(r"https?://(?:www\.)?hl7\.org/fhir/(?:CodeSystem/)?[^/]+").fullmatch
"""The urls of R4's own code systems, all of which are at hand; guides of HL7 have another part between."""
_TEST = "http://hl7.org/fhir/test"
_BUILD = re.compile(r"https?://build\.fhir\.org").match
_GREAT = ("http://snomed.info/sct", "http://loinc.org", "http://unitsofmeasure.org")
_EXAMPLE = re.compile(r"https?://example\.org").match


def unknown_system(system: str, is_known: Callable[[str], bool]) -> Fault | None:
    """What to say of the unknown system of a single Coding; is_known: whether a code system of this url is at hand."""
    if _BUILD(system) is not None:
        return _wrong("The system is a page of a build of FHIR; name the url of the code system.")
    if _CORE(system) is not None and not system.startswith(_TEST):
        return _wrong("HL7 has no code system of this url in R4; correct it.")
    if any(system.startswith(great) and system != great for great in _GREAT):
        return _wrong("The system is nearly that of a great terminology; name its url exactly.")
    if system.startswith("https:") and is_known("http:" + system[6:]):
        return _wrong("The url of this code system begins with http:, not https:.")
    if _EXAMPLE(system) is not None:
        return None
    told = f"The code system {unnumbered(system)} is not known, so the code cannot be judged."
    return Fault("coding-system-unknown", told, "unknown", Severity.INFORMATION, step="system")


def _wrong(text: str) -> Fault:
    return Fault("coding-system", text, "code-invalid")
