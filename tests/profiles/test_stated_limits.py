"""Limits that profiles state in extensions of their elements."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.profiles.samples import R4, Json, element, found, observation, patient, profile


def _limited(path: str, name: str, **value: Any) -> Json:
    said = {"url": f"{R4}{name}", **value}
    return profile("limited", path.partition(".")[0], element(path, extension=[said]))


@pytest.mark.parametrize(
    ("family", "expected"), [("Bo", "error value-min-length Patient.name[0].family"), ("Bok", None)]
)
def test_the_shortest_text(family: str, expected: str | None) -> None:
    rules = _limited("Patient.name.family", "minLength", valueInteger=3)
    assert found(patient(name=[{"family": family}]), rules, profiles=("limited",)) == ([expected] if expected else [])


@pytest.mark.parametrize(("number", "right"), [("1.25", True), ("1.250", False), ("7", True)])
def test_decimal_places(number: str, right: bool) -> None:
    rules = _limited("Observation.valueQuantity.value", "maxDecimalPlaces", valueInteger=2)
    resource = observation(valueQuantity={"value": Decimal(number)})
    place = "error value-decimals Observation.value.ofType(Quantity).value"
    assert found(resource, rules, profiles=("limited",)) == ([] if right else [place])


@pytest.mark.parametrize(("data", "right"), [("AAAA", True), ("AAAAAAAA", False)])
def test_the_size_of_an_attachment(data: str, right: bool) -> None:
    rules = _limited("Patient.photo", "maxSize", valueDecimal=3)
    resource = patient(photo=[{"contentType": "image/png", "data": data}])
    expected = [] if right else ["error value-size Patient.photo[0]"]
    assert found(resource, rules, profiles=("limited",)) == expected


@pytest.mark.parametrize(("family", "right"), [("Olsen", True), ("olsen", False)])
def test_the_form_of_a_text(family: str, right: bool) -> None:
    rules = _limited("Patient.name.family", "regex", valueString="[A-Z][a-z]+")
    expected = [] if right else ["error value-form Patient.name[0].family"]
    assert found(patient(name=[{"family": family}]), rules, profiles=("limited",)) == expected


def test_a_form_that_is_no_pattern_is_not_held_against_a_value() -> None:
    rules = _limited("Patient.name.family", "regex", valueString="[A-")
    assert found(patient(name=[{"family": "x"}]), rules, profiles=("limited",)) == []
