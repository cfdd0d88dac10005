"""A month on both sides: what municipalities claim against what the region has registered, course by course."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.responses import Response

from gateway.errors import NotFoundError
from gateway.pages.named import municipality_label, region_label
from gateway.pages.visit import Shown, Visit, bad_request, not_found
from gateway.papers.reconciliation import FORMATS
from gateway.reconciling import Reconciled, Scope, municipality_of, reconcile_month, sources, totals_by
from settlement.periods import Month, PeriodError
from settlement.reconciling import WORDS, Compared, Finding, totals

FILTERS = ("region", "municipality", "source", "finding")
MOST = 300
"""Courses shown on the page; the file has all."""


@dataclass(frozen=True, slots=True)
class Sum:
    """Some courses together. address: the page that shows them alone. amounts in oere."""

    label: str
    address: str
    courses: int
    claimed: int
    expected: int

    @property
    def difference(self) -> int:
        """What is claimed beyond what the region expects, in oere."""
        return self.claimed - self.expected


def reconciled(visit: Visit) -> Shown:
    """The month reconciled, by filters in the url."""
    try:
        month, found = _found(visit)
    except PeriodError:
        return bad_request()
    except NotFoundError:
        return not_found()
    filters = _filters(visit)
    every = [one for each in found for one in each.compared]
    courses = [one for one in every if filters["finding"] in ("", one.finding)]
    directory = visit.gateway.register.directory
    places = totals_by(every, directory, month)
    values = {
        "month": str(month),
        "first_day": month.first_day,
        "previous": str(month.previous()),
        "next": str(month.next()),
        "closed": visit.gateway.months.is_closed(month),
        "filters": filters,
        "query": urlencode({name: value for name, value in filters.items() if value}),
        "by_finding": _by_finding(every, filters, visit.language),
        "by_municipality": [
            _sum(name, filters | {"municipality": code}, group) for (name, code), group in places.items()
        ],
        "every": _sum("", filters, every),
        "courses": courses[:MOST],
        "count": len(courses),
        "names": {
            municipality_of(one): municipality_label(directory, municipality_of(one), month.last_day) for one in every
        },
        "regions": [
            (code, region_label(directory, code))
            for code in sorted({claim.region for each in found for claim in each.claims})
        ],
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


def _found(visit: Visit) -> tuple[Month, Sequence[Reconciled]]:
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


def _by_finding(every: Iterable[Compared], filters: dict[str, str], language: str) -> list[Sum]:
    return [
        Sum(_word(finding, language), _address(filters | {"finding": finding.value}), *row)
        for finding, row in totals(every).items()
        if row[0]
    ]


def _sum(label: str, filters: dict[str, str], group: Sequence[Compared]) -> Sum:
    claimed, expected = sum(one.claimed for one in group), sum(one.expected or 0 for one in group)
    return Sum(label, _address(filters), len(group), claimed, expected)


def _address(filters: dict[str, str]) -> str:
    return "?" + urlencode({name: value for name, value in filters.items() if value})


def _word(finding: Finding, language: str) -> str:
    return WORDS[finding][language != "da"]
