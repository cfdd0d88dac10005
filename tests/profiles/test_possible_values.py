"""Definitions that nothing can meet."""

from __future__ import annotations

from typing import Any

import pytest

from profiles.possible_values import impossible
from tests.profiles.samples import BASE, Json, element, found, profile, sliced

_SLICER = sliced("Patient.name", "value", "use")


def _needed(name: str, least: int) -> Json:
    return element("Patient.name", slice=name, min=least)


@pytest.mark.parametrize(
    ("differential", "origins", "count"),
    [
        ([element("Patient.name", min=1, max="1")], {}, 0),
        ([element("Patient.name", max="0")], {"Patient.name": {"min": 1, "max": "*"}}, 1),
        ([element("Patient.name", min=2)], {"Patient.name": {"min": 0, "max": "1"}}, 1),
        ([element("Patient.name", min=2, max="1")], {}, 0),  # R4's own eld-2 tells that
        ([element("Patient.name", min="x", max=[])], {}, 0),
        ([_SLICER | {"max": "2"}, _needed("a", 1), _needed("b", 1)], {}, 0),
        ([_SLICER | {"max": "1"}, _needed("a", 1), _needed("b", 1)], {}, 1),
        ([_SLICER, _needed("a", 2)], {"Patient.name": {"max": "1"}}, 1),
        ([_SLICER, _needed("a", 2)], {"Patient.name": {"max": "*"}}, 0),
        ([_SLICER | {"max": "0"}, _needed("a", 1)], {}, 0),
    ],
)
def test_counts(differential: list[Json], origins: dict[str, Json], count: int) -> None:
    assert [fault.code for fault in impossible(differential, origins)] == ["definition-impossible"] * count


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        ({"minValueInteger": 5}, {"maxValueInteger": 3}, True),
        ({"minValueInteger": 3}, {"maxValueInteger": 3}, False),
        ({"minValueInteger": 5}, {"maxValueDecimal": 3}, False),
        ({"minValueDate": "2024-05-01"}, {"maxValueDate": "2024"}, False),
        ({"minValueDate": "2025"}, {"maxValueDate": "2024-05-01"}, True),
        ({"minValueDateTime": "2025-01-01T10:00:00Z"}, {"maxValueDateTime": "2025-01-01"}, False),
        (_KG := {"minValueQuantity": {"value": 2, "system": "http://unitsofmeasure.org", "code": "kg"}}, {}, False),
        (_KG, {"maxValueQuantity": {"value": 900, "system": "http://unitsofmeasure.org", "code": "g"}}, True),
        (_KG, {"maxValueQuantity": {"value": 1, "system": "http://unitsofmeasure.org", "code": "m"}}, False),
        (_KG, {"maxValueQuantity": "x"}, False),
    ],
)
def test_ranges(low: Json, high: Json, expected: bool) -> None:
    told = list(impossible([element("Observation.value[x]", **low, **high)], {}))
    assert bool(told) is expected
    narrowed = [element("Observation.value[x]", **high)]
    assert bool(list(impossible(narrowed, {"Observation.value[x]": low}))) is expected


def test_it_is_an_error_of_the_definition() -> None:
    base = profile("base", "Patient", element("Patient.name", min=1))
    derived: dict[str, Any] = profile("p", "Patient", element("Patient.name", max="0"), baseDefinition=BASE + "base")
    assert "error definition-impossible StructureDefinition" in found(derived, base)
