"""Value sets of all codes of a system."""

from __future__ import annotations

from typing import Any

import pytest

from tests.profiles.samples import Json, found

URL = "http://own.example/cs"
SYSTEM: Json = {
    "resourceType": "CodeSystem",
    "url": URL,
    "status": "active",
    "caseSensitive": True,
    "content": "complete",
    "valueSet": "http://own.example/vs",
    "concept": [{"code": "a", "display": "Ay"}, {"code": "b", "display": "Be"}],
}
WRONG = ["error code-system-all-codes CodeSystem"]


def _set(*includes: Json, **more: Any) -> Json:
    return {
        "resourceType": "ValueSet",
        "url": "http://own.example/vs",
        "status": "active",
        "compose": {"include": list(includes)},
        **more,
    }


def _expanded(*codes: str) -> Json:
    return {"expansion": {"timestamp": "2026-01-01", "contains": [{"system": URL, "code": code} for code in codes]}}


@pytest.mark.parametrize(
    ("value_set", "expected"),
    [
        (_set({"system": URL}), []),
        (_set({"system": URL}, **_expanded("a", "b")), []),
        (_set({"system": URL}, **_expanded("a")), WRONG),
        (_set({"system": URL}, {"valueSet": ["http://own.example/other"]}), WRONG),
        (_set({"system": "http://own.example/other"}), WRONG),
        (_set({"system": URL, "concept": [{"code": "a"}]}), WRONG),
        (_set(), WRONG),
    ],
)
def test_it_includes_the_system_whole_and_alone(value_set: Json, expected: list[str]) -> None:
    assert found(SYSTEM, value_set) == expected


def test_one_that_is_not_known_is_let_be() -> None:
    assert found(SYSTEM) == []


def test_supplements_have_none() -> None:
    gender = "http://hl7.org/fhir/administrative-gender"
    supplement = {key: value for key, value in SYSTEM.items() if key != "caseSensitive"} | {
        "content": "supplement",
        "supplements": gender,
        "language": "da",
        "concept": [{"code": "male", "display": "Mand"}],
    }
    assert found(supplement) == ["warning code-system-all-codes CodeSystem"]
