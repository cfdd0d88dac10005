"""Months and quarters in Danish wall time."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settlement.periods import Month, PeriodError, Quarter, midnight, month_of, quarter_of, span

INSTANTS = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def test_month_has_danish_edges() -> None:
    month = Month.parse("2026-10")
    assert month.start.isoformat() == "2026-10-01T00:00:00+02:00"
    assert month.end.isoformat() == "2026-11-01T00:00:00+01:00"
    assert month.end - month.start == timedelta(days=31, hours=1)
    assert (month.first_day, month.last_day) == (date(2026, 10, 1), date(2026, 10, 31))


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)])
def test_days_have_the_hours_they_have(day: date, hours: int) -> None:
    assert midnight(day + timedelta(days=1)) - midnight(day) == timedelta(hours=hours)


def test_month_of_looks_at_the_danish_clock() -> None:
    assert str(month_of(datetime(2026, 9, 30, 22, 30, tzinfo=UTC))) == "2026-10"
    assert str(month_of(datetime(2026, 10, 31, 22, 59, tzinfo=UTC))) == "2026-10"
    assert str(month_of(datetime(2026, 10, 31, 23, 0, tzinfo=UTC))) == "2026-11"


@given(INSTANTS)
def test_every_instant_lies_in_its_own_month_and_quarter(at: datetime) -> None:
    month, quarter = month_of(at), quarter_of(at)
    assert month.start <= at < month.end
    assert quarter.start <= at < quarter.end
    assert month in quarter.months
    assert Month.parse(str(month)) == month == month.next().previous()
    assert Quarter.parse(str(quarter)) == quarter


def test_quarter() -> None:
    quarter = Quarter.parse("2026-Q4")
    assert [str(month) for month in quarter.months] == ["2026-10", "2026-11", "2026-12"]
    assert (quarter.first_day, quarter.last_day) == (date(2026, 10, 1), date(2026, 12, 31))
    assert quarter.end == Month(2027, 1).start


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("2026-10", ("2026-10", "2026-10")),
        ("2026-Q3", ("2026-07", "2026-09")),
        ("2026-01..2026-10", ("2026-01", "2026-10")),
        (" 2025-Q4..2026-02 ", ("2025-10", "2026-02")),
    ],
)
def test_a_span_is_a_month_a_quarter_or_from_one_to_another(text: str, months: tuple[str, str]) -> None:
    first, last = span(text)
    assert (str(first), str(last)) == months


@pytest.mark.parametrize("text", ["", "..", "2026", "..2026-10", "2026-10..2026-09", "1990-01..2026-01", "2026-Q5"])
def test_what_is_no_span_says_what_to_write(text: str) -> None:
    with pytest.raises(PeriodError, match=r"Write|written"):
        span(text)
