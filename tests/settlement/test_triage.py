"""Triage (AmbuFlex, S1 3.3.2): a patient's wish always forces red; what is not known is for a clinician."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settlement.datafile import DataFileError
from settlement.records import Action, Answer, Answers
from settlement.triage import SHIPPED, URGENCY, Colour, load, load_all, triage
from tests.settlement.building import when

(EPILEPSY,) = load_all()
CALM = {"contact-wish": "no", "seizures": "0", "side-effects": "none", "medicine-changed": "no"}


def answers(given: dict[str, str], *, completed: bool = True, url: str = EPILEPSY.questionnaires[0]) -> Answers:
    at = when("2026-10-07")
    said = tuple(Answer(name, value, "") for name, value in given.items())
    return Answers("c", "k", at, at, "m", Action.NEW, url, completed, said)


def colour(**changed: str) -> Colour:
    found = triage(answers(CALM | {name.replace("_", "-"): value for name, value in changed.items()}), EPILEPSY)
    assert found is not None
    return found.colour


def test_who_can_and_wants_to_wait_is_green() -> None:
    assert colour() is Colour.GREEN


def test_need_is_red_and_doubt_is_for_a_clinician() -> None:
    assert [colour(seizures=count) for count in ("0", "1", "3", "4", "40", "1,5", "4 x")] == [
        Colour.GREEN,
        Colour.YELLOW,
        Colour.YELLOW,
        Colour.RED,
        Colour.RED,
        Colour.YELLOW,
        Colour.RED,
    ]
    assert [colour(side_effects=how) for how in ("none", "some", "many")] == list(Colour)
    assert colour(medicine_changed="yes") is Colour.YELLOW


def test_what_is_not_answered_or_not_understood_is_for_a_clinician() -> None:
    for name in CALM:
        found = triage(answers({other: value for other, value in CALM.items() if other != name}), EPILEPSY)
        assert found is not None
        assert found.colour is Colour.YELLOW
    assert colour(seizures="") is colour(seizures="a few") is colour(seizures="9" * 400) is Colour.YELLOW


SAID = st.dictionaries(
    st.sampled_from(["seizures", "side-effects", "medicine-changed", "other"]),
    st.sampled_from(["0", "2", "9", "none", "some", "many", "yes", "no", "?", ""]) | st.text(max_size=5),
)


@given(SAID, st.sampled_from(["yes", "true"]))
def test_a_wish_for_contact_is_red_whatever_else_is_answered(said: dict[str, str], wish: str) -> None:
    found = triage(answers(said | {"contact-wish": wish}), EPILEPSY)
    assert found is not None
    assert found.colour is Colour.RED
    assert EPILEPSY.wish.title["da"] in found.explanation["da"]


@given(SAID)
def test_no_wish_takes_nothing_away_and_the_order_does_not_matter(said: dict[str, str]) -> None:
    items = list((said | {"contact-wish": "no"}).items())
    found, again = triage(answers(dict(items)), EPILEPSY), triage(answers(dict(items[::-1])), EPILEPSY)
    assert found == again
    assert found is not None
    worse = triage(answers(dict(items) | {"side-effects": "many"}), EPILEPSY)
    assert worse is not None
    assert URGENCY.index(worse.colour) >= URGENCY.index(found.colour)


def test_two_answers_to_a_question_count_as_the_more_urgent() -> None:
    said = answers(CALM)
    both = replace(said, answers=(*said.answers, Answer("seizures", "", "5")))
    found = triage(both, EPILEPSY)
    assert found is not None
    assert found.colour is Colour.RED


def test_other_questionnaires_and_unfinished_responses_are_not_triaged() -> None:
    assert triage(answers(CALM, completed=False), EPILEPSY) is None
    assert triage(answers(CALM, url="https://example.org/other"), EPILEPSY) is None
    assert triage(answers(CALM, url=f"{EPILEPSY.questionnaires[0]}|2.0"), EPILEPSY) is not None


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (('red = ["yes", "true"]', "red = []"), "wish.*by red"),
        (('red = ["yes", "true"]', 'red = ["yes"]\nyellow = ["no"]'), "wish"),
        (("yellow_from = 1", "yelow_from = 1"), "yelow_from: unknown key"),
        (("yellow_from = 1", 'yellow_from = "1"'), "yellow_from: must be a number"),
        (("questionnaires = [", "questionnaires = []\n# ["), "questionnaires: is empty"),
    ],
)
def test_mistakes_are_told(tmp_path: Path, change: tuple[str, str], told: str) -> None:
    file = tmp_path / "mine.toml"
    source = (SHIPPED / "ambuflex-epilepsy.toml").read_text(encoding="utf-8")
    assert change[0] in source
    file.write_text(source.replace(*change, 1), encoding="utf-8")
    with pytest.raises(DataFileError, match=told):
        load(file)


def test_two_algorithms_for_one_questionnaire_are_refused(tmp_path: Path) -> None:
    source = (SHIPPED / "ambuflex-epilepsy.toml").read_text(encoding="utf-8")
    for name in ("a", "b"):
        (tmp_path / f"{name}.toml").write_text(source, encoding="utf-8")
    with pytest.raises(DataFileError, match="same questionnaire"):
        load_all(tmp_path)
