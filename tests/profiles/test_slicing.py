"""Slicing: by value, pattern, type, profile and exists; closed, ordered and re-sliced."""

from __future__ import annotations

from typing import Any

import pytest

from tests.profiles.samples import BASE, Json, element, found, observation, patient, profile, sliced, validator


def _phones(rules: str = "open", *, ordered: bool = False) -> Json:
    return profile(
        "phones",
        "Patient",
        sliced("Patient.telecom", "value", "system", rules, ordered=ordered),
        element("Patient.telecom", slice="phone", min=1, max="1"),
        element("Patient.telecom.system", id="Patient.telecom:phone.system", min=1, fixedCode="phone"),
        element("Patient.telecom.value", id="Patient.telecom:phone.value", min=1),
        element("Patient.telecom", slice="email", max="1"),
        element("Patient.telecom.system", id="Patient.telecom:email.system", min=1, fixedCode="email"),
    )


PHONE = {"system": "phone", "value": "12345678"}
EMAIL = {"system": "email", "value": "a@b.example"}
FAX = {"system": "fax", "value": "12345678"}


@pytest.mark.parametrize(
    ("telecom", "rules", "expected"),
    [
        ([PHONE, EMAIL], "closed", []),
        ([PHONE, FAX], "open", []),
        ([PHONE, FAX], "closed", ["error slicing-closed Patient.telecom[1]"]),
        ([FAX, PHONE], "openAtEnd", ["error slicing-closed Patient.telecom[0]"]),
        ([PHONE, FAX], "openAtEnd", []),
        ([EMAIL], "open", ["error slice-min Patient"]),
        ([PHONE, PHONE], "open", ["error slice-max Patient"]),
        ([{"system": "phone", "rank": 1}], "open", ["error cardinality-min Patient.telecom[0]"]),
        (None, "open", ["error slice-min Patient"]),
    ],
)
def test_slices_by_value(telecom: Any, rules: str, expected: list[str]) -> None:
    resource = patient(telecom=telecom) if telecom is not None else patient()
    assert found(resource, _phones(rules), profiles=("phones",)) == expected


def test_ordered_slices() -> None:
    ordered = _phones(ordered=True)
    assert found(patient(telecom=[PHONE, EMAIL]), ordered, profiles=("phones",)) == []
    assert found(patient(telecom=[EMAIL, PHONE]), ordered, profiles=("phones",)) == [
        "error slicing-order Patient.telecom[1]"
    ]


def test_the_finding_says_which_slice_was_tried_and_which_discriminator_failed() -> None:
    issues = validator(_phones("closed")).validate(patient(telecom=[PHONE, FAX]), [f"{BASE}phones"])
    assert "slice 'phone' wants system = phone; slice 'email' wants system = email" in issues[0].text
    assert "12345678" not in issues[0].text


def test_slices_by_pattern_of_a_concept() -> None:
    coded = {"coding": [{"system": "http://hl7.org/fhir/observation-status", "code": "final"}]}
    parts = profile(
        "parts",
        "Observation",
        sliced("Observation.component", "pattern", "code"),
        element("Observation.component", slice="one", min=1),
        element("Observation.component.code", id="Observation.component:one.code", patternCodeableConcept=coded),
        element("Observation.component.value[x]", id="Observation.component:one.value[x]", min=1),
    )
    right = {"code": coded | {"text": "One"}, "valueInteger": 1}
    assert found(observation(component=[right]), parts, profiles=("parts",)) == []
    assert "error slice-min Observation" in found(observation(), parts, profiles=("parts",))
    without = {"code": coded}
    assert "error cardinality-min Observation.component[0]" in found(
        observation(component=[without]), parts, profiles=("parts",)
    )


