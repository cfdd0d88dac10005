"""Reports of measures, held against them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.profiles.samples import Json, validator

_SYSTEM = "http://own.example/cs"


def _code(code: str) -> Json:
    return {"coding": [{"system": _SYSTEM, "code": code}]}


def _measure(*groups: Json, scoring: str = "cohort", **more: Any) -> Json:
    return {
        "resourceType": "Measure",
        "url": "http://own.example/Measure/m",
        "name": "M",
        "status": "active",
        "scoring": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/measure-scoring", "code": scoring}]},
        "group": list(groups),
        **more,
    }


def _report(*groups: Json, **more: Any) -> Json:
    return {
        "resourceType": "MeasureReport",
        "status": "complete",
        "type": "summary",
        "measure": "http://own.example/Measure/m",
        "period": {"start": "2026-01", "end": "2026-02"},
        "group": list(groups),
        **more,
    }


def _found(report: Json, measure: Json) -> list[str]:
    issues = validator(measure).validate(report)
    codes = ("measure-", "report-", "score-")
    return [f"{one.severity} {one.code} {one.where}" for one in issues if one.code.startswith(codes)]


_ALL: Json = {"code": _code("all"), "criteria": {"language": "text/cql", "expression": "x"}}
_COUNTED: Json = {"code": _code("all"), "count": 3}
_PEOPLE: Json = {"reference": "List/1"}


@pytest.mark.parametrize(
    ("group", "more", "expected"),
    [
        ({"population": [_COUNTED]}, {}, []),
        ({"population": [{"code": _code("all")}]}, {}, ["warning report-measure MeasureReport.group[0].population[0]"]),
        ({}, {}, ["error report-measure MeasureReport.group[0]"]),
        (
            {"population": [_COUNTED | {"code": _code("some")}]},
            {},
            [
                "error report-measure MeasureReport.group[0].population[0]",
                "error report-measure MeasureReport.group[0]",
            ],
        ),
        (
            {"population": [_COUNTED, _COUNTED]},
            {},
            ["error report-measure MeasureReport.group[0].population[1]"],
        ),
        (
            {"population": [{"count": 1}, _COUNTED]},
            {},
            ["error report-measure MeasureReport.group[0].population[0]"],
        ),
        (
            {"population": [_COUNTED | {"subjectResults": _PEOPLE}]},
            {},
            ["error report-measure MeasureReport.group[0].population[0]"],
        ),
        (
            {"population": [_COUNTED | {"subjectResults": _PEOPLE}]},
            {"type": "subject-list"},
            ["error report-measure MeasureReport.group[0].population[0]"],
        ),
        ({"population": [_COUNTED | {"count": 1, "subjectResults": _PEOPLE}]}, {"type": "subject-list"}, []),
        ({"population": [_COUNTED], "code": _code("g")}, {}, []),
        ({"population": [_COUNTED], "code": _code("h")}, {}, ["error report-measure MeasureReport.group[0]"]),
        ({"population": [_COUNTED], "code": {"text": "g"}}, {}, ["error report-measure MeasureReport.group[0]"]),
        (
            {"population": [_COUNTED], "measureScore": {"value": 1}},
            {},
            ["error score-prohibited MeasureReport.group[0].measureScore"],
        ),
        (
            {"population": [_COUNTED], "stratifier": [{"code": [_code("age")]}]},
            {},
            ["error report-measure MeasureReport.group[0].stratifier[0]"],
        ),
    ],
)
def test_one_group(group: Json, more: Json, expected: list[str]) -> None:
    measure = _measure({"code": _code("g"), "population": [_ALL]})
    assert _found(_report(group, **more), measure) == expected


def test_stratifiers_are_known_by_code_or_text() -> None:
    criteria = {"language": "text/cql", "expression": "x"}
    wanted = [{"code": _code("age"), "criteria": criteria}, {"code": {"text": "sex"}, "criteria": criteria}]
    measure = _measure({"population": [_ALL], "stratifier": wanted})
    strata = [{"code": [_code("age")]}, {"code": [{"text": "sex"}]}]
    assert _found(_report({"population": [_COUNTED], "stratifier": strata}), measure) == []
    assert _found(_report({"population": [_COUNTED], "stratifier": strata[:1]}), measure) == [
        "error report-measure MeasureReport.group[0]"
    ]


def test_several_groups_are_told_apart_by_code() -> None:
    measure = _measure({"code": _code("g")}, {"code": _code("h")})
    assert _found(_report({"code": _code("h")}, {"code": _code("g")}), measure) == []
    assert _found(_report({"code": _code("g")}, {"code": _code("x")}, {}), measure) == [
        "error report-measure MeasureReport.group[1]",
        "error report-measure MeasureReport.group[2]",
        "error report-measure MeasureReport",
    ]
    assert _found(_report({"code": _code("g")}, type="data-collection"), measure) == []


def test_unknown_and_contained_measures() -> None:
    assert _found(_report(measure="http://own.example/Measure/other"), _measure()) == [
        "warning measure-unknown MeasureReport"
    ]
    inside = _measure({"population": [_ALL]}, scoring="other", id="m")
    assert _found(_report({"population": [_COUNTED]}, measure="#m", contained=[inside]), _measure()) == [
        "information measure-scoring MeasureReport.measure"
    ]
