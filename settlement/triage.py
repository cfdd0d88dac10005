"""Triage: whether a patient's answers call for a contact, by an algorithm that is data (AmbuFlex, S1 3.3.2).

Green: the patient can and wants to wait. Yellow: a clinician reads the answers and decides. Red: there is a need of or
a wish for contact. A wish for contact is red whatever else was answered; a question that is not answered, or not in a
way the algorithm knows, is for a clinician to look at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from pathlib import Path

from settlement.datafile import DataFileError, Section, read
from settlement.records import Answer, Answers
from settlement.wording import LANGUAGES, Say

SHIPPED = Path(__file__).with_name("triage")


class Colour(StrEnum):
    """What answers call for, from the least to the most urgent."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


URGENCY = tuple(Colour)
WORDS = {
    Colour.GREEN: ("kan vente", "can wait"),
    Colour.YELLOW: ("en kliniker vurderer", "a clinician decides"),
    Colour.RED: ("kontakt", "contact"),
}
"""What follows from a colour, in Danish and English."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question of an algorithm. yellow, red: the codes or values that are; yellow_from, red_from: numbers from which
    an answer is. Any other answer is green."""

    link_id: str
    title: dict[str, str]
    yellow: tuple[str, ...]
    red: tuple[str, ...]
    yellow_from: Fraction | None
    red_from: Fraction | None


@dataclass(frozen=True, slots=True)
class Algorithm:
    """How one questionnaire is triaged. illustrative: its questions and limits are examples, nobody's practice.

    questionnaires: canonical urls, without version. wish: the question whether the patient wants contact.
    """

    id: str
    title: dict[str, str]
    source: str
    illustrative: bool
    questionnaires: tuple[str, ...]
    wish: Question
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Triage:
    """What a response came to: the most urgent of its answers, and why, by language."""

    algorithm: str
    colour: Colour
    explanation: dict[str, str]


def triage(answers: Answers, algorithm: Algorithm) -> Triage | None:
    """The colour of a completed response to a questionnaire of the algorithm; None for any other."""
    if not answers.completed or answers.questionnaire.partition("|")[0] not in algorithm.questionnaires:
        return None
    asked = (algorithm.wish, *algorithm.questions)
    found = [(question, _colour(question, answers.answers)) for question in asked]
    colour = max((each for _, each in found), key=URGENCY.index)
    reasons = [question for question, each in found if each is colour and colour is not Colour.GREEN]
    return Triage(algorithm.id, colour, {name: _told(Say(name), colour, reasons) for name in LANGUAGES})


def _colour(question: Question, answers: Iterable[Answer]) -> Colour:
    """The most urgent of the answers to a question; yellow where there is none."""
    mine = [_answered(question, one) for one in answers if one.link_id == question.link_id]
    return max(mine, key=URGENCY.index, default=Colour.YELLOW)


def _answered(question: Question, answer: Answer) -> Colour:
    said = {answer.code, answer.value} - {""}
    number = _number(answer.code or answer.value)
    if said & set(question.red) or _reaches(number, question.red_from):
        return Colour.RED
    if said & set(question.yellow) or _reaches(number, question.yellow_from):
        return Colour.YELLOW
    counts = question.yellow_from is not None or question.red_from is not None
    return Colour.YELLOW if not said or (counts and number is None) else Colour.GREEN


def _reaches(number: Fraction | None, limit: Fraction | None) -> bool:
    return number is not None and limit is not None and number >= limit


def _number(text: str) -> Fraction | None:
    """A number as it was written, maybe with its unit after it; None where it is none."""
    found = _NUMBER.match(text)
    return Fraction(found[1].replace(",", ".")) if found else None


_NUMBER = re.compile(r"(-?[0-9]{1,15}(?:[.,][0-9]{1,15})?)(?: |$)")


def _told(say: Say, colour: Colour, reasons: Iterable[Question]) -> str:
    names = ", ".join(question.title[say.language] for question in reasons)
    return f"{say(*WORDS[colour])} ({names})" if names else say(*WORDS[colour])


def load(path: Path) -> Algorithm:
    """The algorithm in a TOML file; DataFileError (file, line, key, what to write) where it cannot be used."""
    top = read(path)
    top.only("id", "title", "source", "illustrative", "questionnaires", "wish", "question")
    questionnaires = top.texts("questionnaires")
    if not questionnaires:
        top.fail("questionnaires", "is empty. Name the questionnaire by its canonical url.")
    wish = _question(top.table("wish"))
    if not wish.red or wish.yellow:
        top.fail("wish", "says by red, and by nothing else, which answers are a wish for contact.")
    return Algorithm(
        top.text("id"),
        top.languages("title"),
        top.text("source"),
        top.flag("illustrative"),
        questionnaires,
        wish,
        tuple(_question(section) for section in top.tables("question")),
    )


def load_all(folder: Path = SHIPPED) -> tuple[Algorithm, ...]:
    """Every algorithm of a folder, by file name. Raises DataFileError where two are about one questionnaire."""
    found = tuple(load(path) for path in sorted(folder.glob("*.toml")))
    urls = [url for algorithm in found for url in algorithm.questionnaires]
    if len(set(urls)) < len(urls):
        raise DataFileError(f"{folder.name}: two algorithms are about the same questionnaire. Keep one.")
    return found


def _question(section: Section) -> Question:
    section.only("link_id", "title", "yellow", "red", "yellow_from", "red_from")
    limits = (Fraction(section.number(key)) if section.has(key) else None for key in ("yellow_from", "red_from"))
    return Question(
        section.text("link_id"),
        section.languages("title"),
        section.texts("yellow", ()),
        section.texts("red", ()),
        *limits,
    )
