"""What is asked for beside a guide: how it is written, and that it is judged."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from gateway.demands import NOTHING, Demands, demands, entry_profiles
from gateway.errors import BadRequestError
from gateway.guides import load_guide
from tests.gateway.world import NOVEMBER

GUIDE = load_guide("", (), (), NOVEMBER)
ALERT = "http://hl7.org/fhir/StructureDefinition/bodyweight"
POINTING = {
    "resourceType": "Observation",
    "status": "final",
    "code": {"text": "x"},
    "subject": {"reference": "Patient/absent"},
}
BUNDLE = {"resourceType": "Bundle", "type": "collection", "entry": [{"fullUrl": "urn:uuid:a", "resource": POINTING}]}


def codes(resource: dict[str, Any], wanted: Demands) -> set[str]:
    return {issue.code for issue in GUIDE.demanding(wanted).judge(resource)}


def test_demands_are_read_by_name() -> None:
    asked = {"best-practice": ["true"], "trail": ["false"], "entry": [f"Observation:0={ALERT}"]}
    assert demands(asked) == replace(NOTHING, best_practice=True, entries=entry_profiles([f"Observation:0={ALERT}"]))
    assert demands({}) == NOTHING
    assert GUIDE.demanding(NOTHING) is GUIDE


@pytest.mark.parametrize(
    "asked", [{"trail": ["yes"]}, {"entry": ["Nothing=x"]}, {"entry": ["Patient"]}, {"entry": [""]}]
)
def test_what_is_no_demand_is_told(asked: dict[str, list[str]]) -> None:
    with pytest.raises(BadRequestError):
        demands(asked)


def test_what_is_demanded_is_judged() -> None:
    assert codes(POINTING, Demands(best_practice=True)) > codes(POINTING, NOTHING)
    assert codes(POINTING, Demands(trail=True)) - codes(POINTING, NOTHING) == {"profile-trail"}
    assert codes(POINTING, Demands(must_resolve=True)) - codes(POINTING, NOTHING)
    entries = entry_profiles([f"Observation={ALERT}"])
    assert codes(BUNDLE, Demands(entries=entries)) - codes(BUNDLE, NOTHING)
    system = {"resourceType": "CodeSystem", "url": "http://hl7.org/fhir/c", "status": "active", "content": "complete"}
    assert codes(system, Demands(for_publication=True)) - codes(system, NOTHING)
    tried = system | {"experimental": True}
    assert codes(tried, Demands(no_experimental=True)) - codes(tried, NOTHING) == {"definition-not-stable"}
