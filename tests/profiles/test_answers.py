"""Single answers: their type, and the limits they have."""

from __future__ import annotations

import pytest

from tests.profiles.forms import LIMIT, answers, findings_on, item, limited, questionnaire
from tests.profiles.samples import Json, found


def test_quantities_are_compared_in_their_units() -> None:
    limit = {"value": 1, "unit": "km", "system": "http://unitsofmeasure.org", "code": "km"}
    walk = {"linkId": "walk", "type": "quantity", "extension": [{"url": f"{LIMIT}minValue", "valueQuantity": limit}]}
    metres = {"value": 500, "unit": "m", "system": "http://unitsofmeasure.org", "code": "m"}
    short = answers(item("walk", {"valueQuantity": metres}))
    place = "QuestionnaireResponse.item[0].answer[0].value.ofType(Quantity)"
    assert f"error answer-min {place}" in found(short, questionnaire(walk))
    long = answers(item("walk", {"valueQuantity": metres | {"value": 1500}}))
    assert not any("answer-" in one for one in found(long, questionnaire(walk)))


OPTIONS = [{"valueString": "left"}, {"valueCoding": {"system": "urn:own", "code": "r", "display": "Right"}}]


@pytest.mark.parametrize(
    ("question", "answer", "expected"),
    [
        ({"type": "string"}, {"valueString": "two\nlines"}, ["warning answer-lines @.answer[0].value.ofType(string)"]),
        ({"type": "text"}, {"valueString": "two\nlines"}, []),
        ({"type": "integer", "answerOption": [{"valueInteger": 1}]}, {"valueInteger": 1}, []),
        (
            {"type": "integer", "answerOption": [{"valueInteger": 1}]},
            {"valueInteger": 2},
            ["error answer-option @.answer[0].value.ofType(integer)"],
        ),
        ({"type": "open-choice", "answerOption": OPTIONS}, {"valueString": "up"}, []),
        (
            {"type": "open-choice", "answerOption": OPTIONS},
            {"valueString": "right"},
            ["warning answer-text-option @.answer[0]"],
        ),
        (
            {"type": "open-choice", "answerOption": OPTIONS},
            {"valueCoding": {"system": "urn:own", "code": "x"}},
            ["error answer-option @.answer[0]"],
        ),
        ({"type": "choice", "answerOption": OPTIONS}, {"valueDate": "2026-01-01"}, ["error answer-option @.answer[0]"]),
        (
            limited("decimal", "maxDecimalPlaces", valueInteger=1),
            {"valueDecimal": 1.25},
            ["error answer-decimals @.answer[0].value.ofType(decimal)"],
        ),
        (
            limited("quantity", "maxDecimalPlaces", valueInteger=1),
            {"valueQuantity": {"value": 1.25}},
            ["error answer-decimals @.answer[0].value.ofType(Quantity)"],
        ),
        (
            limited("quantity", "questionnaire-unitOption", valueCoding={"display": "kg"}),
            {"valueQuantity": {"value": 1, "unit": "kg"}},
            [],
        ),
        (
            limited("quantity", "questionnaire-unitOption", valueCoding={"display": "kg"}),
            {"valueQuantity": {"value": 1, "unit": "g"}},
            ["error answer-unit @.answer[0].value.ofType(Quantity)"],
        ),
        (
            limited("dateTime", "minValue", valueDateTime="2026-01-01T10:00:00+02:00"),
            {"valueDateTime": "2026-01-01T09:00:00+01:00"},
            [],
        ),
        (
            limited("dateTime", "maxValue", valueDateTime="2026-01-01T10:00:00+02:00"),
            {"valueDateTime": "2026-01-01T09:30:00+01:00"},
            ["error answer-max @.answer[0].value.ofType(dateTime)"],
        ),
        (limited("attachment", "mimeType", valueCode="image/"), {"valueAttachment": {"contentType": "image/png"}}, []),
        (
            limited("attachment", "mimeType", valueCode="image/png"),
            {"valueAttachment": {"language": "da"}},
            ["error answer-mime-type @.answer[0]"],
        ),
        (
            limited("attachment", "maxSize", valueDecimal=3),
            {"valueAttachment": {"contentType": "text/plain", "data": "QUJDRA=="}},
            ["error answer-size @.answer[0]"],
        ),
        (
            limited("attachment", "maxSize", valueDecimal=4),
            {"valueAttachment": {"contentType": "text/plain", "data": "QUJDRA=="}},
            [],
        ),
    ],
)
def test_one_answer(question: Json, answer: Json, expected: list[str]) -> None:
    form_findings = ("extension", "warning attachment")
    assert [one for one in findings_on(question, answer) if not one.startswith(form_findings)] == expected
