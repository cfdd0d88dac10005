"""Claims of resources: judged by what they name, and remembered by it."""

from __future__ import annotations

from typing import Any

import pytest

from profiles.claims import ClaimJudge
from profiles.issue import Severity
from tests.profiles.samples import BASE, R4, Json, element, observation, patient, profile, validator

NARROW = profile("narrow", "Patient", element("Patient.active", min=1))


def _judge() -> ClaimJudge:
    known = validator(NARROW)
    return ClaimJudge(known.context, known.root, Severity.WARNING)


def _told(judge: ClaimJudge, resource: Json) -> tuple[list[str], list[str]]:
    claims = judge.claims(resource)
    return [one.source for one in claims.roots], [f"{one.severity} {one.code} {one.steps}" for one in claims.faults]


@pytest.mark.parametrize(
    ("urls", "roots", "faults"),
    [
        ([f"{BASE}narrow"], [f"{BASE}narrow"], []),
        ([f"{BASE}narrow", f"{BASE}narrow"], [f"{BASE}narrow"], []),
        ([f"{R4}Patient"], [], []),
        (["http://a.example/x"], [], ["warning profile-unknown [0, 'profile', 'meta']"]),
        ([7, "http://a.example/x"], [], ["warning profile-unknown [1, 'profile', 'meta']"]),
        ([f"{R4}Group"], [], ["error profile-type []"]),
        ("x", [], []),
        (["http://a.example/" + "x" * 2000], [], ["warning profile-unknown [0, 'profile', 'meta']"]),
    ],
)
def test_claims(urls: Any, roots: list[str], faults: list[str]) -> None:
    judge = _judge()
    resource = patient(meta={"profile": urls})
    assert [_told(judge, resource) for _ in range(2)] == [(roots, faults)] * 2


def test_the_same_claims_of_another_type_are_others() -> None:
    judge = _judge()
    meta = {"profile": [f"{BASE}narrow"]}
    assert _told(judge, patient(meta=meta)) == ([f"{BASE}narrow"], [])
    assert _told(judge, {"resourceType": "Group", "meta": meta}) == ([], ["error profile-type []"])


def test_an_observation_follows_what_its_code_asks_for() -> None:
    judge = _judge()
    weight = observation(code={"coding": [{"system": "http://loinc.org", "code": "29463-7"}]})
    assert [one.split("|")[0] for one in _told(judge, weight)[0]] == [f"{R4}bodyweight"]
    assert _told(judge, observation()) == ([], [])
    assert [one.split("|")[0] for one in _told(judge, weight)[0]] == [f"{R4}bodyweight"]


def test_a_guide_may_ask_a_profile_of_all_of_a_type() -> None:
    guide = {
        "resourceType": "ImplementationGuide",
        "url": "http://a.example/guide",
        "global": [{"type": "Patient", "profile": f"{BASE}narrow"}],
    }
    known = validator(NARROW, guide)
    judge = ClaimJudge(known.context, known.root, Severity.ERROR)
    assert _told(judge, patient()) == ([f"{BASE}narrow"], ["information profile-implied []"])
    assert [one.text for one in judge.trail("Patient", judge.claims(patient()).roots)] == [
        f"This is judged by profile {R4}Patient|4.0.1."
    ]
