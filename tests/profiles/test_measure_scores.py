"""Scores of groups, by how their Measure scores."""

from __future__ import annotations

from decimal import Decimal

import pytest

from profiles.measure_scores import check_score
from tests.profiles.samples import Json

_UNIT: Json = {
    "extension": [
        {
            "url": "http://hl7.org/fhir/StructureDefinition/questionnaire-unit",
            "valueCoding": {"system": "http://unitsofmeasure.org", "code": "d"},
        }
    ]
}


def _found(score: Json | None, scoring: str, measure: Json | None = None, kind: str = "summary") -> list[str]:
    group = {} if score is None else {"measureScore": score}
    faults = check_score(group, measure or {}, kind, scoring)
    return [fault.issue("G").severity + " " + fault.issue("G").where for fault in faults]


@pytest.mark.parametrize(
    ("score", "scoring", "expected"),
    [
        (None, "cohort", []),
        (None, "unknown", []),
        (None, "proportion", ["error G"]),
        ({"value": 1}, "cohort", ["error G.measureScore"]),
        ({"value": Decimal("0.5")}, "proportion", []),
        ({"value": Decimal("1.5")}, "proportion", ["error G.measureScore.value"]),
        ({"value": -1}, "proportion", ["error G.measureScore.value"]),
        ({"value": "x"}, "proportion", []),
        ({"value": 1, "unit": "%"}, "proportion", ["error G.measureScore.unit"]),
        ({"unit": "d"}, "ratio", ["error G.measureScore"]),
        ({"value": 2}, "ratio", ["warning G.measureScore"]),
        ({"value": 2, "code": "d"}, "ratio", []),
        ({"value": 2}, "continuous-variable", []),
    ],
)
def test_score(score: Json | None, scoring: str, expected: list[str]) -> None:
    assert _found(score, scoring) == expected


def test_the_unit_a_measure_names() -> None:
    right = {"value": 2, "code": "d", "system": "http://unitsofmeasure.org"}
    assert _found(right, "ratio", _UNIT) == []
    assert _found({"value": 2}, "continuous-variable", _UNIT) == ["error G.measureScore"]
    assert _found(right | {"code": "h"}, "ratio", _UNIT) == ["error G.measureScore.code"]
    assert _found(right | {"system": "http://own.example/"}, "ratio", _UNIT) == ["error G.measureScore"]


def test_collected_data_have_no_score() -> None:
    assert _found({"value": 1}, "ratio", kind="data-collection") == ["error G.measureScore"]
    assert _found(None, "ratio", kind="data-collection") == []
