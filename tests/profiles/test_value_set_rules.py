"""Rules of value sets: what they are composed of is there, and their parameters are used."""

from __future__ import annotations

from typing import Any

import pytest

from tests.profiles.archives import code_system, value_set
from tests.profiles.samples import Json, found

LETTERS = "http://example.dk/CodeSystem/letters"
SYSTEMS = (
    code_system("letters", "a", "b"),
    code_system("some", "a", content="example"),
    code_system("danish", content="supplement", supplements=LETTERS),
)
PARAMETER = {
    "url": "http://hl7.org/fhir/tools/StructureDefinition/valueset-parameter",
    "extension": [{"url": "name", "valueCode": "p-old"}, {"url": "documentation", "valueMarkdown": "Old ones too."}],
}


def expression(text: str, **more: Any) -> Json:
    """A filter whose value is an expression."""
    value = {"language": "text/fhirpath", "expression": text, **more}
    cqf = {"url": "http://hl7.org/fhir/StructureDefinition/cqf-expression", "valueExpression": value}
    return {"property": "inactive", "op": "=", "_value": {"extension": [cqf]}}


def said(include: Json, **more: Any) -> list[str]:
    """The findings of these rules on a value set with one include."""
    return [one for one in found(value_set("v", include, **more), *SYSTEMS) if " value-set" in one or " filter" in one]


WHERE = "ValueSet.compose.include[0]"


@pytest.mark.parametrize(
    ("include", "expected"),
    [
        ({"system": LETTERS, "concept": [{"code": "a"}, {"code": "z"}]}, f"error value-set-code {WHERE}.concept[1]"),
        ({"system": f"{LETTERS}|1"}, f"error value-set-version {WHERE}"),
        ({"system": f"{LETTERS}|"}, f"warning value-set-version {WHERE}"),
        ({"system": "letters"}, f"error value-set-system {WHERE}"),
        ({"system": "#letters"}, f"error value-set-system {WHERE}"),
        ({"system": "http://example.dk/CodeSystem/some"}, f"warning value-set-content {WHERE}"),
        ({"system": "http://example.dk/CodeSystem/danish"}, f"error value-set-supplement {WHERE}"),
        ({"system": "http://hl7.org/fhir/ValueSet/languages"}, f"error value-set-system {WHERE}"),
        ({"valueSet": ["http://none"]}, f"warning value-set-import {WHERE}.valueSet[0]"),
        ({"valueSet": ["http://hl7.org/fhir/ValueSet/languages"] * 2}, f"warning value-set-imports {WHERE}"),
        ({"concept": [{"code": "a"}]}, f"warning value-set-no-system {WHERE}"),
        (
            {"system": LETTERS, "filter": [expression("%p-old")]},
            f"error filter-parameter {WHERE}.filter[0].value.extension[0].value.ofType(Expression)",
        ),
    ],
)
def test_what_is_wrong_with_a_value_set(include: Json, expected: str) -> None:
    assert expected in said(include)


def test_parameters_are_used() -> None:
    unused = said({"system": LETTERS}, extension=[PARAMETER])
    assert unused == ["warning value-set-parameter ValueSet.extension[0]"]
    assert said({"system": LETTERS, "filter": [expression("%p-old")]}, extension=[PARAMETER]) == []


def test_value_sets_that_are_right() -> None:
    assert said({"system": LETTERS, "concept": [{"code": "b"}]}) == []
    assert said({"valueSet": ["http://hl7.org/fhir/ValueSet/languages"]}) == []
    assert said({"system": "http://nobody.knows/it", "concept": [{"code": "b"}]}) == []
    assert said({"system": "http://snomed.info/sct", "valueSet": ["http://snomed.info/sct?fhir_vs=ecl/*"]}) == []
