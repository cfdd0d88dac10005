"""Expressions that name what a library of CQL defines."""

from __future__ import annotations

import base64

import pytest

from profiles.cql_libraries import check_criteria
from tests.profiles.samples import Json

_ELM = '<library xmlns="urn:hl7-org:elm:r1"><statements><def name="Initial"/><def name="All"/></statements></library>'


def _library(name: str = "Ward", body: str = _ELM) -> Json:
    data = base64.b64encode(body.encode()).decode()
    content = [{"contentType": "text/cql"}, {"contentType": "application/elm+xml", "data": data}]
    return {"resourceType": "Library", "url": f"http://own.example/Library/{name}", "name": name, "content": content}


def _found(expression: str, *libraries: Json, language: str = "text/cql") -> list[str]:
    faults = check_criteria({"language": language, "expression": expression}, libraries)
    return [f"{fault.severity} {fault.code}" for fault in faults]


@pytest.mark.parametrize("expression", ["Initial", "Ward.Initial", "Ward.All"])
def test_what_a_library_defines(expression: str) -> None:
    assert _found(expression, _library()) == []
    assert _found(expression, _library(), language="text/cql.identifier") == []


@pytest.mark.parametrize(
    ("expression", "libraries"),
    [
        ("Initial", ()),
        ("Other", (_library(),)),
        ("Clinic.Initial", (_library(),)),
        ("Initial", (_library(), _library("Clinic"))),
        ("Ward.Initial", (_library(), _library())),
        ("Initial", (_library() | {"content": [{"contentType": "text/cql"}]},)),
        ("Initial", (_library(body="<library/>"),)),
        ("Initial", (_library(body="no xml"),)),
        ("Initial", (_library() | {"content": [{"contentType": "application/elm+xml", "data": "\u00e6"}]},)),
    ],
)
def test_what_cannot_be_found(expression: str, libraries: tuple[Json, ...]) -> None:
    assert _found(expression, *libraries) == ["error criteria-library"]


def test_other_languages_are_not_judged() -> None:
    assert _found("Patient.name", language="text/fhirpath") == ["warning criteria-language"]
    assert check_criteria({"expression": "x"}, ()) == []
