"""Profiles that other profiles impose."""

from __future__ import annotations

from tests.profiles.samples import BASE, Json, element, entry, found, patient, profile

IMPOSE = "http://hl7.org/fhir/StructureDefinition/structuredefinition-imposeProfile"


def _imposing(name: str, *others: str) -> Json:
    marks = [{"url": IMPOSE, "valueCanonical": BASE + other} for other in others]
    return profile(name, "Patient", element("Patient.active", mustSupport=True), extension=marks)


NAMED = profile("named", "Patient", element("Patient.name", min=1))
PHONED = profile("phoned", "Patient", element("Patient.telecom", min=1))
WRONG = ["error cardinality-min Patient"]


def test_who_claims_the_one_follows_the_other() -> None:
    claims = patient(meta={"profile": [f"{BASE}outer"]})
    assert found(claims, _imposing("outer", "named"), NAMED) == WRONG
    assert found(claims | {"name": [{"text": "A"}]}, _imposing("outer", "named"), NAMED) == []


def test_who_is_judged_by_the_one_is_judged_by_the_other() -> None:
    assert found(patient(), _imposing("outer", "named", "phoned"), NAMED, PHONED, profiles=("outer",)) == WRONG * 2
    assert (
        found(patient(), _imposing("outer", "inner"), _imposing("inner", "named"), NAMED, profiles=("outer",)) == WRONG
    )


def test_it_holds_for_entries_of_a_bundle() -> None:
    claims = patient(id="1", meta={"profile": [f"{BASE}outer"]})
    told = found(
        {"resourceType": "Bundle", "type": "collection", "entry": [entry(claims)]}, _imposing("outer", "named"), NAMED
    )
    assert told == ["error cardinality-min Bundle.entry[0].resource"]


def test_one_that_nobody_knows_is_a_warning() -> None:
    told = found(patient(), _imposing("outer", "gone"), profiles=("outer",))
    assert told == ["warning profile-imposed-unknown Patient"]


def test_profiles_that_impose_each_other() -> None:
    assert found(patient(), _imposing("a", "b"), _imposing("b", "a", "named"), NAMED, profiles=("a",)) == WRONG
