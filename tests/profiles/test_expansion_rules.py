"""Rules of the expansion of a value set."""

from __future__ import annotations

from typing import Any

import pytest

from profiles.expansion_rules import check_expansion
from profiles.scope import open_scope
from tests.profiles.samples import Json, validator

A = {"system": "http://example.dk/a", "code": "a"}
USED = {"name": "used-codesystem", "valueUri": "http://example.dk/a|1"}
COUNT = {"name": "count", "valueInteger": 10}


def said(**more: Any) -> list[str]:
    """The findings of these rules on an expansion that is otherwise right."""
    expansion = {"identifier": "urn:uuid:1", "parameter": [COUNT, USED], "contains": [A], **more}
    resource = {"resourceType": "ValueSet", "expansion": {k: v for k, v in expansion.items() if v is not None}}
    faults = check_expansion(resource, open_scope(resource, None)) or []
    return [f"{one.severity} {one.code}" for one in faults]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, []),
        ({"parameter": [USED]}, ["warning expansion-parameters"]),
        ({"identifier": None}, ["information expansion-identifier"]),
        ({"offset": 5, "total": 6}, []),
        ({"offset": 5, "total": 6, "contains": [A | {"contains": [A]}]}, ["warning expansion-total"]),
        ({"parameter": [COUNT]}, ["warning expansion-version"]),
        ({"parameter": [COUNT, USED | {"valueUri": A["system"]}]}, ["warning expansion-version"]),
        ({"parameter": [COUNT], "contains": [A | {"version": "1"}]}, []),
        ({"parameter": [COUNT, USED, USED | {"valueUri": "http://example.dk/a|2"}]}, ["error expansion-version"]),
        ({"parameter": "x", "contains": [{"contains": 7}]}, ["warning expansion-parameters"]),
    ],
)
def test_expansions(more: Json, expected: list[str]) -> None:
    assert said(**more) == expected


def test_they_are_judged_with_the_value_set() -> None:
    resource = {
        "resourceType": "ValueSet",
        "status": "active",
        "expansion": {"timestamp": "2026-01-01", "contains": [A]},
    }
    codes = {one.code for one in validator().validate(resource) if one.where == "ValueSet.expansion"}
    assert {"expansion-parameters", "expansion-identifier", "expansion-version"} <= codes
