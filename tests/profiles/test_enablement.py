"""Questions the answers to others enable."""

from __future__ import annotations

from time import perf_counter

import pytest

from tests.profiles.forms import FORM, LIMIT, NO, PAIN, WHERE, YES, answers, item, questionnaire
from tests.profiles.samples import Json, found, validator


def test_what_is_not_enabled_may_be_there_without_answers() -> None:
    assert found(answers(item("pain", NO), item("where")), FORM) == []


def test_each_repetition_of_a_group_enables_by_its_own_answers() -> None:
    form = questionnaire({"linkId": "all", "type": "group", "repeats": True, "item": [PAIN, WHERE]})
    back = item("where", {"valueString": "back"})
    response = answers(item("all", item=[item("pain", YES), back]), item("all", item=[item("pain", NO), back]))
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
    form = questionnaire(PAIN, {"linkId": "how", "type": "string", "extension": [when]}) | {"extension": [hurts]}
    wrong = found(answers(item("pain", YES), item("how", {"valueString": "much"})), form)
    assert wrong == (["error questionnaire-disabled QuestionnaireResponse.item[1]"] if disabled else [])


def test_many_conditions_take_time_in_proportion() -> None:
    """A response of 1,000 answers, each enabled by the first, is walked through once."""
    first = {"linkId": "q0", "type": "boolean"}
    when = {"enableWhen": [{"question": "q0", "operator": "=", "answerBoolean": True}]}
    form = questionnaire(first, *({"linkId": f"q{n}", "type": "boolean", **when} for n in range(1, 1000)))
    judge = validator(form)
    response = answers(*(item(f"q{n}", YES) for n in range(1000)))
    started = perf_counter()
    assert [one for one in judge.validate(response) if one.severity != "information"] == []
    assert perf_counter() - started < 5
