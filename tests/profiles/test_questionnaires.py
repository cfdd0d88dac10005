"""Answers against their questionnaire: places, types, options, limits and what is enabled."""

from __future__ import annotations

from time import perf_counter
from typing import Any

import pytest

from tests.profiles.samples import Json, found, validator

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
            ["error answer-option QuestionnaireResponse.item[1].answer[0]"],
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


HERE = "QuestionnaireResponse.item[0].answer[0]"


def _one(question: Json, *answers: Json, status: str = "completed") -> list[str]:
    """Findings on the answers to a single question, by code and place."""
    form = _questionnaire({"linkId": "q", **question})
    found_ones = found(_answers(_item("q", *answers), status=status), form)
    return [one.replace("QuestionnaireResponse.item[0]", "@") for one in found_ones if "questionnaire-un" not in one]


def _limited(kind: str, name: str, **value: Any) -> Json:
    return {"type": kind, "extension": [{"url": f"{LIMIT}{name}", **value}]}


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
            _limited("decimal", "maxDecimalPlaces", valueInteger=1),
            {"valueDecimal": 1.25},
            ["error answer-decimals @.answer[0].value.ofType(decimal)"],
        ),
        (
            _limited("quantity", "maxDecimalPlaces", valueInteger=1),
            {"valueQuantity": {"value": 1.25}},
            ["error answer-decimals @.answer[0].value.ofType(Quantity)"],
        ),
        (
            _limited("quantity", "questionnaire-unitOption", valueCoding={"display": "kg"}),
            {"valueQuantity": {"value": 1, "unit": "kg"}},
            [],
        ),
        (
            _limited("quantity", "questionnaire-unitOption", valueCoding={"display": "kg"}),
            {"valueQuantity": {"value": 1, "unit": "g"}},
            ["error answer-unit @.answer[0].value.ofType(Quantity)"],
        ),
        (
            _limited("dateTime", "minValue", valueDateTime="2026-01-01T10:00:00+02:00"),
            {"valueDateTime": "2026-01-01T09:00:00+01:00"},
            [],
        ),
        (
            _limited("dateTime", "maxValue", valueDateTime="2026-01-01T10:00:00+02:00"),
            {"valueDateTime": "2026-01-01T09:30:00+01:00"},
            ["error answer-max @.answer[0].value.ofType(dateTime)"],
        ),
        (_limited("attachment", "mimeType", valueCode="image/"), {"valueAttachment": {"contentType": "image/png"}}, []),
        (
            _limited("attachment", "mimeType", valueCode="image/png"),
            {"valueAttachment": {"language": "da"}},
            ["error answer-mime-type @.answer[0]"],
        ),
        (
            _limited("attachment", "maxSize", valueDecimal=3),
            {"valueAttachment": {"contentType": "text/plain", "data": "QUJDRA=="}},
            ["error answer-size @.answer[0]"],
        ),
        (
            _limited("attachment", "maxSize", valueDecimal=4),
            {"valueAttachment": {"contentType": "text/plain", "data": "QUJDRA=="}},
            [],
        ),
    ],
)
def test_one_answer(question: Json, answer: Json, expected: list[str]) -> None:
    form_findings = ("extension", "warning attachment")
    assert [one for one in _one(question, answer) if not one.startswith(form_findings)] == expected


SYSTEM = {"resourceType": "CodeSystem", "url": "urn:own", "status": "active", "content": "complete"}
UNITS = {
    "resourceType": "ValueSet",
    "url": "http://own.example/ValueSet/units",
    "status": "active",
    "compose": {"include": [{"system": "urn:own"}]},
}


def test_units_and_text_from_a_value_set() -> None:
    system = SYSTEM | {"concept": [{"code": "a"}]}
    unit = {"url": f"{LIMIT}questionnaire-unitValueSet", "valueCanonical": UNITS["url"]}
    form = _questionnaire(
        {"linkId": "weight", "type": "quantity", "extension": [unit]},
        {"linkId": "word", "type": "string", "answerValueSet": UNITS["url"]},
    )
    for code, expected in (("a", []), ("b", ["error answer-unit", "error answer-option"])):
        quantity = {"value": 1, "system": "urn:own", "code": code}
        response = _answers(_item("weight", {"valueQuantity": quantity}), _item("word", {"valueString": code}))
        codes = [one.rpartition(" ")[0] for one in found(response, form, system, UNITS)]
        assert codes == expected


def test_an_exclusive_option_stands_alone() -> None:
    none = {"url": f"{LIMIT}questionnaire-optionExclusive", "valueBoolean": True}
    options = [{"valueInteger": 1}, {"valueInteger": 0, "extension": [none]}]
    question = {"type": "choice", "repeats": True, "answerOption": options}
    assert _one(question, {"valueInteger": 0}) == []
    assert _one(question, {"valueInteger": 1}, {"valueInteger": 0}) == ["error answer-option @.answer[1]"]


