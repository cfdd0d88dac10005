"""Reviewed findings: the first entry that fits decides; mistakes in the file have their line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles.issue import About, error, warning
from profiles.review import Action, Entry, Review, ReviewError, read_review

TODAY = date(2026, 11, 24)
LINK = error("narrative-link", "Bundle.entry[0].resource.text.div", "A link leads nowhere.")


def entry(action: str, more: str = "") -> str:
    return f'[[finding]]\ncode = "narrative-link"\naction = "{action}"\nreason = "known"\n{more}\n'


@pytest.mark.parametrize(("action", "severities"), [("lower", ["warning"]), ("raise", ["error"]), ("silence", [])])
def test_actions(action: str, severities: list[str]) -> None:
    found = read_review(entry(action)).apply([LINK], TODAY)
    assert [issue.severity.value for issue in found.issues] == severities
    assert [reason for _, reason in found.silenced] == (["known"] if action == "silence" else [])


def test_a_warning_is_lowered_and_raised() -> None:
    issue = warning("narrative-link", "", "x")
    said = [read_review(entry(action)).apply([issue], TODAY).issues[0].severity for action in ("lower", "raise")]
    assert said == ["information", "error"]


@pytest.mark.parametrize(
    ("more", "fits"),
    [
        ('where = "Bundle.entry[*].resource.text.div"', True),
        ('where = "Bundle.entry[1]*"', False),
        ('where = "Bundle"', False),
        ('text = "*leads*"', True),
        ('text = "*follows*"', False),
        ("until = 2026-11-24", True),
        ("until = 2026-11-23", False),
    ],
)
def test_which_findings_an_entry_is_about(more: str, fits: bool) -> None:
    assert (read_review(entry("silence", more)).apply([LINK], TODAY).issues == ()) is fits


@pytest.mark.parametrize(
    ("more", "fits"),
    [
        ('rule = "bdl-7"', True),
        ('rule = "bdl-*"', True),
        ('rule = "bdl-9"', False),
        ('profile = "http://p.example/*"', True),
        ('profile = "http://p.example/p"', False),
        ('value_set = "*"', True),
        ('value_set = "http://v.example"', False),
    ],
)
def test_an_entry_names_what_a_finding_rests_on(more: str, fits: bool) -> None:
    issue = replace(LINK, about=About(rule="bdl-7", profile="http://p.example/p|1"))
    assert (read_review(entry("silence", more)).apply([issue], TODAY).issues == ()) is fits
    assert read_review(entry("silence", 'rule = "bdl-7"')).apply([LINK], TODAY).issues == (LINK,)


def test_another_code_is_left_alone() -> None:
    other = error("narrative-image", "Bundle", "x")
    assert read_review(entry("silence")).apply([other], TODAY).issues == (other,)


def test_the_first_entry_that_fits_decides() -> None:
    review = read_review(entry("lower", 'where = "Bundle*"')) + read_review(entry("silence"))
    assert len(review.apply([LINK], TODAY).issues) == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("finding = ", "no TOML"),
        ("[other]", "nothing else"),
        ("finding = 1", "nothing else"),
        ("finding = [1]", "is a table"),
        ("finding = [{}]", "code, action, reason is missing"),
        (entry("lower") + "\n" + entry("drop"), "line 7: action is"),
        (entry("lower", "severity = 1"), "line 1: severity is not known"),
        (entry("lower", "where = 1"), "line 1: where must be a text"),
        (entry("lower", "until = 2026"), "line 1: until is a day"),
        (entry("lower").replace("known", " "), "line 1: reason must be"),
        (entry("lower").replace("reason", "#"), "line 1: reason is missing"),
    ],
)
def test_mistakes_are_explained(text: str, says: str) -> None:
    with pytest.raises(ReviewError, match=says):
        read_review(text, "review.toml")


@given(st.lists(st.text("ab.", max_size=4), min_size=1, max_size=4), st.text("ab.", max_size=3))
def test_what_is_put_for_a_star_fits(parts: list[str], filling: str) -> None:
    pattern = Entry("c", Action.SILENCE, "r", where="*".join(parts))
    assert Review((pattern,)).apply([error("c", filling.join(parts), "t")], TODAY).issues == ()
