"""Claims of a type by the url of one version of FHIR: http://hl7.org/fhir/4.0/StructureDefinition/Patient (R4,
2.1.0.5.2, version-specific canonicals of the standard's own definitions)."""

from __future__ import annotations

import re

from profiles.faults import Fault
from profiles.issue import Severity

_CLAIM = re.compile(r"http://hl7\.org/fhir/(\d{1,2}\.\d{1,2})/StructureDefinition/([A-Za-z]{1,60})").fullmatch
_HERE = "4.0"
_ANY = ("Resource", "DomainResource")


def version_claim(url: str, type_name: str) -> Fault | None:
    """What is to be said of such a claim on a resource of a type; None for every other url."""
    match = _CLAIM(url)
    if match is None:
        return None
    version, claimed = match[1], match[2]
    if version != _HERE:
        text = f"The profile is of FHIR {version}, and this is judged by {_HERE}; it is left out."
        return Fault("profile-version", text, "structure", Severity.INFORMATION)
    if claimed not in (type_name, *_ANY):
        return Fault("profile-type", f"The profile is for {claimed}, and this is a {type_name}.", "structure")
    return Fault("profile-version", "The profile is the type itself, as R4 has it.", "structure", Severity.INFORMATION)
