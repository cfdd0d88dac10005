"""JSON that follows a logical model and is no resource."""

from __future__ import annotations

from typing import Any

import pytest

from tests.profiles.samples import BASE, Json, element, validator

_HOME = "http://hl7.org/fhir/tools/StructureDefinition/"
_KEY = {"url": _HOME + "json-property-key", "valueCode": "name"}
_NAMED = {"url": _HOME + "json-name", "valueString": "opened_on"}
_MODEL: Json = {
    "resourceType": "StructureDefinition",
    "url": BASE + "Ward",
    "name": "Ward",
    "status": "active",
    "kind": "logical",
    "abstract": False,
    "type": BASE + "Ward",
    "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Base",
    "derivation": "specialization",
    "differential": {
        "element": [
            element("Ward", min=0, max="*"),
            element("Ward.opened", min=1, max="1", type=[{"code": "date"}], extension=[_NAMED]),
            element("Ward.size[x]", min=0, max="1", type=[{"code": "integer"}, {"code": "string"}]),
            element("Ward.beds", min=0, max="*", type=[{"code": "Base"}], extension=[_KEY]),
            element("Ward.beds.name", min=1, max="1", type=[{"code": "code"}]),
            element("Ward.beds.value", min=1, max="1", type=[{"code": "integer"}]),
            element("Ward.staff", min=0, max="*", type=[{"code": "Base"}], extension=[_KEY]),
            element("Ward.staff.name", min=1, max="1", type=[{"code": "code"}]),
            element("Ward.staff.born", min=0, max="1", type=[{"code": "date"}]),
            element("Ward.rooms", min=0, max="*", type=[{"code": "Base"}]),
            element("Ward.rooms.opened", min=0, max="1", type=[{"code": "date"}], extension=[_NAMED]),
        ]
    },
}


def _found(**more: Any) -> list[str]:
    body = {key: value for key, value in ({"opened_on": "2026-01-01"} | more).items() if value is not None}
    issues = validator(_MODEL).validate(body, [BASE + "Ward"])
    return [f"{one.severity} {one.code} {one.where}" for one in issues]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, []),
        ({"sizeInteger": 5, "beds": {"a": 1, "b": 2}, "staff": {"Bo": {"born": "1990"}}}, []),
        ({"rooms": [{"opened_on": "2026"}]}, []),
        ({"opened_on": None, "sizeInteger": 5}, ["error cardinality-min Ward"]),
        ({"opened": "2026-01-01"}, ["error structure-unknown Ward"]),
        ({"opened_on": "yesterday"}, ["error format-date Ward.opened"]),
        ({"sizeInteger": "x"}, ["error format-integer Ward.size.ofType(integer)"]),
        ({"other": 1}, ["error structure-unknown Ward"]),
        ({"beds": {"a": 1, "b": "x"}}, ["error format-integer Ward.beds[1].value"]),
        ({"staff": {"Bo": {"born": "x"}}}, ["error format-date Ward.staff[0].born"]),
        ({"staff": {"Bo": {"died": "x"}}}, ["error structure-unknown Ward.staff[0]"]),
        ({"rooms": [{"opened_on": "x"}]}, ["error format-date Ward.rooms[0].opened"]),
        ({"rooms": {"opened_on": "2026"}}, ["error structure-type Ward.rooms"]),
    ],
)
def test_body(more: Json, expected: list[str]) -> None:
    assert _found(**more) == expected


def test_a_resource_is_judged_as_one() -> None:
    found = validator(_MODEL).validate({"resourceType": "Patient"}, [BASE + "Ward"])
    assert [one.where.partition(".")[0] for one in found if one.severity == "error"] in ([], ["Patient"])


@pytest.mark.parametrize("damage", [{"extension": [[]]}, {"extension": ["x"]}, {"type": [{"code": 1}]}, {"max": "x"}])
def test_damaged_models_stop_nothing(damage: Json) -> None:
    root, first, *others = _MODEL["differential"]["element"]
    damaged = _MODEL | {"differential": {"element": [root, first | damage, *others]}}
    issues = validator(damaged).validate({"opened_on": "x", "other": 1}, [BASE + "Ward"])
    assert "structure-unknown" in {one.code for one in issues}
