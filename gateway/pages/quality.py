"""The quality report of a quarter: every measure with its verdict, a chart and the table beside it."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import RedirectResponse, Response

from gateway.pages.show import decimals, money, number, percent
from gateway.pages.texts import Texts
from gateway.pages.visit import Shown, Visit, bad_request
from gateway.store.contract import DocumentSearch
from settlement.measures import Count, Result
from settlement.periods import PeriodError, Quarter, quarter_of

MOST_BARS = 24


@dataclass(frozen=True, slots=True)
class StratumRow:
    """One group: its labels by dimension, its exact counts, and its value as text and as the length of a bar."""

    labels: tuple[str, ...]
    count: Count
    value: str
    size: int


@dataclass(frozen=True, slots=True)
class StratifierShown:
    """One way of grouping a measure: the dimensions it groups by, and its groups."""

    dimensions: tuple[str, ...]
    rows: tuple[StratumRow, ...]

    @property
    def bars(self) -> list[tuple[str, int, str]]:
        """The first groups as bars: a chart is for the eye, the table has the rest."""
        return [(", ".join(row.labels), row.size, row.value) for row in self.rows[:MOST_BARS]]


@dataclass(frozen=True, slots=True)
class MeasureShown:
    """A measure's result in words."""

    id: str
    title: str
    description: str
    value: str
    result: Result
    stratifiers: tuple[StratifierShown, ...]


def latest(visit: Visit) -> Response:
    """To the quarter we are in."""
    return RedirectResponse(f"/quality/{quarter_of(visit.gateway.now())}", status_code=303)


def quarter(visit: Visit) -> Shown:
    """One quarter's report."""
    try:
        wanted = Quarter.parse(visit.path["quarter"])
    except PeriodError:
        return bad_request()
    visit.gateway.projection.refresh()
    values = {
        "quarter": str(wanted),
        "previous": str(_before(wanted)),
        "next": str(_after(wanted)),
        "first_day": wanted.first_day,
        "last_day": wanted.last_day,
        "measures": [],
        "is_empty": True,
        "reports": visit.gateway.store.documents(DocumentSearch(kind="measure-report", period=str(wanted), count=200)),
    }
    return Shown("quality.html", values)


def value_text(count: Count, unit: str, texts: Texts) -> str:
    """A count as people read it, by unit: an amount, a ratio in percent, minutes, or a number."""
    value, language = count.value, texts.language
    if value is None:
        return texts("quality.nothing")
    if unit == "oere":
        return money(int(decimals(value, 0)), language)
    if unit == "percent":
        return percent(value, language)
    rounded = decimals(value, 0 if value.denominator == 1 else 1)
    return f"{number(rounded, language)} {texts.code('unit', unit)}".strip()


def _before(wanted: Quarter) -> Quarter:
    return Quarter(wanted.year - (wanted.number == 1), (wanted.number - 2) % 4 + 1)


def _after(wanted: Quarter) -> Quarter:
    return Quarter(wanted.year + wanted.number // 4, wanted.number % 4 + 1)
