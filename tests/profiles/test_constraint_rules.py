"""Profiles narrow their base."""

from __future__ import annotations

from typing import Any

import pytest

from tests.profiles.samples import BASE, Json, element, found, profile

_BASE = profile(
    "base",
    "Observation",
    element("Observation.identifier", min=1, max="2", mustSupport=True),
    element("Observation.status", fixedCode="final"),
    element("Observation.code", patternCodeableConcept={"coding": [{"system": "http://own.example/cs"}]}),
    element("Observation.value[x]", type=[{"code": "dateTime"}, {"code": "CodeableConcept"}]),
)


def _found(path: str, **rules: Any) -> list[str]:
    derived = profile("p", "Observation", element(path, **rules), baseDefinition=BASE + "base")
    return [one for one in found(derived, _BASE) if one.split()[1].startswith("constraint-")]


_PATTERN: Json = {"coding": [{"system": "http://own.example/cs", "code": "a"}]}


@pytest.mark.parametrize(
    ("path", "rules"),
    [
        ("Observation.identifier", {"min": 2, "max": "2"}),
        ("Observation.identifier", {"slice": "one", "min": 0, "max": "1"}),
        ("Observation.note", {"max": "0"}),
        ("Observation.status", {"fixedCode": "final"}),
        ("Observation.code", {"patternCodeableConcept": _PATTERN}),
        ("Observation.code", {"fixedCodeableConcept": _PATTERN}),
        ("Observation.value[x]", {"type": [{"code": "dateTime"}]}),
    ],
)
def test_narrowed(path: str, rules: Json) -> None:
    assert _found(path, **rules) == []


_WIDENED = ["error constraint-widened StructureDefinition"]
_AT = "StructureDefinition.differential.element[0]"


@pytest.mark.parametrize(
    ("path", "rules", "expected"),
    [
        ("Observation.identifier", {"min": 0}, _WIDENED),
        ("Observation.identifier", {"max": "3"}, _WIDENED),
        ("Observation.identifier", {"max": "*"}, _WIDENED),
        ("Observation.identifier", {"mustSupport": False}, _WIDENED),
        ("Observation.status", {"binding": {"strength": "example"}}, _WIDENED),
        ("Observation.status", {"fixedCode": "amended"}, [f"error constraint-value {_AT}.fixed.ofType(code)"]),
        ("Observation.status", {"fixedString": "final"}, [f"error constraint-value {_AT}.fixed.ofType(string)"]),
        (
            "Observation.code",
            {"patternCodeableConcept": {"text": "x"}},
            [f"error constraint-value {_AT}.pattern.ofType(CodeableConcept)"],
        ),
        ("Observation.value[x]", {"type": [{"code": "Period"}]}, ["error constraint-type StructureDefinition"]),
    ],
)
def test_widened(path: str, rules: Json, expected: list[str]) -> None:
    assert _found(path, **rules) == expected
