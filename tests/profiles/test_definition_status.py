"""Definitions that should no longer be used, and what is said of extensions of such a definition."""

from __future__ import annotations

import pytest

from profiles.definition_status import ending_of
from profiles.issue import Severity
from tests.profiles.samples import BASE, Json, patient, profile, validator

STATUS = "http://hl7.org/fhir/StructureDefinition/structuredefinition-standards-status"


def status(code: str, reason: str = "") -> Json:
    beside = {"_valueCode": {"extension": [{"url": f"{STATUS}-reason", "valueMarkdown": reason}]}} if reason else {}
    return {"extension": [{"url": STATUS, "valueCode": code, **beside}]}


@pytest.mark.parametrize(
    ("structure", "expected"),
    [
        ({"status": "active"}, ""),
        (status("trial-use") | {"status": "active"}, ""),
        (status("deprecated") | {"status": "retired"}, "deprecated."),
        (status("deprecated", "use hue"), "deprecated: use hue"),
        (status("withdrawn"), "withdrawn."),
        ({"status": "retired"}, "retired."),
    ],
)
def test_endings(structure: Json, expected: str) -> None:
    assert ending_of(structure) == expected


def test_an_extension_of_such_a_definition_is_noted_once() -> None:
    where = [{"type": "element", "expression": "Element"}]
    colour = profile("colour", "Extension", kind="complex-type", context=where, **status("deprecated", "use hue"))
    one = {"url": f"{BASE}colour", "valueCode": "red"}
    names: list[Json] = [{"text": "a", "extension": [one]}, {"text": "b", "extension": [one]}]
    [note] = validator(colour).validate(patient(name=names))
    assert (note.severity, note.code, note.where) == (
        Severity.INFORMATION,
        "extension-status",
        "Patient.name[0].extension[0]",
    )
    assert "use hue" in note.text
