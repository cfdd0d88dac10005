"""References: their form, the types and profiles of their targets, contained and bundled."""

from __future__ import annotations

from typing import Any

import pytest

from profiles.validator import Options
from tests.profiles.samples import BASE, R4, Json, element, found, observation, patient, profile

ACTIVE = profile("active", "Patient", element("Patient.active", min=1))


def _about(*targets: str, **more: Any) -> Json:
    use = {"code": "Reference", "targetProfile": list(targets), **more}
    return profile("about", "Observation", element("Observation.subject", type=[use]))


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("Patient/1", []),
        ("urn:uuid:00000000-0000-4000-8000-000000000000", []),
        ("https://example.org/fhir/Patient/1", []),
        ("1", ["error reference-format Observation.subject"]),
        ("Medication/1", ["error reference-target Observation.subject"]),
        ("#who", ["error ref-1 Observation.subject", "error reference-contained Observation.subject"]),
    ],
)
def test_form_and_type(reference: str, expected: list[str]) -> None:
    assert found(observation(subject={"reference": reference})) == expected


def test_a_profile_narrows_the_types() -> None:
    narrow = _about(f"{R4}Group")
    assert found(observation(subject={"reference": "Patient/1"}), narrow, profiles=("about",)) == [
        "error reference-target Observation.subject"
    ]


def test_a_contained_target_is_judged_by_the_profile_of_the_target() -> None:
    about = _about(f"{BASE}active")
    for active, expected in ((True, []), (None, ["error reference-profile Observation.subject"])):
        inside = patient(id="who") | ({"active": active} if active else {})
        resource = observation(contained=[inside], subject={"reference": "#who"})
        assert found(resource, ACTIVE, about, profiles=("about",)) == expected


def test_targets_in_the_bundle_and_elsewhere() -> None:
    about = _about(f"{BASE}active")
    claimed = observation(subject={"reference": "Patient/1"}, meta={"profile": [f"{BASE}about"]})
    entries = [
        {"fullUrl": "https://example.org/fhir/Observation/2", "resource": claimed | {"id": "2"}},
        {"fullUrl": "https://example.org/fhir/Patient/1", "resource": patient(id="1")},
    ]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    assert found(bundle, ACTIVE, about) == ["error reference-profile Bundle.entry[0].resource.subject"]
    elsewhere = Options(fetch=lambda _: patient(id="1"))
    assert found(claimed, ACTIVE, about, options=elsewhere) == ["error reference-profile Observation.subject"]


def test_aggregation() -> None:
    bundled = _about(f"{R4}Patient", aggregation=["bundled"])
    assert found(observation(subject={"reference": "Patient/1"}), bundled, profiles=("about",)) == [
        "error reference-aggregation Observation.subject"
    ]


def test_resources_that_refer_to_each_other_come_to_an_end() -> None:
    linked = profile(
        "linked",
        "Patient",
        element("Patient.link.other", type=[{"code": "Reference", "targetProfile": [f"{BASE}linked"]}]),
    )
    inside = patient(id="b", link=[{"other": {"reference": "#"}, "type": "seealso"}])
    resource = patient(contained=[inside], link=[{"other": {"reference": "#b"}, "type": "seealso"}])
    assert found(resource, linked, profiles=("linked",)) == []


def test_a_target_that_follows_several_profiles_is_a_warning() -> None:
    other = profile("other", "Patient", element("Patient.gender", min=1))
    about = _about(f"{BASE}active", f"{BASE}other")
    resource = observation(contained=[patient(id="who", active=True)], subject={"reference": "#who"})
    assert found(resource, ACTIVE, other, about, profiles=("about",)) == [
        "warning reference-several Observation.subject"
    ]
