"""The quality report of a quarter: every measure with its verdict, a chart and the table beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from starlette.responses import RedirectResponse, Response

from gateway.pages.measure_words import stratum_label, value_text
from gateway.pages.visit import Shown, Visit, bad_request
from gateway.store.contract import DocumentSearch
from settlement.lines import Document
from settlement.measures import Count, Result, Stratum
from settlement.periods import PeriodError, Quarter, quarter_of
from settlement.quality import Measure

MOST_BARS = 16
SHOWN_AT_ONCE = 2
SCALE = 1000


@dataclass(frozen=True, slots=True)
class StratumRow:
    """One group: its labels by dimension, its exact counts, its value as text, and the length of its bar."""

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
    """A measure's result in words. first: groupings shown at once; more: those that unfold."""

    measure: Measure
    result: Result
    value: str
    first: tuple[StratifierShown, ...]
    more: tuple[StratifierShown, ...]
    reports: tuple[Document, ...]

    @property
    def is_ratio(self) -> bool:
        """Whether numerator and denominator say more than the value."""
        return self.measure.kind in ("proportion", "mean")


def latest(visit: Visit) -> Response:
    """To the quarter we are in."""
    return RedirectResponse(f"/quality/{quarter_of(visit.gateway.now())}", status_code=303)


def quarter(visit: Visit) -> Shown:
    """One quarter's report."""
    try:
        wanted = Quarter.parse(visit.path["quarter"])
    except PeriodError:
        return bad_request()
    reports = visit.gateway.store.documents(DocumentSearch(kind="measure-report", period=str(wanted), count=500))
    measures = {measure.id: measure for measure in visit.gateway.quality.measures}
    results = visit.gateway.quality.report(wanted)
    values = {
        "quarter": str(wanted),
        "previous": str(Quarter(wanted.year - (wanted.number == 1), (wanted.number - 2) % 4 + 1)),
        "next": str(Quarter(wanted.year + wanted.number // 4, wanted.number % 4 + 1)),
        "first_day": wanted.first_day,
        "last_day": wanted.last_day,
        "measures": [_shown(visit, measures[result.measure], result, reports, wanted) for result in results],
        "is_empty": not any(result.strata for result in results),
    }
    return Shown("quality.html", values)


def _shown(
    visit: Visit, measure: Measure, result: Result, reports: Iterable[Document], wanted: Quarter
) -> MeasureShown:
    groupings = stratifiers(visit, result, wanted.last_day)
    return MeasureShown(
        measure,
        result,
        value_text(result.count, result.unit, visit.texts),
        groupings[:SHOWN_AT_ONCE],
        groupings[SHOWN_AT_ONCE:],
        tuple(report for report in reports if f"/{measure.id}".encode() in report.body),
    )


def stratifiers(visit: Visit, result: Result, on: date) -> tuple[StratifierShown, ...]:
    """The groups of a result gathered by what they are grouped by, in the result's order."""
    groups: dict[tuple[str, ...], list[Stratum]] = {}
    for stratum in result.strata:
        groups.setdefault(tuple(name for name, _ in stratum.keys), []).append(stratum)
    return tuple(
        StratifierShown(names, tuple(_row(visit, stratum, result.unit, on) for stratum in strata))
        for names, strata in groups.items()
    )


def _row(visit: Visit, stratum: Stratum, unit: str, on: date) -> StratumRow:
    labels = tuple(stratum_label(visit, name, value, on) for name, value in stratum.keys)
    size = int((stratum.count.value or 0) * SCALE)
    return StratumRow(labels, stratum.count, value_text(stratum.count, unit, visit.texts), size)
