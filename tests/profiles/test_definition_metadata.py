"""What definitions say of themselves."""

from __future__ import annotations

from typing import Any

import pytest

from profiles.issue import Severity
from profiles.validator import Options
from tests.profiles.samples import Json, found, validator

STANDARDS = "http://hl7.org/fhir/StructureDefinition/structuredefinition-standards-status"
SHARED: Json = {
    "resourceType": "ValueSet",
    "url": "http://own.example/ValueSet/a",
    "version": "1",
    "name": "A",
    "title": "A",
    "status": "active",
    "experimental": False,
    "description": "a",
}
PUBLISHED = Options(publishing=True)


def _standing(status: str, standing: str) -> list[str]:
    resource = SHARED | {"status": status, "extension": [{"url": STANDARDS, "valueCode": standing}]}
    return [str(one.severity) for one in validator().validate(resource) if one.code == "definition-status"]


@pytest.mark.parametrize(
    ("status", "standing", "expected"),
    [
        ("active", "normative", []),
        ("draft", "normative", ["warning"]),
        ("active", "draft", ["warning"]),
        ("draft", "trial-use", ["information"]),
        ("retired", "trial-use", ["warning"]),
        ("retired", "deprecated", []),
        ("active", "deprecated", ["warning"]),
        ("retired", "informative", ["information"]),
        ("active", "external", []),
    ],
)
def test_status_and_standards_status_go_together(status: str, standing: str, expected: list[str]) -> None:
    assert _standing(status, standing) == expected


def test_a_description_that_speaks_of_deprecation() -> None:
    resource = SHARED | {"description": "This is Deprecated."}
    told = [one for one in validator().validate(resource) if one.code == "definition-status"]
    assert [one.severity for one in told] == [Severity.INFORMATION]


def test_a_version_that_cannot_stand_in_a_url() -> None:
    assert found(SHARED | {"version": "1#2"}) == ["warning definition-version ValueSet"]


def _without(name: str, **more: Any) -> Json:
    return {key: value for key, value in (SHARED | more).items() if key != name}


@pytest.mark.parametrize("name", ["version", "title", "experimental", "description", "name"])
def test_what_is_published_is_complete(name: str) -> None:
    missing = "definition-shareable ValueSet"
    assert found(_without(name), options=PUBLISHED) == [f"warning {missing}"]
    assert missing not in " ".join(found(_without(name)))
    of_hl7 = _without(name, url="http://hl7.org/fhir/us/x/ValueSet/a")
    severity = "warning" if name == "name" else "error"
    assert f"{severity} {missing}" in found(of_hl7, options=PUBLISHED)


def test_a_complete_definition_is_right() -> None:
    assert found(SHARED, options=PUBLISHED) == []


def test_nothing_experimental_where_nothing_may_be() -> None:
    wrong = SHARED | {"experimental": True}
    assert found(wrong) == []
    assert found(wrong, options=Options(stable=True)) == ["error definition-not-stable ValueSet"]
    assert found(SHARED, options=Options(stable=True)) == []