def test_slices_by_exists() -> None:
    kinds = profile(
        "kinds",
        "Patient",
        sliced("Patient.identifier", "exists", "period"),
        element("Patient.identifier", slice="dated", max="1"),
        element("Patient.identifier.period", id="Patient.identifier:dated.period", min=1),
        element("Patient.identifier", slice="undated", max="0"),
        element("Patient.identifier.period", id="Patient.identifier:undated.period", max="0"),
    )
    dated = {"value": "1", "period": {"start": "2020"}}
    assert found(patient(identifier=[dated]), kinds, profiles=("kinds",)) == []
    assert found(patient(identifier=[dated, {"value": "2"}]), kinds, profiles=("kinds",)) == ["error slice-max Patient"]


def test_slices_by_type_of_a_choice() -> None:
    measured = profile(
        "measured",
        "Observation",
        sliced("Observation.value[x]", "type", "$this"),
        element("Observation.value[x]", slice="valueQuantity", min=1, type=[{"code": "Quantity"}]),
        element("Observation.value[x].unit", id="Observation.value[x]:valueQuantity.unit", min=1),
    )
    assert found(observation(valueQuantity={"value": 1, "unit": "cm"}), measured, profiles=("measured",)) == []
    assert found(observation(valueQuantity={"value": 1}), measured, profiles=("measured",)) == [
        "error cardinality-min Observation.value.ofType(Quantity)"
    ]
    text = found(observation(valueString="1 cm"), measured, profiles=("measured",))
    assert text == ["error profile-type Observation.value.ofType(string)", "error slice-min Observation"]


def _bundle(*resources: Json) -> Json:
    stem = "0000-4000-8000-000000000000"
    entries = [{"fullUrl": f"urn:uuid:0000000{at}-{stem}", "resource": one} for at, one in enumerate(resources)]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def test_slices_by_type_and_by_profile_of_a_resource() -> None:
    active = profile("active", "Patient", element("Patient.active", min=1))
    for kind in ("type", "profile"):
        held = profile(
            "held",
            "Bundle",
            sliced("Bundle.entry", kind, "resource", "closed"),
            element("Bundle.entry", slice="who", min=1, max="1"),
            element(
                "Bundle.entry.resource",
                id="Bundle.entry:who.resource",
                min=1,
                type=[{"code": "Patient", "profile": [f"{BASE}active"]}],
            ),
        )
        assert found(_bundle(patient(active=True)), active, held, profiles=("held",)) == []
        wrong = found(_bundle(patient()), active, held, profiles=("held",))
        assert wrong == (
            ["error cardinality-min Bundle.entry[0].resource"]
            if kind == "type"
            else ["error slice-min Bundle", "error slicing-closed Bundle.entry[0]"]
        )


@pytest.mark.parametrize("name", [[], {}, ["Patient"], None, 1])
def test_what_names_no_type_fits_no_slice_by_type(name: object) -> None:
    held = profile(
        "held",
        "Bundle",
        sliced("Bundle.entry", "type", "resource"),
        element("Bundle.entry", slice="who"),
        element("Bundle.entry.resource", id="Bundle.entry:who.resource", type=[{"code": "Patient"}]),
    )
    assert found(_bundle({"resourceType": name}), held, profiles=("held",))[0].startswith("error structure-resource")


def test_slices_of_slices() -> None:
    nested = profile(
        "nested",
        "Patient",
        sliced("Patient.telecom", "value", "system"),
        element(
            "Patient.telecom",
            slice="phone",
            slicing={"discriminator": [{"type": "value", "path": "use"}], "rules": "closed", "ordered": False},
        ),
        element("Patient.telecom.system", id="Patient.telecom:phone.system", min=1, fixedCode="phone"),
        element("Patient.telecom", id="Patient.telecom:phone/home", slice="phone/home", max="1"),
        element("Patient.telecom.use", id="Patient.telecom:phone/home.use", min=1, fixedCode="home"),
    )
    home = PHONE | {"use": "home"}
    assert found(patient(telecom=[home, EMAIL]), nested, profiles=("nested",)) == []
    assert found(patient(telecom=[home, home]), nested, profiles=("nested",)) == ["error slice-max Patient"]
    work = found(patient(telecom=[home, PHONE | {"use": "work"}]), nested, profiles=("nested",))
    assert work == ["error slicing-closed Patient.telecom[1]"]


