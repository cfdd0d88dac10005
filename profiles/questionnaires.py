"""QuestionnaireResponse against its Questionnaire (R4, 13.9, 13.10): items, nesting, answers, and what is enabled."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeAlias

from profiles.answers import check_answer
from profiles.enablement import Enablement, Trail
from profiles.faults import Fault, Found, placed
from profiles.issue import Severity
from profiles.questions import Member, Question, read_questions
from profiles.scope import Scope

Json: TypeAlias = dict[str, Any]
Find: TypeAlias = Callable[[str], Json | None]
"""Finds a Questionnaire by its canonical."""
Path: TypeAlias = tuple[str | int, ...]


_EXAMPLE = re.compile(r"https?://example\.org(?:/|$)").match


def response_check(find: Find, member: Member) -> Callable[[Any, Scope], Found]:
    """The check of a QuestionnaireResponse. find: its Questionnaire; member: whether a code is in a value set."""

    def check(response: Any, scope: Scope) -> Found:
        canonical = response.get("questionnaire")
        if type(canonical) is not str:
            text = "No questionnaire is named, so the answers cannot be judged against one."
            return [Fault("questionnaire-missing", text, "required", Severity.INFORMATION)]
        found = scope.resolve(canonical) if canonical.startswith("#") else find(canonical)
        if found is None:
            text = "The questionnaire is not known, so the answers cannot be judged against it."
            severity = Severity.INFORMATION if _EXAMPLE(canonical) else Severity.WARNING
            return [
                Fault("questionnaire-unknown", text, "required", severity),
                Fault("canonical-unknown", text, "invalid", Severity.INFORMATION, step="questionnaire"),
            ]
        return _Response(response, found, member).check() or None

    return check


class _Response:
    """One response being judged."""

    def __init__(self, response: Json, questionnaire: Json, member: Member) -> None:
        self._response = response
        self._questionnaire = questionnaire
        self._member = member
        self._completed = response.get("status") in ("completed", "amended")
        self._questions = read_questions(questionnaire)
        self._known = {one.link_id: one for question in self._questions for one in question.all()}
        self._enablement = Enablement(questionnaire, self._questions, response)
        self._faults: list[Fault] = []

    def check(self) -> list[Fault]:
        self._check_period()
        self._items(self._questions, self._response, (), ())
        return self._faults

    def _say(self, path: Path, code: str, text: str, kind: str, severity: Severity = Severity.ERROR) -> None:
        self._faults.append(placed(Fault(code, text, kind, severity), *path))

    def _check_period(self) -> None:
        authored = str(self._response.get("authored", ""))
        said = self._questionnaire.get("effectivePeriod")
        period = said if isinstance(said, dict) else {}
        start, end = str(period.get("start", "")), str(period.get("end", ""))
        if authored and end and authored[: len(end)] > end:
            text = "The answers were given after the period the questionnaire is for."
            self._say(("authored",), "questionnaire-period", text, "business-rule", Severity.WARNING)
        if authored and start and authored < start[: len(authored)]:
            text = "The answers were given before the period the questionnaire is for."
            self._say(("authored",), "questionnaire-period", text, "business-rule", Severity.WARNING)

    def _items(self, questions: tuple[Question, ...], holder: Json, path: Path, trail: Trail) -> None:
        """The items of a group, an answer or the response itself, against the questions that belong there."""
        order = {question.link_id: position for position, question in enumerate(questions)}
        found: dict[str, list[tuple[Path, Json]]] = {}
        last = 0
        for index, item in enumerate(_dicts(holder.get("item"))):
            link, place = str(item.get("linkId", "")), (*path, "item", index)
            if link not in order:
                self._stray(item, link, place, trail)
                continue
            if order[link] < last:
                self._say(path, "questionnaire-order", "The items are not in the questionnaire's order.", "structure")
            last = order[link]
            found.setdefault(link, []).append((place, item))
        for question in questions:
            self._question(question, found.get(question.link_id, []), path, trail)

    def _stray(self, item: Json, link: str, place: Path, trail: Trail) -> None:
        """An item that does not belong here; one of another place is judged by its question all the same."""
        path, question = place[:-2], self._known.get(link)
        if not link:
            self._say(path, "questionnaire-no-link", "An item needs a linkId that names its question.", "required")
        elif question is None:
            self._say(path, "questionnaire-link", "An item's linkId is not in the questionnaire.", "not-found")
        else:
            text = "An item stands in another place than in the questionnaire."
            self._say(path, "questionnaire-misplaced", text, "structure")
            enabled = self._enablement.enables(question, trail)
            self._item(question, item, place, (*trail, (question, item)), enabled=enabled)

    def _question(self, question: Question, items: list[tuple[Path, Json]], path: Path, trail: Trail) -> None:
        enabled = self._enablement.enables(question, trail)
        if not items:
            if enabled and question.required:
                self._missing(question, path)
            return
        if len(items) > 1 and not question.repeats:
            self._say(
                path, "questionnaire-repeats", f"Question '{question.link_id}' may be there once only.", "invalid"
            )
        for place, item in items:
            if not enabled and (item.get("answer") or item.get("item")):
                text = f"Question '{question.link_id}' is not enabled by the other answers; leave it out."
                self._say(place, "questionnaire-disabled", text, "invalid")
            self._item(question, item, place, (*trail, (question, item)), enabled=enabled)

    def _missing(self, question: Question, path: Path) -> None:
        severity = Severity.ERROR if self._completed else Severity.WARNING
        text = f"Question '{question.link_id}' must be answered."
        self._say(path, "questionnaire-required", text, "required", severity)

    def _item(self, question: Question, item: Json, path: Path, trail: Trail, *, enabled: bool) -> None:
        text = item.get("text")
        if text and text not in question.texts:
            said = f"The text is not that of question '{question.link_id}', nor a translation of it."
            self._say(path, "questionnaire-text", said, "invalid")
        answers = _dicts(item.get("answer"))
        if question.required and question.kind != "group" and not answers and (enabled or not self._completed):
            self._missing(question, path)
        self._count(question, answers, path)
        if question.kind in ("group", "display", "question") and answers:
            said = f"Question '{question.link_id}' is of type {question.kind}, which has no answers."
            self._say(path, "questionnaire-answer-type", said, "structure")
            answers = []
        for index, answer in enumerate(answers):
            self._answer(question, answer, (*path, "answer", index), trail, alone=len(answers) == 1)
        self._inner(question, item, path, trail)

    def _answer(self, question: Question, answer: Json, place: Path, trail: Trail, *, alone: bool) -> None:
        faults = check_answer(question, answer, self._member, alone=alone)
        self._faults += [placed(fault, *place) for fault in faults]
        self._items(question.questions, answer, place, trail)

    def _inner(self, question: Question, item: Json, path: Path, trail: Trail) -> None:
        """Items directly inside an item: those of a group, and of no other."""
        if question.kind == "group":
            if question.required and not item.get("item"):
                text = f"Group '{question.link_id}' is required, and holds no items."
                self._say(path, "questionnaire-group", text, "invariant")
            self._items(question.questions, item, path, trail)
        elif item.get("item"):
            text = f"Question '{question.link_id}' is no group, so items belong inside its answers."
            self._say(path, "questionnaire-nesting", text, "structure")

    def _count(self, question: Question, answers: list[Json], path: Path) -> None:
        if len(answers) > 1 and not question.repeats:
            self._say(path, "questionnaire-repeats", f"Question '{question.link_id}' may have one answer.", "invalid")
        least, most = question.limits.get("minOccurs"), question.limits.get("maxOccurs")
        if question.kind == "group":
            return
        if isinstance(least, int) and len(answers) < least:
            text = f"Question '{question.link_id}' needs {least} answers and has {len(answers)}."
            self._say(path, "questionnaire-min-occurs", text, "invalid")
        if isinstance(most, int) and len(answers) > most:
            text = f"Question '{question.link_id}' may have {most} answers and has {len(answers)}."
            self._say(path, "questionnaire-max-occurs", text, "invalid")


def _dicts(value: Any) -> list[Json]:
    return [one for one in value if type(one) is dict] if type(value) is list else []
