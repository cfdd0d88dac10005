"""Attaching: identifiers in any spelling, and the course that runs at a time."""

import pytest

from settlement.attaching import Timeline, name_of
from settlement.courses import Course, Dates
from tests.settlement.building import when


def course(municipality: str, start: str, until: str = "", *, withdrawn: bool = False) -> tuple[Course, Dates]:
    started = when(start) if start else None
    dates = Dates(None, started, None, None, None, when(until) if until else None, in_hospital=False)
    return Course("anchor", "", municipality, (), (), withdrawn=withdrawn), dates


TIMELINE = Timeline.of(
    [
        course("0730", "2026-10-10"),
        course("0751", "2026-10-05", "2026-10-20"),
        course("", "2026-10-25"),
        course("0751", "2026-10-01", withdrawn=True),
        course("0751", ""),
    ]
)


@pytest.mark.parametrize(
    ("at", "municipality", "place"),
    [
        ("2026-10-05", "0751", 1),
        ("2026-10-05 06:00", "0751", 1),  # the day it starts
        ("2026-10-04 23:59", "0751", None),
        ("2026-10-15", "0751", 1),
        ("2026-10-15", "0730", 0),
        ("2026-10-15", "", 0),  # unknown: the latest started
        ("2026-10-15", "0461", None),
        ("2026-10-20", "0751", None),  # the end itself is not within
        ("2026-10-26", "0461", 2),  # a course of an unknown municipality
        ("2026-10-26", "0730", 0),  # the same municipality goes before an unknown one
    ],
)
def test_visits(at: str, municipality: str, place: int | None) -> None:
    assert TIMELINE.visited(when(at), municipality) == place


def test_answers_also_after_the_end() -> None:
    assert TIMELINE.answered(when("2026-10-04")) is None
    assert TIMELINE.answered(when("2026-10-06")) == 1
    assert TIMELINE.answered(when("2026-12-24")) == 2


@pytest.mark.parametrize("text", ["ab-12", "AB12", "urn:uuid:ab-12", "EpisodeOfCare/ab-12", "https://x/y/AB-12"])
def test_names_in_any_spelling(text: str) -> None:
    assert name_of(text) == "ab12"
