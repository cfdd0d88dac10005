"""Claims of a type by the url of one version of FHIR."""

from __future__ import annotations

import pytest

from tests.profiles.samples import patient, validator


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://hl7.org/fhir/4.0/StructureDefinition/Patient", "information profile-version"),
        ("http://hl7.org/fhir/4.0/StructureDefinition/Resource", "information profile-version"),
        ("http://hl7.org/fhir/5.0/StructureDefinition/Patient", "information profile-version"),
        ("http://hl7.org/fhir/4.0/StructureDefinition/Group", "error profile-type"),
        ("http://hl7.org/fhir/4.0/StructureDefinition/extension-Patient.x", "error profile-unknown"),
        ("http://hl7.org/fhir/StructureDefinition/nobody", "error profile-unknown"),
    ],
)
def test_claims(url: str, expected: str) -> None:
    [said] = validator().validate(patient(meta={"profile": [url]}))
    assert f"{said.severity} {said.code} {said.where}" == f"{expected} Patient.meta.profile[0]"
