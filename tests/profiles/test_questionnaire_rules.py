"""Questionnaires: their conditions, and what they are derived from."""

from __future__ import annotations

from typing import Any

import pytest

from tests.profiles.samples import Json, found

BASE_URL = "http://own.example/Questionnaire/base"
KINDS = "http://hl7.org/fhir/questionnaire-derivationType"
EXTENSION = "http://hl7.org/fhir/StructureDefinition/questionnaire-derivationType"


def _questionnaire(*items: Json, **more: Any) -> Json:
    return {"resourceType": "Questionnaire", "status": "active", "item": list(items), **more}


def _when(question: str) -> Json:
    return {"enableWhen": [{"question": question, "operator": "exists", "answerBoolean": True}]}


A = {"linkId": "a", "type": "boolean"}
B = {"linkId": "b", "type": "boolean"}


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([A, B | _when("a")], []),
        ([A | _when("b"), B], ["warning enable-later Questionnaire.item[0]"]),
        ([A | _when("a")], ["error enable-inner Questionnaire.item[0]"]),
        ([A | _when("b") | {"item": [B]}], ["error enable-inner Questionnaire.item[0]"]),
        ([A | {"item": [B | _when("a")]}], []),
        ([A | _when("c")], ["error enable-unknown Questionnaire.item[0]"]),
    ],
)
def test_conditions(items: list[Json], expected: list[str]) -> None:
    assert found(_questionnaire(*items)) == expected


def _derived(item: Json, kind: str = "compliesWith", system: str = KINDS) -> Json:
    coding = {"url": EXTENSION, "valueCoding": {"system": system, "code": kind}}
    return _questionnaire(item, derivedFrom=[BASE_URL], _derivedFrom=[{"extension": [coding]}])


def _found(questionnaire: Json, origin: Json) -> list[str]:
    base = _questionnaire(origin, url=BASE_URL)
    return [one for one in found(questionnaire, base) if "extension" not in one]


TEXT = {"linkId": "a", "type": "string", "required": True, "maxLength": 10}
CHOICE = {"linkId": "a", "type": "choice", "answerOption": [{"valueString": "x"}, {"valueString": "y"}]}
OTHER = CHOICE | {"answerOption": [{"valueString": "z"}]}
SET = {"linkId": "a", "type": "choice", "answerValueSet": "http://own.example/ValueSet/v"}


@pytest.mark.parametrize(
    ("item", "origin", "expected"),
    [
        (TEXT, TEXT, []),
        (TEXT | {"type": "text"}, TEXT, ["error derivation-item Questionnaire.item[0].type"]),
        (TEXT | {"repeats": True}, TEXT, ["error derivation-item Questionnaire.item[0].repeats"]),
        (TEXT | {"required": False}, TEXT, ["error derivation-item Questionnaire.item[0].required"]),
        (TEXT | {"maxLength": 11}, TEXT, ["error derivation-item Questionnaire.item[0].maxLength"]),
        ({"linkId": "a", "type": "string"}, TEXT, ["error derivation-item Questionnaire.item[0]"]),
        (A | {"linkId": "z"}, A, ["error derivation-item Questionnaire.item[0]"]),
        (CHOICE | {"answerOption": [{"valueString": "y"}]}, CHOICE, []),
        (OTHER, CHOICE, ["error derivation-item Questionnaire.item[0].answerOption[0]"]),
        ({"linkId": "a", "type": "choice"}, CHOICE, ["error derivation-item Questionnaire.item[0]"]),
        (SET, CHOICE, ["error derivation-item Questionnaire.item[0]"]),
        (SET, SET, ["warning derivation-options Questionnaire.item[0]"]),
    ],
)
def test_items_against_those_they_are_derived_from(item: Json, origin: Json, expected: list[str]) -> None:
    assert _found(_derived(item), origin) == expected


def test_an_extension_of_a_questionnaire_may_add_items() -> None:
    assert _found(_derived(B, "extends"), A) == []


def test_derivations_that_are_not_judged() -> None:
    place = "Questionnaire.derivedFrom[0]"
    assert found(_questionnaire(A, derivedFrom=[BASE_URL])) == [f"warning derivation-unknown {place}"]
    base = _questionnaire(A, url=BASE_URL)
    assert found(_questionnaire(A, derivedFrom=[BASE_URL]), base) == [f"warning derivation-type {place}"]
    other = found(_derived(A, "inspiredBy", "urn:own"), base)
    assert f"warning derivation-type {place}.extension[0].value.ofType(Coding)" in other
    assert not any("derivation-type" in one for one in found(_derived(B, "inspiredBy"), base))
