"""Who stands behind what HL7 publishes."""

from __future__ import annotations

from typing import Any

import pytest

from profiles.publisher_rules import publisher_check
from profiles.scope import open_scope
from profiles.validator import Options
from tests.profiles.samples import Json, found

_URL = "http://hl7.org/fhir/ValueSet/own"
_MARK = {"url": "http://hl7.org/fhir/StructureDefinition/structuredefinition-wg", "valueCode": "pc"}
_CONTACT = {"telecom": [{"system": "url", "value": "http://www.hl7.org/Special/committees/patientcare/index.cfm"}]}


def _found(*, publishing: bool = False, **more: Any) -> list[str]:
    resource: Json = {"resourceType": "ValueSet", "url": _URL, **more}
    faults = publisher_check(publishing=publishing)(resource, open_scope(resource)) or []
    return [f"{fault.severity} {fault.code}" for fault in faults]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, []),
        ({"extension": [_MARK], "publisher": "HL7 International / Patient Care", "contact": [_CONTACT]}, []),
        ({"extension": [_MARK], "contact": [_CONTACT]}, ["warning publisher"]),
        ({"extension": [_MARK], "publisher": "HL7 International / Patient Care"}, ["warning publisher"]),
        ({"extension": [_MARK | {"valueCode": "none"}]}, ["error publisher"]),
        ({"extension": [_MARK], "url": "http://own.example/vs"}, []),
    ],
)
def test_publisher(more: Json, expected: list[str]) -> None:
    assert _found(**more) == expected


def test_what_is_about_to_be_published() -> None:
    assert _found(publishing=True) == ["error publisher"]
    assert _found(publishing=True, resourceType="CodeSystem") == [
        "error publisher",
        "information publisher-terminology",
    ]
    moved = "http://terminology.hl7.org/CodeSystem/own"
    assert _found(publishing=True, resourceType="CodeSystem", url=moved) == ["error publisher"]


def test_as_an_option_of_the_validator() -> None:
    value_set = {"resourceType": "ValueSet", "url": _URL, "status": "active"}
    assert found(value_set) == []
    assert "error publisher ValueSet" in found(value_set, options=Options(publishing=True))