def test_what_fits_no_slice_says_which_were_tried_and_what_would_satisfy_them() -> None:
    issues = validator(_phones("closed")).validate(patient(telecom=[PHONE, FAX]), [f"{BASE}phones"])
    about = next(one.about for one in issues if one.code == "slicing-closed")
    assert about is not None
    assert about.profile.startswith(f"{BASE}phones")
    assert [(one.slice, one.discriminator) for one in about.tried] == [("phone", "system"), ("email", "system")]
    assert "phone" in about.tried[0].expected


def test_a_rule_that_does_not_hold_is_named() -> None:
    issues = validator().validate(patient(contact=[{"gender": "female"}]))
    about = next(one.about for one in issues if one.code == "pat-1")
    assert about is not None
    assert (about.rule, about.profile) == ("pat-1", "http://hl7.org/fhir/StructureDefinition/Patient|4.0.1")
    assert "name.exists()" in about.expected


def test_a_minimum_that_is_stated_is_told_beside_the_slices() -> None:
    rules = _phones()
    rules["differential"]["element"][0]["min"] = 1
    both = ["error cardinality-min Patient", "error slice-min Patient"]
    assert found(patient(), rules, profiles=("phones",)) == both


PART = "http://hl7.org/fhir/StructureDefinition/elementdefinition-profile-element"
CODED = {"coding": [{"system": "http://codes.example", "code": "a"}]}
LIBRARY = profile(
    "library",
    "Composition",
    sliced("Composition.section", "pattern", "code"),
    element("Composition.section", slice="a"),
    element("Composition.section.title", id="Composition.section:a.title", min=1),
    element("Composition.section.code", id="Composition.section:a.code", min=1, patternCodeableConcept=CODED),
)
DOCUMENT = profile(
    "document",
    "Composition",
    sliced("Composition.section", "pattern", "code"),
    element(
        "Composition.section",
        slice="first",
        min=1,
        type=[
            {
                "code": "BackboneElement",
                "profile": [f"{BASE}library"],
                "_profile": [{"extension": [{"url": PART, "valueString": "Composition.section:a"}]}],
            }
        ],
    ),
)


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        ([{"code": CODED, "title": "A", "text": None}], []),
        ([{"code": CODED}], ["error cardinality-min Composition.section[0]"]),
        ([{"title": "B"}], ["error slice-min Composition"]),
        ([], ["error slice-min Composition"]),
    ],
)
def test_a_slice_may_be_one_element_of_another_profile(section: list[Json], expected: list[str]) -> None:
    composition = {
        "resourceType": "Composition",
        "status": "final",
        "type": {"text": "x"},
        "date": "2026",
        "author": [{"display": "x"}],
        "title": "x",
        **({"section": [{key: value for key, value in one.items() if value} for one in section]} if section else {}),
    }
    issues = found(composition, LIBRARY, DOCUMENT, profiles=("document",))
    told = [one for one in issues if one.startswith("error") and "cmp-1" not in one]
    assert told == expected


def test_the_profile_that_is_followed_among_several_remarks_on_what_fits_no_slice() -> None:
    lines = sliced("Address.line", "value", "$this")
    home = profile("home", "Address", lines, element("Address.line", slice="a", fixedString="A"), kind="complex-type")
    work = profile("work", "Address", element("Address.city", min=1), kind="complex-type")
    uses = [{"code": "Address", "profile": [f"{BASE}home", f"{BASE}work"]}]
    either = profile("either", "Patient", element("Patient.address", type=uses))
    resource = patient(address=[{"line": ["A", "B"]}])
    issues = validator(home, work, either).validate(resource, [f"{BASE}either"])
    assert [one.where for one in issues if one.code == "slicing-unmatched"] == ["Patient.address[0].line[1]"]
    assert not [one for one in issues if one.severity == "error"]
