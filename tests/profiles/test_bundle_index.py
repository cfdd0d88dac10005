"""What a reference in a Bundle means."""

from __future__ import annotations

import pytest

from profiles.bundle_index import BundleIndex, target_of
from tests.profiles.samples import Json, patient

URN = "urn:uuid:00000000-0000-4000-8000-00000000000"


@pytest.mark.parametrize(
    ("reference", "full_url", "expected"),
    [
        ("Patient/1", "https://own.example/fhir/Observation/2", ("https://own.example/fhir/Patient/1", "")),
        ("Patient/1/_history/3", "https://own.example/Observation/2", ("https://own.example/Patient/1", "3")),
        ("Patient/1", f"{URN}2", ("urn:uuid:1", "")),
        (f"{URN}1", "https://own.example/Observation/2", (f"{URN}1", "")),
        ("https://own.example/Patient/1/_history/3", "", ("https://own.example/Patient/1", "3")),
        ("Patient/1", "Observation/2", ("Patient/1", "")),
    ],
)
def test_the_full_url_a_reference_means(reference: str, full_url: str, expected: tuple[str, str]) -> None:
    assert target_of(reference, full_url) == expected


def _index(*entries: tuple[str, Json]) -> BundleIndex:
    held = [{"fullUrl": url, "resource": resource} for url, resource in entries]
    return BundleIndex({"resourceType": "Bundle", "type": "collection", "entry": held})


def test_named_by_the_rules_and_found_by_type_and_id() -> None:
    index = _index((f"{URN}1", patient(id="1")), ("https://own.example/Observation/2", patient(id="2")))
    assert index.named("Patient/1", "https://own.example/Observation/2") == []
    assert [one.position for one in index.alike("Patient/1")] == [0]
    assert index.find("Patient/1", "https://own.example/Observation/2") == patient(id="1")
    assert [one.position for one in index.named(f"{URN}1", "")] == [0]


def test_versions() -> None:
    url = "https://own.example/Patient/1"
    first, second = (patient(id="1", meta={"versionId": version}) for version in "12")
    index = _index((url, first), (url, second))
    assert [one.resource for one in index.named(f"{url}/_history/2", "")] == [second]
    assert len(index.named(url, "")) == 2
    assert index.named(f"{url}/_history/3", "") == []


def test_entries_of_any_form_are_left_aside() -> None:
    assert BundleIndex({"entry": [1, {}, {"resource": []}, None]}).entries == []
    assert BundleIndex({"entry": {"resource": {}}}).entries == []
