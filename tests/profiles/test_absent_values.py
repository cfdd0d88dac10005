"""What profiles let stand for a value that is not there."""

from __future__ import annotations

from typing import Any

import pytest

from tests.profiles.samples import element, found, patient, profile

STEM = "http://hl7.org/fhir/5.0/StructureDefinition/extension-ElementDefinition."
REASON = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
OTHER_VERSION = "http://hl7.org/fhir/5.0/StructureDefinition/extension-Patient.gender"
UNKNOWN = {"extension": [{"url": REASON, "valueCode": "unknown"}]}
OTHER = {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/iso21090-nullFlavor", "valueCode": "UNK"}]}


@pytest.mark.parametrize(
    ("said", "more", "expected"),
    [
        ({"url": f"{STEM}valueAlternatives", "valueCanonical": REASON}, {"_active": UNKNOWN}, False),
        ({"url": f"{STEM}valueAlternatives", "valueCanonical": REASON}, {"_active": OTHER}, True),
        ({"url": f"{STEM}valueAlternatives", "valueCanonical": REASON}, {"active": True, "_active": OTHER}, False),
        ({"url": f"{STEM}mustHaveValue", "valueBoolean": True}, {"_active": UNKNOWN}, True),
        ({"url": f"{STEM}mustHaveValue", "valueBoolean": True}, {}, False),
    ],
)
def test_a_single_value(said: dict[str, Any], more: dict[str, Any], expected: bool) -> None:
    rules = profile("present", "Patient", element("Patient.active", extension=[said]))
    issues = found(patient(**more), rules, profiles=("present",))
    assert ("error value-absent Patient.active" in issues) is expected


def test_a_value_in_a_list() -> None:
    said = {"url": f"{STEM}valueAlternatives", "valueCanonical": REASON}
    rules = profile("present", "Patient", element("Patient.name.given", extension=[said]))
    named = [{"given": ["A", None], "_given": [None, OTHER]}]
    assert "error value-absent Patient.name[0].given" in found(patient(name=named), rules, profiles=("present",))


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"_gender": {"extension": [{"url": OTHER_VERSION, "valueCode": "x"}]}}, True),
        ({"gender": "other", "_gender": {"extension": [{"url": OTHER_VERSION, "valueCode": "x"}]}}, False),
        ({"_gender": UNKNOWN}, False),
        ({"_gender": {"extension": "x"}}, False),
    ],
)
def test_a_code_of_another_version_of_fhir(more: dict[str, Any], expected: bool) -> None:
    resource = {"resourceType": "Patient", **more}
    assert ("warning code-of-other-version Patient.gender" in found(resource)) is expected
    assert ("error binding-required Patient.gender" in found(resource)) is ("gender" not in more and not expected)


def test_what_stands_beside_a_value_is_not_empty() -> None:
    assert found({"resourceType": "Patient", "_active": {}}) == ["error ele-1 Patient.active"]
