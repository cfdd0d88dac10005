"""Filters of value sets: property, operator and value fit each other and the code system."""

from __future__ import annotations

import pytest

from profiles.context import Context
from profiles.filter_rules import filter_faults
from profiles.terminology import Terminology
from tests.profiles.archives import code_system

CS = "http://example.dk/CodeSystem/"
COLOURS = code_system("colours", "red")
SYSTEM = code_system(
    "letters",
    "a",
    "b",
    property=[{"code": "colour", "type": "Coding"}, {"code": "rank", "type": "integer"}],
    filter=[{"code": "special", "operator": ["="], "value": "anything"}],
)


def said(name: str, operator: str, value: str | None, system: str = f"{CS}letters") -> list[str]:
    """The findings on a filter, as severity and code."""
    terminology = Terminology(Context.of(()).adding([COLOURS, SYSTEM]))
    item = {"property": name, "op": operator} | ({"value": value} if value is not None else {})
    resource = SYSTEM if system == SYSTEM["url"] else None
    return [f"{one.severity} {one.code}" for one in filter_faults(item, system, resource, terminology)]


@pytest.mark.parametrize(
    ("name", "operator", "value", "expected"),
    [
        ("concept", "is-a", "z", "error filter-code"),
        ("concept", "regex", "a.*", "error filter-operator"),
        ("code", "regex", "(", "error filter-value"),
        ("code", "like", "a", "error filter-operator"),
        ("special", "exists", "true", "error filter-operator"),
        ("inactive", "=", "yes", "error filter-value"),
        ("colour", "exists", "red", "error filter-value"),
        ("colour", "=", "red", "error filter-value"),
        ("colour", "=", f"{CS}colours|red", "warning filter-value"),
        ("colour", "=", f"{CS}colours#blue", "error filter-code"),
        ("rank", "=", "first", "error filter-value"),
        ("rank", "in", "1,two", "error filter-value"),
        ("effectiveDate", "=", "ge2024-13", "error filter-value"),
        ("itemWeight", "=", "heavy", "error filter-value"),
        ("concept", "is-a", None, "error filter-value"),
        ("parent", "=", " a", "error filter-value"),
        ("taste", "=", "sweet", "warning filter-property"),
    ],
)
def test_what_is_wrong_with_a_filter(name: str, operator: str, value: str | None, expected: str) -> None:
    assert expected in said(name, operator, value)


@pytest.mark.parametrize(
    ("name", "operator", "value", "expected"),
    [
        ("constraint", "=", "<< 404684003", []),
        ("constraint", "=", "234234 << 234234", ["error filter-value"]),
        ("constraint", "is-a", "<< 404684003", ["error filter-operator"]),
        ("expressions", "=", "true", []),
        ("expressions", "=", "yes", ["error filter-value"]),
    ],
)
def test_filters_of_snomed(name: str, operator: str, value: str, expected: list[str]) -> None:
    assert said(name, operator, value, "http://snomed.info/sct") == expected


@pytest.mark.parametrize(
    ("name", "operator", "value"),
    [
        ("concept", "is-a", "a"),
        ("code", "regex", "a.*"),
        ("special", "=", "this"),
        ("inactive", "=", "true"),
        ("colour", "=", f"{CS}colours#red"),
        ("colour", "exists", "false"),
        ("rank", "in", "1,2"),
        ("effectiveDate", "=", "ge2024-12"),
    ],
)
def test_filters_that_are_right(name: str, operator: str, value: str) -> None:
    assert said(name, operator, value) == []


def test_a_system_that_is_not_known_is_given_the_benefit_of_the_doubt() -> None:
    assert said("taste", "=", "sweet", "http://nobody.knows/it") == ["information filter-property"]
    assert said("363698007", "=", "71388002", "http://snomed.info/sct") == []
