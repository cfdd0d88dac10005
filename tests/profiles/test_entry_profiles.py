"""Profiles asked of entries of a Bundle."""

from __future__ import annotations

import pytest

from profiles.entry_profiles import EntryProfile, asked_of
from profiles.validator import Options
from tests.profiles.samples import BASE, HOST, Json, element, entry, found, observation, patient, profile

BUNDLE: Json = {
    "resourceType": "Bundle",
    "type": "collection",
    "entry": [entry(observation(id="1")), entry(patient(id="1")), entry(patient(id="2"))],
}


@pytest.mark.parametrize(
    ("rule", "positions"),
    [("Patient", [1, 2]), ("Patient:0", [1]), ("Patient:1", [2]), ("Patient:2", []), ("0", [0]), ("9", [])],
)
def test_the_entries_a_rule_means(rule: str, positions: list[int]) -> None:
    assert [one.position for one, _ in asked_of(BUNDLE, [EntryProfile(rule, "p")])] == positions


@pytest.mark.parametrize("rule", ["", "Nobody", "Patient:", "Patient:x", ":1", "Nobody:1"])
def test_rules_that_mean_no_entries(rule: str) -> None:
    with pytest.raises(ValueError, match="names no entries"):
        EntryProfile(rule, "p")


def test_entries_are_judged_by_what_is_asked_of_them() -> None:
    active = profile("active", "Patient", element("Patient.active", min=1))
    asked = Options(entries=(EntryProfile("Patient:1", f"{BASE}active"),))
    assert found(BUNDLE, active, options=asked) == ["error cardinality-min Bundle.entry[2].resource"]
    assert found(BUNDLE, active) == []
    unknown = Options(entries=(EntryProfile("0", f"{HOST}/nothing"),))
    assert found(BUNDLE, options=unknown) == ["error profile-unknown Bundle.entry[0].resource"]
