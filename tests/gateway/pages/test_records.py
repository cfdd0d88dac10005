"""Records in words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gateway.pages.records import answers_text
from gateway.pages.texts import texts
from settlement.records import Action, Answer, Answers

DIMENSIONS = ("mobility", "self-care", "usual-activities", "pain-discomfort", "anxiety-depression")
NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)


def answered(levels: str) -> Answers:
    answers = tuple(Answer(name, level, "") for name, level in zip(DIMENSIONS, levels, strict=False))
    said = ("citizen", "key", NOON, NOON, "message", Action.NEW)
    return Answers(*said, questionnaire="https://pro.example", completed=True, answers=answers)


@pytest.mark.parametrize(("language", "shown"), [("da", "EQ-5D-5L 0,771"), ("en", "EQ-5D-5L 0.771")])
def test_a_scored_form_shows_its_score(language: str, shown: str) -> None:
    assert answers_text(answered("22222"), texts(language)).endswith(shown)


def test_a_form_that_cannot_be_scored_shows_none() -> None:
    assert "EQ-5D" not in answers_text(answered("222"), texts("en"))
