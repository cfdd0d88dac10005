"""Languages and sources of narratives."""

from __future__ import annotations

from typing import Any

import pytest

from profiles.xhtml import NAMESPACE
from tests.profiles.samples import element, found, patient, profile, validator

LANGUAGE = "http://hl7.org/fhir/StructureDefinition/narrative-language-control"
SOURCE = "http://hl7.org/fhir/StructureDefinition/narrative-source-control"
SECTIONS = '<div lang="da" xml:lang="da">x</div><div lang="en" xml:lang="en">y</div>'


def told(inner: str, attributes: str = "", **more: Any) -> dict[str, Any]:
    div = f'<div xmlns="{NAMESPACE}"{attributes}>{inner}</div>'
    return patient(text={"status": "generated", "div": div}, **more)


def judged(resource: dict[str, Any], rules: dict[str, Any]) -> list[str]:
    """Findings by a profile, notes too, as "severity code where"."""
    issues = validator(rules).validate(resource, (rules["url"],))
    return [f"{one.severity} {one.code} {one.where}" for one in issues]


@pytest.mark.parametrize(
    ("attributes", "language", "count"),
    [
        (' lang="da-DK" xml:lang="da-DK"', "da", 0),
        ("", None, 0),
        ("", "da", 1),
        (' lang="da"', "da", 1),
        (' xml:lang="da"', "da", 1),
        (' lang="da" xml:lang="da"', "en", 1),
        (' lang="da" xml:lang="en"', "en", 1),
        (' lang="da"', "en", 2),
    ],
)
def test_narrative_and_resource_say_one_language(attributes: str, language: str | None, count: int) -> None:
    resource = told("x", attributes, **({"language": language} if language else {}))
    assert [one.split()[:2] for one in found(resource)] == [["warning", "narrative-language"]] * count


def test_sections_say_the_language_too() -> None:
    assert found(told(SECTIONS, language="da")) == []
    assert found(told(SECTIONS, language="fi")) == ["warning narrative-language Patient"]


@pytest.mark.parametrize(
    ("url", "code", "inner", "language", "expected"),
    [
        (LANGUAGE, "_no", SECTIONS, "da", "error narrative-languages"),
        (LANGUAGE, "_no", "x", None, ""),
        (LANGUAGE, "_yes", "x", None, "error narrative-languages"),
        (LANGUAGE, "_yes", SECTIONS, "da", ""),
        (LANGUAGE, "_resource", SECTIONS, "da", ""),
        (LANGUAGE, "_resource", "x", None, "warning narrative-languages"),
        (LANGUAGE, "_resource", SECTIONS, None, "warning narrative-languages"),
        (LANGUAGE, "de", SECTIONS, "da", "error narrative-languages"),
        (LANGUAGE, "en", SECTIONS, "da", ""),
        (SOURCE, "error", "<p>x</p>", None, "error narrative-source"),
        (SOURCE, "warning", "<p>x</p>", None, "error narrative-source"),
        (SOURCE, "information", "x", None, "error narrative-source"),
        (SOURCE, "success", "<p>x</p>", None, ""),
        (SOURCE, "error", '<p class="big generated">x</p> ', None, ""),
    ],
)
def test_profiles_control_narratives(url: str, code: str, inner: str, language: str | None, expected: str) -> None:
    rules = profile("told", "Patient", element("Patient.text", extension=[{"url": url, "valueCode": code}]))
    resource = told(inner, **({"language": language} if language else {}))
    assert judged(resource, rules) == ([f"{expected} Patient.text"] if expected else [])


def test_every_part_without_a_source_is_told() -> None:
    rules = profile("told", "Patient", element("Patient.text", extension=[{"url": SOURCE, "valueCode": "error"}]))
    assert len(judged(told("x<p>y</p><p class='original'>z</p>"), rules)) == 2
