"""Search parameters: their expressions, what they are derived from, and where a CapabilityStatement offers them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.profiles.samples import Json, found

_NAME = "http://hl7.org/fhir/SearchParameter/Organization-name"


def _parameter(**more: Any) -> Json:
    return {
        "resourceType": "SearchParameter",
        "url": "http://own.example/SearchParameter/name",
        "name": "OwnName",
        "status": "active",
        "description": "Names",
        "code": "name",
        "base": ["Organization"],
        "type": "string",
        "expression": "Organization.name",
        **more,
    }


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, []),
        ({"base": ["Patient", "Person"], "expression": "Patient.name | Person.name"}, []),
        ({"expression": "Organization.nom"}, ["error search-expression SearchParameter.expression"]),
        ({"expression": "Organization.name("}, ["error search-expression SearchParameter.expression"]),
        ({"code": "name.part"}, ["warning search-code SearchParameter"]),
        ({"code": "$name|part"}, ["warning search-code SearchParameter"] * 2),
        ({"base": ["Patient"]}, ["error search-expression SearchParameter.expression"]),
        ({"type": "composite"}, ["error search-components SearchParameter"]),
        ({"type": "composite", "component": [{"definition": _NAME, "expression": "name"}]}, None),
        ({"derivedFrom": _NAME, "expression": "Organization.alias | Organization.name"}, []),
        ({"derivedFrom": _NAME, "type": "token", "expression": None}, ["error search-type SearchParameter"]),
        ({"derivedFrom": _NAME}, ["warning search-expression-differs SearchParameter"]),
        (
            {"derivedFrom": _NAME, "base": ["Patient"], "expression": None},
            ["error search-base SearchParameter"],
        ),
        (
            {"derivedFrom": "http://own.example/SearchParameter/other"},
            ["warning search-origin-unknown SearchParameter"],
        ),
    ],
)
def test_search_parameter(more: Json, expected: list[str] | None) -> None:
    parameter = {key: value for key, value in _parameter(**more).items() if value is not None}
    told = [one for one in found(parameter) if " search-" in one]
    assert told == (["error search-components SearchParameter"] if expected is None else expected)


def test_only_the_paths_of_its_own_bases_count() -> None:
    origin = _parameter(
        url="http://own.example/SearchParameter/names",
        base=["Patient", "Person"],
        expression="Patient.name | Person.name",
    )
    derived = _parameter(base=["Patient"], expression="Patient.name", derivedFrom=origin["url"])
    assert found(derived, origin) == []
    assert "warning search-expression-differs SearchParameter" in found(
        derived | {"expression": "Patient.name.given"}, origin
    )


@pytest.mark.parametrize(("type_name", "count"), [("string", 0), ("token", 1)])
def test_capability_statement(type_name: str, count: int) -> None:
    offered = {"name": "name", "definition": _NAME, "type": type_name}
    statement = {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": "2026-01-01",
        "kind": "instance",
        "implementation": {"description": "Ours"},
        "fhirVersion": "4.0.1",
        "format": ["json"],
        "rest": [
            {"mode": "server", "resource": [{"type": "Organization", "searchParam": [offered]}]},
            {"mode": "client", "searchParam": [offered]},
        ],
    }
    assert [one for one in found(statement) if one.startswith("error")] == [
        "error search-type CapabilityStatement.rest[0].resource[0].searchParam[0]",
        "error search-type CapabilityStatement.rest[1].searchParam[0]",
    ][: count * 2]
