"""Which versions of FHIR definitions are for."""

from __future__ import annotations

import pytest

from profiles.version_uses import cross_version_problem, is_cross_version, is_for_r4
from tests.profiles.samples import Json

USE = "http://hl7.org/fhir/StructureDefinition/version-specific-use"
OF = "StructureDefinition/extension-"


def _use(start: str = "", end: str = "") -> Json:
    parts = [("startFhirVersion", start), ("endFhirVersion", end)]
    return {"url": USE, "extension": [{"url": name, "valueCode": one} for name, one in parts if one]}


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("", "", True),
        ("4.0", "", True),
        ("4.0.1", "5.0", True),
        ("3.0", "4.0", True),
        ("3.0", "3.0", False),
        ("4.3", "", False),
        ("", "1.0", False),
        ("latest", "", True),
    ],
)
def test_versions_a_definition_is_for(start: str, end: str, *, expected: bool) -> None:
    assert is_for_r4({"extension": [_use(start, end)]}) is expected


def test_what_says_nothing_is_for_every_version() -> None:
    assert is_for_r4({})
    assert is_for_r4({"extension": [{"url": "http://own.example/a"}, 1]})
    assert is_for_r4({"extension": [{"url": USE, "extension": [{"url": "startFhirVersion"}, {"value": 1}]}]})


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (f"5.0/{OF}Patient.foo", ""),
        (f"3.0/{OF}Patient.animal.species", ""),
        (f"9.0/{OF}Patient.name", "FHIR has no version 9.0 whose elements extensions carry."),
        (f"4.0/{OF}Patient.name", "R4 has the element itself, so no extension carries it; use the element."),
        (
            f"4.0/{OF}Patient.contact.name.family",
            "R4 has the element itself, so no extension carries it; use the element.",
        ),
        (f"4.0/{OF}Patient.animal", "R4 has no such element."),
        (f"4.0/{OF}Animal", "R4 has no such element."),
        (f"4.0/{OF}Patient", "R4 has the element itself, so no extension carries it; use the element."),
    ],
)
def test_extensions_of_other_versions(path: str, expected: str) -> None:
    url = f"http://hl7.org/fhir/{path}"
    assert is_cross_version(url)
    assert cross_version_problem(url) == expected


def test_other_extensions_are_of_no_version() -> None:
    for url in ("http://own.example/extension-Patient.name", "http://hl7.org/fhir/StructureDefinition/a"):
        assert not is_cross_version(url)
        assert cross_version_problem(url) == ""
