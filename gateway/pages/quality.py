"""The quality report of a quarter: every measure with its verdict, charts and the tables beside them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from starlette.responses import RedirectResponse, Response

from gateway.pages.groupings import Crossed, Listed, groupings
from gateway.pages.measure_words import stratum_label, value_text
from gateway.pages.visit import Shown, Visit, bad_request
from gateway.store.contract import DocumentSearch
from settlement.lines import Document
from settlement.measures import Result
from settlement.periods import PeriodError, Quarter, quarter_of
from settlement.quality import Measure


@dataclass(frozen=True, slots=True)
class MeasureShown:
    """A measure's result in words. The first grouping of each sort is shown at once, the others unfold."""

    measure: Measure
    result: Result
    value: str
    lists: tuple[Listed, ...]
    crosses: tuple[Crossed, ...]
    reports: tuple[Document, ...]

    @property
    def is_ratio(self) -> bool:
        """Whether numerator and denominator say more than the value."""
        return self.measure.kind in ("proportion", "mean")

    @property
    def folded(self) -> int:
        """How many groupings unfold."""
        return len(self.lists[1:]) + len(self.crosses[1:])


def latest(visit: Visit) -> Response:
    """To the quarter we are in."""
    return RedirectResponse(f"/quality/{quarter_of(visit.gateway.now())}", status_code=303)


def quarter(visit: Visit) -> Shown:
    """One quarter's report."""
    try:
        wanted = Quarter.parse(visit.path["quarter"])
    except PeriodError:
        return bad_request()
    reports = visit.gateway.store.documents(DocumentSearch(kinds=("measure-report",), period=str(wanted), count=500))
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
    label = partial(stratum_label, visit, wanted.last_day)
    lists, crosses = groupings(result, label, visit.texts)
    value = value_text(result.count, result.unit, visit.texts)
    return MeasureShown(measure, result, value, lists, crosses, tuple(r for r in reports if _is_of(r, measure)))


def _is_of(report: Document, measure: Measure) -> bool:
    """Whether a stored report names the measure: its canonical url ends in the measure's id and version."""
    return f"/{measure.id}|".encode() in report.body
