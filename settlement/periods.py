"""Periods: months and quarters as they begin and end in Danish wall time (23- and 25-hour days included)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
MOST_MONTHS = 120
"""No span is longer than this."""


class PeriodError(ValueError):
    """A text that is no period; says what to write instead."""


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month in Denmark. Its text is "2026-10"."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Month:
        """The month written "2026-10"; PeriodError for anything else."""
        match = re.fullmatch(r"(\d{4})-(\d{2})", text, re.ASCII)
        if not match or not 1 <= int(match[2]) <= 12 or not 1900 <= int(match[1]) <= 9998:
            raise PeriodError(f"{text[:20]!r} is not a month. Write year and month, for example 2026-10.")
        return cls(int(match[1]), int(match[2]))

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"

    @property
    def first_day(self) -> date:
        """The first day of the month."""
        return date(self.year, self.number, 1)

    @property
    def last_day(self) -> date:
        """The last day of the month."""
        return self.next().first_day - timedelta(days=1)

    @property
    def start(self) -> datetime:
        """The first instant of the month: midnight in Copenhagen, with its offset."""
        return midnight(self.first_day)

    @property
    def end(self) -> datetime:
        """The first instant after the month."""
        return self.next().start

    def next(self) -> Month:
        """The month after."""
        return Month(self.year + self.number // 12, self.number % 12 + 1)

    def previous(self) -> Month:
        """The month before."""
        return Month(self.year - (self.number == 1), (self.number - 2) % 12 + 1)


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A quarter in Denmark. Its text is "2026-Q3"."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Quarter:
        """The quarter written "2026-Q3"; PeriodError for anything else."""
        match = re.fullmatch(r"(\d{4})-Q([1-4])", text, re.ASCII)
        if not match or not 1900 <= int(match[1]) <= 9998:
            raise PeriodError(f"{text[:20]!r} is not a quarter. Write year, -Q and 1 to 4, for example 2026-Q3.")
        return cls(int(match[1]), int(match[2]))

    def __str__(self) -> str:
        return f"{self.year:04}-Q{self.number}"

    @property
    def months(self) -> tuple[Month, Month, Month]:
        """The three months of the quarter."""
        first = Month(self.year, 3 * self.number - 2)
        return first, first.next(), first.next().next()

    @property
    def first_day(self) -> date:
        """The first day of the quarter."""
        return self.months[0].first_day

    @property
    def last_day(self) -> date:
        """The last day of the quarter."""
        return self.months[2].last_day

    @property
    def start(self) -> datetime:
        """The first instant of the quarter: midnight in Copenhagen, with its offset."""
        return self.months[0].start

    @property
    def end(self) -> datetime:
        """The first instant after the quarter."""
        return self.months[2].end


def span(text: str) -> tuple[Month, Month]:
    """The first and the last month of "2026-01..2026-10", "2026-Q3", or one month; PeriodError for anything else."""
    first, _, last = text.strip().partition("..")
    months = _months(first)[0], _months(last or first)[-1]
    if months[0] > months[1]:
        raise PeriodError(f"{months[0]} lies after {months[1]}. Write the earlier month first.")
    if 12 * (months[1].year - months[0].year) + months[1].number - months[0].number >= MOST_MONTHS:
        raise PeriodError(f"That is more than {MOST_MONTHS} months. Write fewer.")
    return months


def _months(text: str) -> tuple[Month, ...]:
    try:
        return Quarter.parse(text).months if "Q" in text else (Month.parse(text),)
    except PeriodError as problem:
        raise PeriodError(f"{problem} Months are written 2026-01..2026-10.") from problem


def midnight(day: date) -> datetime:
    """The first instant of a day in Denmark, with a fixed offset: such instants compare and subtract exactly."""
    local = datetime.combine(day, time(), COPENHAGEN)
    return local.replace(tzinfo=timezone(local.utcoffset() or timedelta()))


def local_day(at: datetime) -> date:
    """The day an instant falls on in Denmark."""
    return at.astimezone(COPENHAGEN).date()


def month_of(at: datetime) -> Month:
    """The month an instant falls in, in Denmark."""
    day = local_day(at)
    return Month(day.year, day.month)


def quarter_of(at: datetime) -> Quarter:
    """The quarter an instant falls in, in Denmark."""
    day = local_day(at)
    return Quarter(day.year, (day.month + 2) // 3)
