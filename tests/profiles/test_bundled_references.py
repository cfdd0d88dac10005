"""References between entries: those that do not lead where they seem to."""

from __future__ import annotations

from tests.profiles.samples import Json, found, observation, patient

HOST = "https://example.org/fhir"
URN = "urn:uuid:00000000-0000-4000-8000-00000000000"
AT = "Bundle.entry[0].resource.subject"


def _found(reference: str, *others: tuple[str, Json], full_url: str = f"{HOST}/Observation/1") -> list[str]:
    resource = observation(id="1", subject={"reference": reference})
    entries = [{"fullUrl": url, "resource": other} for url, other in ((full_url, resource), *others)]
    return [one for one in found({"resourceType": "Bundle", "type": "collection", "entry": entries}) if AT in one]


def test_a_reference_that_leads_to_one_entry() -> None:
    assert _found("Patient/1", (f"{HOST}/Patient/1", patient(id="1"))) == []
    assert _found(f"{URN}2", (f"{URN}2", patient())) == []
    assert _found("Patient/2") == []


def test_the_right_type_and_id_under_another_full_url() -> None:
    one = (f"{URN}2", patient(id="1"))
    assert _found("Patient/1", one) == [f"warning bundle-near {AT}"]
    assert _found("Patient/1", one, (f"{URN}3", patient(id="1"))) == [f"warning bundle-near {AT}"] * 3


def test_a_urn_that_no_entry_has() -> None:
    assert _found(f"{URN}2") == [f"warning bundle-not-local {AT}"]


def test_several_entries_of_one_full_url() -> None:
    versions = [(f"{HOST}/Patient/1", patient(id="1", meta={"versionId": version})) for version in "12"]
    assert _found("Patient/1", *versions) == [f"error bundle-many {AT}"]
    assert _found("Patient/1/_history/2", *versions) == []


def test_a_version_of_an_entry_that_says_none() -> None:
    assert f"warning bundle-version {AT}" in _found("Patient/1/_history/2", (f"{HOST}/Patient/1", patient(id="1")))


def test_the_type_of_a_reference_that_builds_on_a_urn() -> None:
    alike = ("urn:uuid:2", observation(id="2"))
    assert f"error reference-target {AT}" in _found("Patient/2", alike, full_url=f"{URN}1")


def test_many_entries_that_are_nearly_meant_are_not_all_told() -> None:
    others = [(f"urn:oid:1.2.{number}", patient(id="1")) for number in range(40)]
    assert len(_found("Patient/1", *others)) == 21
