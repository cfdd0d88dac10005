"""Guides by name: which there are, which one a resource claims, and how many are kept."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.errors import BadRequestError
from gateway.guide_shelf import MOST_KEPT, GuideShelf
from tests.gateway.world import NOVEMBER
from tests.shared import shared_data

NOTIFICATION = "http://medcomfhir.dk/ig/hospitalnotification/StructureDefinition/medcom-hospitalNotification-message"
HN = "medcom.fhir.dk.hospitalnotification#3.0.2"


def shelf() -> GuideShelf:
    return GuideShelf((shared_data("packages"),), lambda: NOVEMBER)


def test_guides_are_listed_latest_first_without_terminology_and_core() -> None:
    labels = shelf().labels()
    assert HN in labels
    assert labels.index("medcom.fhir.dk.core#4.0.0") < labels.index("medcom.fhir.dk.core#2.0.0")
    assert not [label for label in labels if label.startswith(("hl7.terminology", "hl7.fhir.r4.core"))]


def test_a_claim_leads_to_its_guide_wherever_it_stands() -> None:
    claiming = {"resourceType": "Bundle", "meta": {"profile": [f"{NOTIFICATION}|3.0.2"]}}
    kept = shelf()
    assert kept.claimed(claiming) == HN
    assert kept.claimed({"resourceType": "Bundle", "entry": [{}, {"resource": claiming}]}) == HN


@pytest.mark.parametrize(
    "resource",
    [
        {},
        {"meta": {"profile": ["https://example.org/none"]}},
        {"meta": {"profile": "x"}, "entry": "y"},
        {"meta": [], "entry": [1, {"resource": 2}]},
        {"meta": {"profile": [{"a": 1}, None]}},
    ],
)
def test_what_claims_nothing_known_has_no_guide(resource: dict[str, Any]) -> None:
    assert GuideShelf((), lambda: NOVEMBER).claimed(resource) == ""


def test_a_guide_is_loaded_once_and_few_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[str] = []

    def load(_store: object, package: str, *_: object) -> object:
        loaded.append(package)
        return object()

    monkeypatch.setattr("gateway.guides.guide_in", load)
    kept = GuideShelf((), lambda: NOVEMBER)
    assert kept.guide("a") is kept.guide("a")
    for number in range(MOST_KEPT):
        kept.guide(str(number))
    kept.guide("a")
    assert loaded.count("a") == 2


def test_a_guide_that_is_not_installed_is_said_so() -> None:
    with pytest.raises(BadRequestError, match="not installed"):
        GuideShelf((), lambda: NOVEMBER).guide("no.such.guide#1.0.0")