def test_the_text_of_an_item_is_its_question() -> None:
    parts = [{"url": "lang", "valueCode": "da"}, {"url": "content", "valueString": "Ondt?"}]
    translated = {"url": f"{LIMIT}translation", "extension": parts}
    form = _questionnaire(PAIN | {"text": "Pain?", "_text": {"extension": [translated]}})
    for text, expected in (("Pain?", []), ("Ondt?", []), ("Fever?", ["error questionnaire-text"])):
        codes = [one.rpartition(" ")[0] for one in found(_answers(_item("pain", YES, text=text)), form)]
        assert codes == expected


def test_an_item_in_another_place_is_judged_by_its_question() -> None:
    form = _questionnaire({"linkId": "all", "type": "group", "item": [GRADE]})
    assert found(_answers(_item("grade", {"valueInteger": 11})), form) == [
        "error questionnaire-misplaced QuestionnaireResponse",
        f"error answer-max {HERE}.value.ofType(integer)",
    ]


def test_a_group_that_is_required_holds_items() -> None:
    form = _questionnaire({"linkId": "all", "type": "group", "required": True, "item": [GRADE]})
    assert found(_answers(_item("all")), form) == ["error questionnaire-group QuestionnaireResponse.item[0]"]


def test_what_is_not_enabled_may_be_there_without_answers() -> None:
    assert found(_answers(_item("pain", NO), _item("where")), FORM) == []


def test_each_repetition_of_a_group_enables_by_its_own_answers() -> None:
    form = _questionnaire({"linkId": "all", "type": "group", "repeats": True, "item": [PAIN, WHERE]})
    back = _item("where", {"valueString": "back"})
    response = _answers(_item("all", item=[_item("pain", YES), back]), _item("all", item=[_item("pain", NO), back]))
    assert found(response, form) == ["error questionnaire-disabled QuestionnaireResponse.item[1].item[1]"]


@pytest.mark.parametrize(
    ("expression", "disabled"),
    [
        ("%resource.item.where(linkId='pain').answer.value = true", False),
        ("%resource.item.where(linkId='pain').answer.value = false", True),
        ("%hurts", False),
        ("%hurts.not()", True),
        ("%patient.active", False),
        ("this is not (", False),
    ],
)
def test_enabled_by_an_expression(expression: str, disabled: bool) -> None:
    def by(url: str, **more: str) -> Json:
        return {"url": f"{LIMIT}{url}", "valueExpression": {"language": "text/fhirpath", **more}}

    hurts = by("variable", name="hurts", expression="item.where(linkId='pain').answer.value = true")
    when = by("sdc-questionnaire-enableWhenExpression", expression=expression)
    form = _questionnaire(PAIN, {"linkId": "how", "type": "string", "extension": [when]}) | {"extension": [hurts]}
    wrong = found(_answers(_item("pain", YES), _item("how", {"valueString": "much"})), form)
    assert wrong == (["error questionnaire-disabled QuestionnaireResponse.item[1]"] if disabled else [])


def test_an_example_questionnaire_need_not_be_known() -> None:
    assert found(_answers(_item("pain", YES)) | {"questionnaire": "http://example.org/Questionnaire/1"}) == []


def test_many_conditions_take_time_in_proportion() -> None:
    """A response of 1,000 answers, each enabled by the first, is walked through once."""
    first = {"linkId": "q0", "type": "boolean"}
    when = {"enableWhen": [{"question": "q0", "operator": "=", "answerBoolean": True}]}
    form = _questionnaire(first, *({"linkId": f"q{n}", "type": "boolean", **when} for n in range(1, 1000)))
    judge = validator(form)
    response = _answers(*(_item(f"q{n}", YES) for n in range(1000)))
    started = perf_counter()
    assert [one for one in judge.validate(response) if one.severity != "information"] == []
    assert perf_counter() - started < 5


def test_a_value_set_contained_in_the_questionnaire() -> None:
    """It needs no url where it lists its codes."""
    listed = {"resourceType": "ValueSet", "id": "v", "status": "active"}
    include = {"system": "http://own.example/unknown", "concept": [{"code": "a"}]}
    question = {"linkId": "q", "type": "choice", "answerValueSet": "#v"}
    for more, code, expected in (
        ([include], "a", []),
        ([include], "b", [f"error answer-option {HERE}"]),
        ([include, {"system": "http://own.example/other"}], "b", [f"warning answer-undecided {HERE}"]),
    ):
        held = listed | {"compose": {"include": more}}
        form = _questionnaire(question) | {"contained": [held]}
        coding = {"system": "http://own.example/unknown", "code": code}
        wrong = found(_answers(_item("q", {"valueCoding": coding})), form)
        assert [one for one in wrong if "coding" not in one] == expected
