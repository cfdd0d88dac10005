"""Invariants as definitions write them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.profiles.samples import BASE, Json, element, profile, validator


def _rule(expression: str = "name.exists()", **more: Any) -> Json:
    return {"key": "own-1", "severity": "error", "human": "x", "expression": expression, **more}


def _found(structure: Json) -> list[str]:
    issues = validator().validate(structure)
    return [
        f"{one.severity} {one.where}" for one in issues if one.code in ("invariant-definition", "invariant-expression")
    ]


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([_rule()], []),
        ([_rule(source=BASE + "p")], []),
        ([_rule(""), _rule()], ["information StructureDefinition.differential.element[0].constraint[0]"]),
        ([_rule(source=BASE + "q")], ["error StructureDefinition.differential.element[0].constraint[0]"]),
        ([_rule(), _rule("birthDate.exists()")], ["error StructureDefinition.differential.element[0].constraint[1]"]),
        ([_rule(key="dom-2")], ["error StructureDefinition.differential.element[0].constraint[0]"]),
    ],
)
def test_in_a_differential(rules: list[Json], expected: list[str]) -> None:
    rules = [{key: value for key, value in rule.items() if value} for rule in rules]
    assert _found(profile("p", "Patient", element("Patient", constraint=rules))) == expected


@pytest.mark.parametrize(
    ("path", "rules", "expected"),
    [
        ("Patient", [_rule()], 0),
        ("Patient", [_rule("nickname.exists()")], 1),
        ("Patient", [_rule("name.exists(")], 1),
        ("Patient", [_rule("nickname.exists()", source=BASE + "other")], 0),
        ("Patient", [_rule(), _rule("birthDate.exists()")], 1),
        ("Patient.name", [_rule("family.exists()")], 0),
        ("Patient.name", [_rule("surname.exists()")], 1),
    ],
)
def test_in_a_snapshot(path: str, rules: list[Json], expected: int) -> None:
    inner = element(
        path, min=0, max="*", constraint=rules, **({"type": [{"code": "HumanName"}]} if "." in path else {})
    )
    elements = [inner] if path == "Patient" else [element("Patient", min=0, max="*"), inner]
    found = _found(profile("p", "Patient", snapshot={"element": elements}))
    assert len(found) == expected
