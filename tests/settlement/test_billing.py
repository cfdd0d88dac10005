"""Billing: whatever happened, a month after an open one claims what it would if that one were closed."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from settlement.agreements import Agreement
from settlement.billing import Billed, Course, as_if_closed, brought_together
from settlement.changes import changes
from settlement.closing import close_courses, close_month
from settlement.decisions import Decision
from settlement.lines import Claim, Line
from settlement.records import Record
from tests.settlement.building import DIRECTORY, when
from tests.settlement.test_closing import AGREEMENT, MONTHS, SAID, USUAL, everything

STRICT = replace(AGREEMENT, decision_required=True)


@settings(max_examples=100, deadline=None)
@given(st.lists(SAID, max_size=12), st.lists(SAID, max_size=8), st.sampled_from([AGREEMENT, STRICT]), st.data())
def test_two_open_months_claim_what_they_would_when_closed_one_after_the_other(
    early: list[Record], late: list[Record], agreement: Agreement, data: st.DataObject
) -> None:
    billed = lines(close_month(MONTHS[0], everything([*USUAL, *early]), agreement, (), DIRECTORY))
    decisions = [
        Decision(line.id, data.draw(st.sampled_from([0, line.amount])), "", "", when("2026-11-05"), "m")
        for line in billed
        if line.amount > 0 and data.draw(st.booleans())
    ]
    episodes = everything([*USUAL, *early, *late])
    november = close_month(MONTHS[1], episodes, agreement, billed, DIRECTORY, decisions)
    courses = as_if_closed(brought_together(episodes, billed, decisions), november)
    december = close_courses(MONTHS[2], courses, agreement, DIRECTORY)
    known = [*billed, *lines(november)]
    assert december == close_month(MONTHS[2], episodes, agreement, known, DIRECTORY, decisions)
    found = changes(november, december)
    assert sum(one.before for one in found) == sum(claim.total for claim in november)
    assert sum(one.now for one in found) == sum(claim.total for claim in december)


@settings(max_examples=50, deadline=None)
@given(st.lists(SAID, max_size=12))
def test_nothing_that_is_known_in_both_is_claimed_in_both(said: list[Record]) -> None:
    """What both open months know by their ends is claimed by the first alone."""
    episodes = everything([*USUAL, *said])
    november = close_month(MONTHS[1], episodes, AGREEMENT, (), DIRECTORY)
    courses = as_if_closed(brought_together(episodes, (), ()), november)
    december = close_courses(MONTHS[2], courses, AGREEMENT, DIRECTORY)
    whole = close_month(MONTHS[2], episodes, AGREEMENT, (), DIRECTORY)
    assert total(november) + total(december) == total(whole)


def lines(claims: tuple[Claim, ...]) -> list[Line]:
    return [line for claim in claims for line in claim.lines]


def total(claims: tuple[Claim, ...]) -> int:
    return sum(claim.total for claim in claims)


def test_what_is_not_billed_anew_stays_as_it_is() -> None:
    courses = [Course(None, Billed("e", ()))]
    assert list(as_if_closed(courses, ())) == courses
