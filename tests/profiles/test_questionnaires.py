"""Answers against their questionnaire: the places of items, their texts, and how many there are."""

from __future__ import annotations

import pytest

from tests.profiles.forms import FORM, GRADE, HERE, LIMIT, NO, PAIN, YES, answers, item, questionnaire
from tests.profiles.samples import Json, found


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([item("pain", YES), item("where", {"valueString": "back"})], []),
        ([], ["error questionnaire-required QuestionnaireResponse"]),
        ([item("pain", YES), item("fever", YES)], ["error questionnaire-link QuestionnaireResponse"]),
        (
            [item("grade", {"valueInteger": 3}), item("pain", YES)],
            ["error questionnaire-order QuestionnaireResponse"],
        ),
        ([item("pain", YES, NO)], ["error questionnaire-repeats QuestionnaireResponse.item[0]"]),
        (
            [item("pain", NO), item("where", {"valueString": "back"})],
            ["error questionnaire-disabled QuestionnaireResponse.item[1]"],
        ),
        (
            [item("pain", YES), item("where", {"valueString": "my back"})],
            ["error answer-max-length QuestionnaireResponse.item[1].answer[0].value.ofType(string)"],
        ),
        (
            [item("pain", {"valueString": "yes"})],
            ["error answer-type QuestionnaireResponse.item[0].answer[0].value.ofType(string)"],
        ),
        (
            [item("pain", YES), item("grade", {"valueInteger": 11})],
            ["error answer-max QuestionnaireResponse.item[1].answer[0].value.ofType(integer)"],
        ),
        (
            [item("pain", YES), item("side", {"valueString": "up"})],
            ["error answer-option QuestionnaireResponse.item[1].answer[0]"],
        ),
    ],
)
def test_answers(items: list[Json], expected: list[str]) -> None:
    response = answers(*items)
    if not items:
        del response["item"]
    assert found(response, FORM) == expected


def test_what_is_in_progress_may_still_lack_answers() -> None:
    response = answers(item("grade", {"valueInteger": 1}), status="in-progress")
    assert found(response, FORM) == ["warning questionnaire-required QuestionnaireResponse"]


def test_a_questionnaire_that_is_not_known_is_a_warning() -> None:
    assert found(answers(item("pain", YES))) == ["warning questionnaire-unknown QuestionnaireResponse"]


def test_an_example_questionnaire_need_not_be_known() -> None:
    assert found(answers(item("pain", YES)) | {"questionnaire": "http://example.org/Questionnaire/1"}) == []


def test_groups_hold_items_and_no_answers() -> None:
    form = questionnaire({"linkId": "all", "type": "group", "item": [PAIN]})
    assert found(answers(item("all", item=[item("pain", YES)])), form) == []
    wrong = found(answers(item("all", YES)), form)
    assert wrong == [
        "error questionnaire-answer-type QuestionnaireResponse.item[0]",
        "error questionnaire-required QuestionnaireResponse.item[0]",
    ]


def test_the_text_of_an_item_is_its_question() -> None:
    parts = [{"url": "lang", "valueCode": "da"}, {"url": "content", "valueString": "Ondt?"}]
    translated = {"url": f"{LIMIT}translation", "extension": parts}
    form = questionnaire(PAIN | {"text": "Pain?", "_text": {"extension": [translated]}})
    for text, expected in (("Pain?", []), ("Ondt?", []), ("Fever?", ["error questionnaire-text"])):
        codes = [one.rpartition(" ")[0] for one in found(answers(item("pain", YES, text=text)), form)]
        assert codes == expected


def test_an_item_in_another_place_is_judged_by_its_question() -> None:
    form = questionnaire({"linkId": "all", "type": "group", "item": [GRADE]})
    assert found(answers(item("grade", {"valueInteger": 11})), form) == [
        "error questionnaire-misplaced QuestionnaireResponse",
        f"error answer-max {HERE}.value.ofType(integer)",
    ]


def test_a_group_that_is_required_holds_items() -> None:
    form = questionnaire({"linkId": "all", "type": "group", "required": True, "item": [GRADE]})
    assert found(answers(item("all")), form) == ["error questionnaire-group QuestionnaireResponse.item[0]"]
