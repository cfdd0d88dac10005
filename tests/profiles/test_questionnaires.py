"""Answers against their questionnaire: places, types, options, limits and what is enabled."""

from __future__ import annotations

from typing import Any

import pytest

from tests.profiles.samples import Json, found

URL = "http://own.example/Questionnaire/q"
LIMIT = "http://hl7.org/fhir/StructureDefinition/"


def _questionnaire(*items: Json) -> Json:
    return {"resourceType": "Questionnaire", "url": URL, "status": "active", "item": list(items)}


def _answers(*items: Json, status: str = "completed") -> Json:
    return {"resourceType": "QuestionnaireResponse", "questionnaire": URL, "status": status, "item": list(items)}


def _item(link: str, *values: Any, **more: Any) -> Json:
    return {"linkId": link, **({"answer": list(values)} if values else {}), **more}


PAIN = {"linkId": "pain", "type": "boolean", "required": True}
WHERE = {
    "linkId": "where",
    "type": "string",
    "maxLength": 4,
    "enableWhen": [{"question": "pain", "operator": "=", "answerBoolean": True}],
}
GRADE = {
    "linkId": "grade",
    "type": "integer",
    "extension": [{"url": f"{LIMIT}minValue", "valueInteger": 0}, {"url": f"{LIMIT}maxValue", "valueInteger": 10}],
}
SIDE = {"linkId": "side", "type": "choice", "answerOption": [{"valueString": "left"}, {"valueString": "right"}]}
FORM = _questionnaire(PAIN, WHERE, GRADE, SIDE)
YES, NO = {"valueBoolean": True}, {"valueBoolean": False}


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([_item("pain", YES), _item("where", {"valueString": "back"})], []),
        ([], ["error questionnaire-required QuestionnaireResponse"]),
        ([_item("pain", YES), _item("fever", YES)], ["error questionnaire-link QuestionnaireResponse"]),
        (
            [_item("grade", {"valueInteger": 3}), _item("pain", YES)],
            ["error questionnaire-order QuestionnaireResponse"],
        ),
        ([_item("pain", YES, NO)], ["error questionnaire-repeats QuestionnaireResponse.item[0]"]),
        (
            [_item("pain", NO), _item("where", {"valueString": "back"})],
            ["error questionnaire-disabled QuestionnaireResponse.item[1]"],
        ),
        (
            [_item("pain", YES), _item("where", {"valueString": "my back"})],
            ["error answer-max-length QuestionnaireResponse.item[1].answer[0].value.ofType(string)"],
        ),
        (
            [_item("pain", {"valueString": "yes"})],
            ["error answer-type QuestionnaireResponse.item[0].answer[0].value.ofType(string)"],
        ),
        (
            [_item("pain", YES), _item("grade", {"valueInteger": 11})],
            ["error answer-max QuestionnaireResponse.item[1].answer[0].value.ofType(integer)"],
        ),
        (
            [_item("pain", YES), _item("side", {"valueString": "up"})],
            ["error answer-option QuestionnaireResponse.item[1].answer[0].value.ofType(string)"],
        ),
    ],
)
def test_answers(items: list[Json], expected: list[str]) -> None:
    response = _answers(*items)
    if not items:
        del response["item"]
    assert found(response, FORM) == expected


def test_what_is_in_progress_may_still_lack_answers() -> None:
    response = _answers(_item("grade", {"valueInteger": 1}), status="in-progress")
    assert found(response, FORM) == ["warning questionnaire-required QuestionnaireResponse"]


def test_a_questionnaire_that_is_not_known_is_a_warning() -> None:
    assert found(_answers(_item("pain", YES))) == ["warning questionnaire-unknown QuestionnaireResponse"]


def test_groups_hold_items_and_no_answers() -> None:
    form = _questionnaire({"linkId": "all", "type": "group", "item": [PAIN]})
    assert found(_answers(_item("all", item=[_item("pain", YES)])), form) == []
    wrong = found(_answers(_item("all", YES)), form)
    assert wrong == [
        "error questionnaire-answer-type QuestionnaireResponse.item[0]",
        "error questionnaire-required QuestionnaireResponse.item[0]",
    ]


def test_quantities_are_compared_in_their_units() -> None:
    limit = {"value": 1, "unit": "km", "system": "http://unitsofmeasure.org", "code": "km"}
    walk = {"linkId": "walk", "type": "quantity", "extension": [{"url": f"{LIMIT}minValue", "valueQuantity": limit}]}
    metres = {"value": 500, "unit": "m", "system": "http://unitsofmeasure.org", "code": "m"}
    short = _answers(_item("walk", {"valueQuantity": metres}))
    place = "QuestionnaireResponse.item[0].answer[0].value.ofType(Quantity)"
    assert f"error answer-min {place}" in found(short, _questionnaire(walk))
    long = _answers(_item("walk", {"valueQuantity": metres | {"value": 1500}}))
    assert not any("answer-" in one for one in found(long, _questionnaire(walk)))
