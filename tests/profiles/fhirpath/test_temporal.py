"""Dates and times: reading, order, offsets, and the algebra of adding durations."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles.fhirpath.durations import edge, moved
from profiles.fhirpath.quantities import Quantity
from profiles.fhirpath.temporal import Temporal, compare, parse_date, parse_date_time, parse_time

MOMENTS = st.integers(0, 250_000_000_000).map(
    lambda seconds: datetime.fromisoformat("1000-01-01") + timedelta(0, seconds)
)


def moment(text: str) -> Temporal:
    """A DateTime from its text."""
    found = parse_date_time(text)
    assert found is not None
    return found


@pytest.mark.parametrize(
    "text", ["2015", "2015-02", "2015-02-04T14", "2015-02-04T14:34:28.123+09:00", "2015-02-04T14:34Z"]
)
def test_text_is_kept(text: str) -> None:
    assert str(moment(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "15",
        "2015-2",
        "2015-13",
        "2015-02-30",
        "0000",
        "2015-02-04T25",
        "2015-02-04T10:60",
        "2015-02-04T10:00:61",
        "2015-02T10",
        "2015-02-04T10:00+15:00",
        "2015TZ",
        "",
        "T10",
        "2015-02-04 10:00",
    ],
)
def test_what_is_no_moment(text: str) -> None:
    assert parse_date_time(text) is None


def test_a_date_has_no_clock_and_a_time_no_day() -> None:
    assert parse_date("2015-02-04T10") is None
    assert parse_time("2015") is None
    assert parse_time("10:61") is None
    assert str(parse_time("23:59:60")) == "23:59:60"


@pytest.mark.parametrize(
    ("left", "right", "order"),
    [
        ("2012", "2013", -1),
        ("2012", "2012", 0),
        ("2012", "2012-01", None),
        ("2012-02", "2012-01-31", 1),
        ("2012-01-01T10:30:31.0", "2012-01-01T10:30:31", 0),
        ("2017-11-05T01:30:00.0-04:00", "2017-11-05T00:30:00.0-05:00", 0),
        ("2017-11-05T01:30:00.0-04:00", "2017-11-05T01:15:00.0-05:00", -1),
        ("2012-04-15T15:00:00Z", "2012-04-15T10:00:00", None),
        ("2012-04-17T15:00:00Z", "2012-04-15T10:00:00", 1),
        ("2012-04-15T23:30:00+01:00", "2012-04-15T22:30:00Z", 0),
    ],
)
def test_order(left: str, right: str, order: int | None) -> None:
    assert compare(moment(left), moment(right)) == order
    assert compare(moment(right), moment(left)) == (None if order is None else -order)


@given(MOMENTS, st.integers(-10_000_000, 10_000_000))
def test_seconds_are_added_as_the_calendar_has_it(start: datetime, seconds: int) -> None:
    value = moment(start.isoformat())
    assert str(moved(value, Quantity(Decimal(seconds), "s"), 1)) == (start + timedelta(seconds=seconds)).isoformat()


@given(MOMENTS, st.integers(-50_000, 50_000))
def test_adding_and_taking_away_days_is_nothing(start: datetime, days: int) -> None:
    value, duration = moment(start.isoformat()), Quantity(Decimal(days), "days", calendar=True)
    assert moved(moved(value, duration, 1), duration, -1) == value


@given(MOMENTS, st.integers(0, 2000))
def test_months_never_leave_the_calendar(start: datetime, months: int) -> None:
    found = moved(moment(start.isoformat()), Quantity(Decimal(months), "months", calendar=True), 1)
    assert parse_date_time(str(found)) == found
    assert found.parts[0] * 12 + found.parts[1] == start.year * 12 + start.month + months


@given(MOMENTS, st.integers(1, 5))
def test_a_partial_moment_lies_between_its_edges(start: datetime, precision: int) -> None:
    partial = Temporal("DateTime", moment(start.isoformat()).parts[:precision])
    low, high = edge(partial, 17, upper=False), edge(partial, 17, upper=True)
    assert low is not None
    assert high is not None
    assert compare(low, high) == -1
    assert low.parts[:precision] == partial.parts == high.parts[:precision]
