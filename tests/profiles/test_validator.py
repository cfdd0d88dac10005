"""The profile validator: base R4, and what profiles add to it."""

from __future__ import annotations

from typing import Any

import pytest

from profiles.issue import Severity
from profiles.told_faults import MOST_ISSUES
from profiles.validator import Options
from tests.profiles.samples import BASE, R4, Json, element, entry, found, observation, patient, profile, validator


def test_a_right_resource_has_no_findings() -> None:
    assert found(patient()) == []
    assert found(observation(valueQuantity={"value": 3, "unit": "cm"})) == []


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        (patient(surname="x"), "error structure-unknown Patient"),
        (patient(birthDate="1980-02-30"), "error format-date Patient.birthDate"),
        (patient(gender="F"), "error binding-required Patient.gender"),
        (patient(name={"family": "x"}), "error structure-type Patient.name"),
        (patient(name=[]), "error structure-empty Patient.name"),
        (patient(contact=[{"gender": "male"}]), "error pat-1 Patient.contact[0]"),
        (patient(deceasedBoolean=True, deceasedDateTime="2020"), "error structure-choice Patient"),
        ({"resourceType": "Observation", "status": "final"}, "error cardinality-min Observation"),
        (patient(identifier=[{"system": "cpr"}]), "error identifier-system Patient.identifier[0]"),
        (patient(link=[{"other": {"reference": "Patient/1"}}]), "error cardinality-min Patient.link[0]"),
    ],
)
def test_base_r4(resource: Json, expected: str) -> None:
    assert expected in found(resource)


def test_what_is_no_resource_is_said_so() -> None:
    assert [one.code for one in validator().validate({"resourceType": "Letter"})] == ["structure-resource"]
    assert [one.code for one in validator().validate([])] == ["structure-resource"]


def test_an_unknown_profile_is_an_error_unless_the_options_say_otherwise() -> None:
    claimed = patient(meta={"profile": [f"{BASE}nobody"]})
    assert found(claimed) == ["error profile-unknown Patient.meta.profile[0]"]
    assert found(claimed, options=Options(unknown_profile=Severity.WARNING))[0].startswith("warning")
    assert found(patient(), profiles=("nobody",)) == ["error profile-unknown Patient"]


RULES = profile(
    "strict",
    "Patient",
    element("Patient.name", min=1, max="1"),
    element("Patient.active", fixedBoolean=True),
    element("Patient.gender", patternCode="female"),
    element("Patient.photo", max="0"),
    element("Patient.name.family", maxLength=5),
    element("Patient.birthDate", minValueDate="1900-01-01"),
    element("Patient.deceased[x]", type=[{"code": "boolean"}]),
)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, []),
        ({"name": None}, ["error cardinality-min Patient"]),
        ({"name": [{"text": "a"}, {"text": "b"}]}, ["error cardinality-max Patient"]),
        ({"active": False}, ["error profile-value Patient.active"]),
        ({"gender": "male"}, ["error profile-value Patient.gender"]),
        ({"photo": [{"url": "http://a.example"}]}, ["error cardinality-max Patient"]),
        ({"name": [{"family": "Hansen"}]}, ["error value-length Patient.name[0].family"]),
        ({"birthDate": "1899-12-31"}, ["error value-min Patient.birthDate"]),
        ({"deceasedDateTime": "2020"}, ["error profile-type Patient.deceased.ofType(dateTime)"]),
    ],
)
def test_what_a_profile_says_of_elements(more: dict[str, Any], expected: list[str]) -> None:
    resource = patient(**({"name": [{"family": "Olsen"}]} | more))
    resource = {key: value for key, value in resource.items() if value is not None}
    assert found(resource, RULES, profiles=("strict",)) == expected
    claimed = resource | {"meta": {"profile": [f"{BASE}strict"]}}
    assert found(claimed, RULES) == expected


def test_the_finding_says_which_rule_of_which_profile() -> None:
    issues = validator(RULES).validate(patient(name=[{"text": "a"}], active=False), [f"{BASE}strict"])
    assert f"{BASE}strict" in issues[0].text


def test_invariants_of_profiles_and_their_severity() -> None:
    rules = [
        {"key": "own-1", "severity": "error", "human": "A name.", "expression": "name.exists()"},
        {"key": "own-2", "severity": "warning", "human": "A contact.", "expression": "contact.exists()"},
        {"key": "own-3", "severity": "error", "human": "Broken.", "expression": "name.exists("},
    ]
    ruled = profile("ruled", "Patient", element("Patient", constraint=rules))
    expected = ["error own-1 Patient", "warning own-2 Patient", "warning invariant-unreadable Patient"]
    assert found(patient(), ruled, profiles=("ruled",)) == expected


def test_a_value_set_that_is_not_known_is_a_warning_that_says_so() -> None:
    bound = profile(
        "bound",
        "Observation",
        element("Observation.code", binding={"strength": "required", "valueSet": "http://nobody.example/vs"}),
    )
    coded = observation(code={"coding": [{"system": "http://hl7.org/fhir/observation-status", "code": "final"}]})
    assert found(coded, bound, profiles=("bound",)) == ["warning binding-undecided Observation.code"]


