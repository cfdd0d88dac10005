"""Questionnaires and answers of our own."""

from __future__ import annotations

from typing import Any

from tests.profiles.samples import Json, found

URL = "http://own.example/Questionnaire/q"
LIMIT = "http://hl7.org/fhir/StructureDefinition/"
HERE = "QuestionnaireResponse.item[0].answer[0]"


def questionnaire(*items: Json) -> Json:
    """A Questionnaire of these items."""
    return {"resourceType": "Questionnaire", "url": URL, "status": "active", "item": list(items)}


def answers(*items: Json, status: str = "completed") -> Json:
    """A response of these items."""
    return {"resourceType": "QuestionnaireResponse", "questionnaire": URL, "status": status, "item": list(items)}


def item(link: str, *values: Any, **more: Any) -> Json:
    """An item of a response with these answers."""
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
FORM = questionnaire(PAIN, WHERE, GRADE, SIDE)
YES, NO = {"valueBoolean": True}, {"valueBoolean": False}


def findings_on(question: Json, *given: Json, status: str = "completed") -> list[str]:
    """Findings on the answers to a single question, by code and place from its item on ("@")."""
    form = questionnaire({"linkId": "q", **question})
    found_ones = found(answers(item("q", *given), status=status), form)
    return [one.replace("QuestionnaireResponse.item[0]", "@") for one in found_ones if "questionnaire-un" not in one]


def limited(kind: str, name: str, **value: Any) -> Json:
    """A question with one limit."""
    return {"type": kind, "extension": [{"url": f"{LIMIT}{name}", **value}]}
