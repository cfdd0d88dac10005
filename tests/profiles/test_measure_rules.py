"""Measures: libraries, groups, populations, strata."""

from __future__ import annotations

from typing import Any

import pytest

from tests.profiles.samples import Json, validator

_LIBRARY: Json = {
    "resourceType": "Library",
    "url": "http://own.example/Library/Ward",
    "name": "Ward",
    "status": "active",
    "type": {"text": "logic"},
}
_CRITERIA: Json = {"language": "text/cql", "expression": "Ward.Initial"}


def _found(**more: Any) -> list[str]:
    measure = {
        "resourceType": "Measure",
        "url": "http://own.example/Measure/m",
        "name": "M",
        "status": "active",
        **more,
    }
    issues = validator(_LIBRARY).validate(measure)
    codes = ("measure-", "library-", "criteria-", "canonical-")
    return [f"{one.severity} {one.code} {one.where}" for one in issues if one.code.startswith(codes)]


_POPULATION: Json = {"criteria": _CRITERIA}


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"group": [{"population": [_POPULATION]}]}, []),
        ({}, ["warning measure-incomplete Measure"]),
        ({"group": [{"description": "x"}]}, ["warning measure-incomplete Measure.group[0]"]),
        (
            {"group": [{"population": [_POPULATION, _POPULATION | {"code": {"text": "b"}}]}]},
            ["warning measure-incomplete Measure.group[0].population[0]"],
        ),
        (
            {"group": [{"population": [_POPULATION], "code": {"text": "a"}}, {"population": [_POPULATION]}]},
            ["warning measure-incomplete Measure.group[1]"],
        ),
        (
            {"library": ["Library/Ward"], "group": [{"population": [_POPULATION]}]},
            ["error canonical-relative Measure.library[0]", "information library-unknown Measure"],
        ),
        (
            {"group": [{"population": [_POPULATION], "stratifier": [{"criteria": _CRITERIA}]}]},
            ["error criteria-library Measure.group[0].stratifier[0].criteria"],
        ),
        (
            {
                "library": ["http://own.example/Library/Ward"],
                "group": [
                    {
                        "population": [_POPULATION],
                        "stratifier": [
                            {"component": [{"criteria": _CRITERIA, "code": {"text": "a"}}, {"criteria": _CRITERIA}]}
                        ],
                    }
                ],
            },
            [
                "warning measure-incomplete Measure.group[0].stratifier[0].component[1]",
                "error criteria-library Measure.group[0].stratifier[0].component[0].criteria",
                "error criteria-library Measure.group[0].stratifier[0].component[1].criteria",
            ],
        ),
    ],
)
def test_measure(more: Json, expected: list[str]) -> None:
    assert _found(**more) == expected
