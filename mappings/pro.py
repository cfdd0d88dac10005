"""PRO: FHIR Questionnaire (the form, kept and checked) and QuestionnaireResponse (a citizen's answers).

A response is tied to its course by the extension workflow-episodeOfCare (as in the national telemedicine guides),
its citizen by subject (identifier, or a contained Patient). `completed` and `amended` responses are complete;
`entered-in-error` takes a response back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from mappings.fhir_common import Resource, extension, items, moment, node, relative, text
from mappings.fhir_message_reading import letter_hash
from mappings.fhir_outcome import outcome_receipt
from mappings.fhir_single import key_issues, named_organisation, resource_key, resource_letter_id, stated_at, subject
from mappings.reading import Document, Family, Reading, Receipt, Stamp, Verdict
from profiles.issue import Issue, error, refuses
from profiles.structure import check_structure
from settlement.records import Action, Answer, Answers

EPISODE_OF_CARE = "http://hl7.org/fhir/StructureDefinition/workflow-episodeOfCare"
_ACTIONS = {"amended": Action.REVISED, "entered-in-error": Action.CANCELLED}
_COMPLETE = ("completed", "amended")
_DEPTH = 50
"""Groups inside groups beyond this are not read; no questionnaire comes near it."""


class Questionnaire:
    """A questionnaire's definition."""

    name = "pro-questionnaire"
    title = "PRO Questionnaire"
    family = Family.FHIR

    def recognises(self, document: Document) -> bool:
        """A Questionnaire resource."""
        return text(document.tree, "resourceType") == "Questionnaire"

    def read(self, document: Document) -> Reading:
        """No records; fields canonical (url|version), title and questions (link ids, in order)."""
        form = document.tree
        links = [text(item, "linkId") for item in _nested(form, _DEPTH)]
        url, version = text(form, "url"), text(form, "version")
        return Reading(
            format=self.name,
            family=Family.FHIR,
            event=text(form, "status"),
            letter_id=resource_letter_id(form) if resource_key(form) else "",
            letter_hash=letter_hash(form),
            issues=(*check_structure(form), *_form_issues(form, links)),
            fields={
                "syntax": document.syntax,
                "canonical": f"{url}|{version}" if version else url,
                "title": text(form, "title"),
                "questions": links,
            },
        )

    def receipt(self, reading: Reading, verdict: Verdict, stamp: Stamp) -> Receipt:
        """An OperationOutcome."""
        return outcome_receipt(reading, verdict, stamp)


def _form_issues(form: Resource, links: list[str]) -> list[Issue]:
    issues = [] if text(form, "url") else [_required("Questionnaire.url", "Give the questionnaire its canonical url.")]
    if not links:
        issues.append(_required("Questionnaire.item", "A questionnaire has questions."))
    if any(count > 1 for count in Counter(links).values()):
        advice = "Every linkId of a questionnaire is used once (que-2)."
        issues.append(error("link-repeated", "Questionnaire.item.linkId", advice, "invariant"))
    return issues + key_issues(form)


class QuestionnaireResponse:
    """A citizen's answers."""

    name = "pro-answers"
    title = "PRO QuestionnaireResponse"
    family = Family.FHIR

    def recognises(self, document: Document) -> bool:
        """A QuestionnaireResponse resource."""
        return text(document.tree, "resourceType") == "QuestionnaireResponse"

    def read(self, document: Document) -> Reading:
        """One Answers record."""
        response = document.tree
        who, citizen_issues = subject(response, "subject")
        issues = [*check_structure(response), *citizen_issues, *key_issues(response), *_response_issues(response)]
        return Reading(
            format=self.name,
            family=Family.FHIR,
            event=text(response, "status"),
            letter_id=resource_letter_id(response) if resource_key(response) else "",
            letter_hash=letter_hash(response),
            sender=named_organisation(response, "author"),
            sent_at=moment(text(response, "authored")),
            citizen=who,
            records=() if refuses(issues) else _records(response),
            issues=tuple(issues),
            fields={"syntax": document.syntax},
        )

    def receipt(self, reading: Reading, verdict: Verdict, stamp: Stamp) -> Receipt:
        """An OperationOutcome."""
        return outcome_receipt(reading, verdict, stamp)


def _response_issues(response: Resource) -> list[Issue]:
    issues = []
    if not text(response, "questionnaire"):
        issues.append(_required("QuestionnaireResponse.questionnaire", "Name the questionnaire by its canonical url."))
    if moment(text(response, "authored")) is None:
        where = "QuestionnaireResponse.authored"
        issues.append(_required(where, "Say when it was answered, with time and time zone."))
    return issues


def _required(where: str, advice: str) -> Issue:
    return error("pro-incomplete", where, advice, "required")


def _records(response: Resource) -> tuple[Answers, ...]:
    authored, status = moment(text(response, "authored")), text(response, "status")
    if authored is None:
        return ()
    action = _ACTIONS.get(status, Action.NEW)
    record = Answers(
        citizen="",
        key=f"answers:{resource_key(response)}",
        at=authored,
        stated_at=stated_at(response, authored, action is Action.CANCELLED),
        message="",
        action=action,
        questionnaire=text(response, "questionnaire"),
        completed=status in _COMPLETE,
        answers=tuple(_answers(response)),
        episode=_episode(response),
    )
    return (record,)


def _episode(response: Resource) -> str:
    reference = node(extension(response, EPISODE_OF_CARE), "valueReference")
    return text(reference, "identifier", "value") or relative(text(reference, "reference")).rpartition("/")[2]


def _answers(response: Resource) -> Iterator[Answer]:
    for item in _nested(response, _DEPTH):
        for answer in items(item, "answer"):
            coding = node(answer, "valueCoding")
            if coding:
                yield Answer(text(item, "linkId"), text(coding, "code"), text(coding, "display"))
            elif (value := _written(answer)) is not None:
                yield Answer(text(item, "linkId"), "", value)


def _nested(parent: Resource, depth: int) -> Iterator[Resource]:
    """All items below a questionnaire, a group or an answer, in order."""
    for item in items(parent, "item"):
        yield item
        if depth:
            yield from _nested(item, depth - 1)
            for answer in items(item, "answer"):
                yield from _nested(answer, depth - 1)


def _written(answer: Resource) -> str | None:
    """A value other than a code, as text: numbers as written, booleans as true and false, quantities as value unit."""
    value: Any = next((value for name, value in answer.items() if name.startswith("value")), None)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return f"{value.get('value', '')} {value.get('unit', '')}".strip()
    return None if value is None else str(value)
