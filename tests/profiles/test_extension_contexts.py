"""Where extensions say they may be used."""

from __future__ import annotations

import pytest

from profiles.extension_contexts import contexts, is_element
from tests.profiles.samples import Json, core


def _find(canonical: str) -> Json | None:
    found = core().structure(canonical)
    return found.resource if found is not None else None


def _found(kind: str, expression: str, type_name: str = "Extension") -> list[str]:
    structure = {"type": type_name, "context": [{"type": kind, "expression": expression}]}
    return [f"{fault.severity} {fault.code} {fault.issue('S').where}" for fault in contexts(structure, _find)]


@pytest.mark.parametrize(
    "path",
    ["Patient", "Patient.contact.name.family", "Observation.value[x]", "Observation.value", "Element", "string"],
)
def test_elements(path: str) -> None:
    assert is_element(path, _find)


@pytest.mark.parametrize("path", ["", "Patience", "Patient.nickname", "Patient.name.family.more", "Patient..name"])
def test_no_elements(path: str) -> None:
    assert not is_element(path, _find)


def test_content_references_are_followed() -> None:
    assert is_element("Questionnaire.item.item.linkId", _find)


@pytest.mark.parametrize(
    ("kind", "expression", "expected"),
    [
        ("element", "Patient.name", []),
        ("element", "CanonicalResource", []),
        ("element", "Patient.nickname", ["error context-unknown S.context[0]"]),
        ("element", "Element", ["warning context-anywhere S.context[0]"]),
        ("fhirpath", "Patient.name", ["warning context-type S.context[0]"]),
        ("fhirpath", "Patient.name.where(use = 'usual')", []),
        ("extension", "http://own.example/ext", []),
    ],
)
def test_contexts(kind: str, expression: str, expected: list[str]) -> None:
    assert _found(kind, expression) == expected


def test_only_extensions_have_contexts() -> None:
    assert _found("element", "Patient", "Patient") == ["error context-no-extension S.context[0]"]
    structure = {"type": "Patient", "contextInvariant": ["true"]}
    assert [fault.code for fault in contexts(structure, _find)] == ["context-no-extension"]
    name = {"url": "http://hl7.org/fhir/tools/StructureDefinition/json-name", "valueString": "x"}
    named = {"type": "Patient", "context": [{"type": "element", "expression": "Patient"}]}
    assert not list(contexts(named | {"differential": {"element": [{"path": "Patient", "extension": [name]}]}}, _find))


def test_contexts_of_other_versions_are_not_judged() -> None:
    mark = {"url": "http://hl7.org/fhir/StructureDefinition/version-specific-use"}
    context = {"type": "element", "expression": "Nothing", "extension": [mark]}
    assert not list(contexts({"type": "Extension", "context": [context]}, _find))
