"""What is wrong with an expression before it meets data."""

from __future__ import annotations

import pytest

from profiles.fhirpath import FhirPathError, check_expression, compile_expression


@pytest.mark.parametrize(
    ("text", "type_name"),
    [
        ("Patient.name.given", "Patient"),
        ("name.where(given = 'a').select(family | given).first().length()", "Patient"),
        ("Observation.value.unit", "Observation"),
        ("(value as Quantity).unit", "Observation"),
        ("contained.anything", "Patient"),
        ("entry.resource.name", "Bundle"),
        ("name.given.extension('u').value.code", "Patient"),
        ("item.repeat(item).linkId", "Questionnaire"),
        ("iif(name.exists(), name, contact.name).family", "Patient"),
        ("{}.given", "Patient"),
        ("Resource.id | DomainResource.text", "Patient"),
        ("children().skip(1)", "Patient"),
        ("%resource.anything.at.all", "Patient"),
    ],
)
def test_what_may_have_a_value(text: str, type_name: str) -> None:
    check_expression(compile_expression(text), type_name)


@pytest.mark.parametrize(
    ("text", "type_name"),
    [
        ("name.given1", "Patient"),
        ("Encounter.name", "Patient"),
        ("valueQuantity.unit", "Observation"),
        ("(value as Period).unit", "Observation"),
        ("name.where(givenn = 'a')", "Patient"),
        ("name.select(family | given).given", "Patient"),
        ("name.count().family", "Patient"),
        ("contact[0].family", "Patient"),
        ("name.exists() and nam.exists()", "Patient"),
        ("%context.nam", "Patient"),
        ("name.repeat(given).family", "Patient"),
    ],
)
def test_what_can_have_none(text: str, type_name: str) -> None:
    with pytest.raises(FhirPathError):
        check_expression(compile_expression(text), type_name)


@pytest.mark.parametrize(
    "text", ["children().skip(1)", "descendants()[0]", "iif('a', 1, 2)", "children().name.first()"]
)
def test_strictly(text: str) -> None:
    check_expression(compile_expression(text), "Patient")
    with pytest.raises(FhirPathError):
        check_expression(compile_expression(text), "Patient", strict=True)
