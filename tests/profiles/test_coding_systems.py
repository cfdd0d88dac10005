"""Systems of codes that nobody knows, judged by their urls."""

from __future__ import annotations

import pytest

from profiles.coding_systems import unknown_system
from profiles.issue import Severity
from tests.profiles.samples import found, observation, patient, validator

ACTS = "http://terminology.hl7.org/CodeSystem/v3-ActReason"


@pytest.mark.parametrize(
    ("system", "expected"),
    [
        ("http://build.fhir.org/codesystem-x.html", "error"),
        ("http://hl7.org/fhir/no-such-codes", "error"),
        ("http://hl7.org/fhir/CodeSystem/no-such-codes", "error"),
        ("http://hl7.org/fhir/us/core/CodeSystem/x", "information"),
        ("http://hl7.org/fhir/test", "information"),
        ("http://hl7.org/fhir/sid/x", "information"),
        ("http://snomed.info/sct/554471000005108", "error"),
        ("http://loinc.org/", "error"),
        (ACTS.replace("http:", "https:"), "error"),
        ("https://example.org/codes", ""),
        ("urn:oid:1.2.208.176.2.1", "information"),
    ],
)
def test_systems(system: str, expected: str) -> None:
    told = unknown_system(system, lambda url: url == ACTS)
    assert (str(told.severity) if told else "") == expected


def test_it_is_told_of_codings_that_nothing_is_bound_to() -> None:
    tagged = patient(meta={"tag": [{"system": "http://loinc.org/", "code": "1"}]})
    assert found(tagged) == ["error coding-system Patient.meta.tag[0]"]
    noted = validator().validate(patient(meta={"tag": [{"system": "urn:oid:1.2.208.176", "code": "1"}]}))
    assert [(one.severity, one.kind, one.where) for one in noted] == [
        (Severity.INFORMATION, "unknown", "Patient.meta.tag[0].system")
    ]


def test_a_unit_is_one_of_its_system() -> None:
    units = [("mm[Hg]", []), ("mmHg", ["error coding-unknown Observation.value.ofType(Quantity).code"])]
    for code, expected in units:
        measured = {"value": 80, "unit": "mmHg", "system": "http://unitsofmeasure.org", "code": code}
        assert found(observation(valueQuantity=measured)) == expected
