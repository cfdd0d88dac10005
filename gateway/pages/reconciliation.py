"""A month on both sides: what municipalities claim against what the region has registered, course by course."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from starlette.responses import Response

from gateway.errors import NotFoundError
from gateway.pages.named import municipality_label, region_label
from gateway.pages.visit import Shown, Visit, bad_request, not_found
from gateway.papers.reconciliation import FORMATS
from gateway.reconciling import Reconciled, Scope, reconcile_month, sources
from settlement.periods import Month, PeriodError
from settlement.reconciling import WORDS, Compared, Finding, Tally, tallies

FILTERS = ("region", "municipality", "source", "finding")
MOST = 300
"""Courses shown on the page; the file has all."""


@dataclass(frozen=True, slots=True)
class Sum:
    """Some courses together. address: the page that shows them alone."""

    label: str
    address: str
    tally: Tally


@dataclass(slots=True)
class _Read:
    """A month as the page tells it, read municipality by municipality. courses: the first that fit the filters, of as
    many as count says. regions: those claimed from."""

    every: Tally = field(default_factory=Tally)
    by_finding: dict[Finding, Tally] = field(default_factory=tallies)
    by_municipality: defaultdict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    regions: set[str] = field(default_factory=set)
    courses: list[Compared] = field(default_factory=list)
    count: int = 0

    def add(self, found: Reconciled, finding: str) -> None:
        """Add a municipality's month. finding: which courses are shown; "" all."""
        self.regions |= {claim.region for claim in found.claims}
        for one in found.compared:
            for tally in (self.every, self.by_finding[one.finding], self.by_municipality[found.municipality]):
                tally.add(one)
            if finding in ("", one.finding):
                self.count += 1
                self.courses += [one] if self.count <= MOST else []


def reconciled(visit: Visit) -> Shown:
    """The month reconciled, by filters in the url."""
    try:
        month, found = _found(visit)
    except PeriodError:
        return bad_request()
    except NotFoundError:
        return not_found()
    filters, read, directory = _filters(visit), _Read(), visit.gateway.register.directory
    for each in found:
        read.add(each, filters["finding"])
    names = {code: municipality_label(directory, code, month.last_day) for code in read.by_municipality}
    values = {
        "month": str(month),
        "first_day": month.first_day,
        "previous": str(month.previous()),
        "next": str(month.next()),
        "closed": visit.gateway.months.is_closed(month),
        "filters": filters,
        "query": urlencode({name: value for name, value in filters.items() if value}),
        "by_finding": _by_finding(read, filters, visit.language),
        "by_municipality": _by_municipality(read, filters, names),
        "every": read.every,
        "courses": read.courses,
        "count": read.count,
        "names": names,
        "regions": [(code, region_label(directory, code)) for code in sorted(read.regions)],
        "sources": sources(visit.gateway),
        "findings": [(finding.value, _word(finding, visit.language)) for finding in Finding],
        "words": {finding: _word(finding, visit.language) for finding in Finding},
    }
    return Shown("reconcile.html", values)


def reconciled_file(visit: Visit) -> Response | Shown:
    """The same as CSV or workbook: every course, in the language of the page."""
    try:
        month, found = _found(visit)
    except PeriodError:
        return bad_request()
    except NotFoundError:
        return not_found()
    if visit.path["form"] not in FORMATS:
        return not_found()
    write, media_type = FORMATS[visit.path["form"]]
    headers = {"Content-Disposition": f'attachment; filename="reconciliation-{month}.{visit.path["form"]}"'}
    return Response(write(found, visit.language), media_type=media_type, headers=headers)


def _found(visit: Visit) -> tuple[Month, Iterator[Reconciled]]:
    """The month reconciled, as far as the visitor's party may see it."""
    month, filters = Month.parse(visit.path["month"]), _filters(visit)
    scope = Scope(region=filters["region"], municipality=filters["municipality"], source=filters["source"])
    return month, reconcile_month(visit.gateway, month, scope)


def _filters(visit: Visit) -> dict[str, str]:
    """The filters asked for; a person of a region or a municipality has theirs for good."""
    asked = {name: visit.query.get(name, "") for name in FILTERS}
    return asked | {
        "region": visit.person.region or asked["region"],
        "municipality": visit.person.municipality or asked["municipality"],
    }


def _by_finding(read: _Read, filters: dict[str, str], language: str) -> list[Sum]:
    return [
        Sum(_word(finding, language), _address(filters | {"finding": finding.value}), tally)
        for finding, tally in read.by_finding.items()
        if tally.courses
    ]


def _by_municipality(read: _Read, filters: dict[str, str], names: Mapping[str, str]) -> list[Sum]:
    """By name; those of no known name by their codes."""
    rows = sorted((names[code] or code, code) for code in read.by_municipality)
    return [Sum(name, _address(filters | {"municipality": code}), read.by_municipality[code]) for name, code in rows]


def _address(filters: dict[str, str]) -> str:
    return "?" + urlencode({name: value for name, value in filters.items() if value})


def _word(finding: Finding, language: str) -> str:
    return WORDS[finding][language != "da"]