def test_extensible_bindings_warn() -> None:
    value_set = {
        "resourceType": "ValueSet",
        "url": "http://own.example/vs",
        "status": "active",
        "compose": {"include": [{"system": "http://hl7.org/fhir/observation-status", "concept": [{"code": "final"}]}]},
    }
    bound = profile(
        "bound",
        "Observation",
        element("Observation.code", binding={"strength": "extensible", "valueSet": "http://own.example/vs"}),
    )
    coded = observation(code={"coding": [{"system": "http://hl7.org/fhir/observation-status", "code": "amended"}]})
    assert found(coded, value_set, bound, profiles=("bound",)) == ["warning binding-extensible Observation.code"]


def test_codings_are_judged_by_their_own_system() -> None:
    system = "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus"
    wrong = patient(maritalStatus={"coding": [{"system": system, "code": "QQ"}]})
    assert "error coding-unknown Patient.maritalStatus.coding[0].code" in found(wrong)
    bare = patient(maritalStatus={"coding": [{"code": "M"}]})
    assert "warning coding-no-system Patient.maritalStatus.coding[0]" in found(bare)
    shown = patient(maritalStatus={"coding": [{"system": system, "code": "M", "display": "Single"}]})
    assert found(shown) == ["error coding-display Patient.maritalStatus.coding[0].display"]


def test_a_right_coding_says_nothing_of_others_of_its_code() -> None:
    system = "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus"
    judge = validator()

    def codes(**coding: Any) -> list[str]:
        coded = patient(maritalStatus={"coding": [{"system": system, "code": "M", **coding}]})
        return [one.code for one in judge.validate(coded)]

    assert codes() == []
    assert codes(display="Married") == []
    assert codes(display="Single") == ["coding-display"]
    assert "coding-unknown" in codes(code="QQ")
    assert codes(display="Married") == []


def test_the_trail_tells_by_which_profiles_a_resource_is_judged() -> None:
    named = profile("named", "Patient", element("Patient.name", min=1))
    claimed = patient(name=[{"text": "Own"}], meta={"profile": [f"{BASE}named"]})
    told = [
        one for one in validator(named, options=Options(trail=True)).validate(claimed) if one.code == "profile-trail"
    ]
    assert [one.where for one in told] == ["Patient", "Patient"]
    assert f"{R4}Patient|4.0.1" in told[0].text
    assert f"{BASE}named" in told[1].text
    assert not any(one.code == "profile-trail" for one in validator(named).validate(claimed))


@pytest.mark.parametrize(
    ("expression", "holds"),
    [
        ("Patient.gender.memberOf('x') or Patient.gender.memberOf('y')", False),
        ("Patient.gender.matches('x')", False),
        ("value.matches('x')", True),
        ("code.matches('x')", False),
        ("$this = 'female'", True),
    ],
)
def test_a_rule_on_a_primitive_that_gives_nothing_does_not_hold(expression: str, holds: bool) -> None:
    rule = {"key": "own-1", "severity": "error", "human": "x", "expression": expression}
    rules = profile("ruled", "Patient", element("Patient.gender", constraint=[rule]))
    assert found(patient(), rules, profiles=("ruled",)) == ([] if holds else ["error own-1 Patient.gender"])


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ({"path": "Patient.gender", "fixedCode": "male"}, "'male'"),
        ({"path": "Patient.name", "patternHumanName": {"family": "Own"}}, "'Own'"),
        ({"path": "Patient.multipleBirth[x]", "maxValueInteger": 3}, "at most 3"),
        ({"path": "Patient.name.text", "maxLength": 3}, "at most 3 characters"),
        (
            {
                "path": "Patient.managingOrganization",
                "type": [
                    {"code": "Reference", "targetProfile": ["http://hl7.org/fhir/StructureDefinition/Organization"]}
                ],
            },
            "Organization",
        ),
    ],
)
def test_findings_tell_what_would_be_right_and_by_which_profile(rules: Json, expected: str) -> None:
    given = patient(name=[{"text": "long"}], multipleBirthInteger=4, managingOrganization={"reference": "Patient/1"})
    told = validator(profile("p", "Patient", element(**rules))).validate(given, [f"{BASE}p"])
    abouts = [one.about for one in told if one.about is not None and one.severity == "error"]
    assert expected in [one.expected for one in abouts if one.profile]


def test_of_very_many_findings_the_worst_are_shown() -> None:
    """A draft code system is a note; a hundred of them hide no error, and what is left out is as bad as it is."""
    draft = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/processpriority", "code": "normal"}]}
    claim = {
        "resourceType": "Claim",
        "status": "active",
        "type": {"text": "x"},
        "use": "claim",
        "patient": {"display": "x"},
        "created": "2026-01-01",
        "provider": {"display": "x"},
        "priority": draft,
        "insurance": [{"sequence": 1, "focal": True, "coverage": {"display": "x"}}],
    }
    entries = [entry({**claim, "id": f"c{number}"}) for number in range(MOST_ISSUES + 50)]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    *_, more = validator().validate(bundle)
    assert (more.code, more.severity) == ("structure-more", "information")
    del entries[-1]["resource"]["status"]
    found = validator().validate(bundle)
    assert [issue.where for issue in found if issue.severity == "error"] == [
        f"Bundle.entry[{MOST_ISSUES + 49}].resource"
    ]
