"""Months: what was claimed, what the open months come to, and why every line is what it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from operator import attrgetter

import structlog
from starlette.responses import Response

from gateway.errors import NotFoundError
from gateway.explain import OPEN_MONTHS, explain
from gateway.lives import LivedClaim, lived, stages
from gateway.pages import disputes
from gateway.pages.invoices import invoices_shown
from gateway.pages.named import format_title, municipality_label, region_label
from gateway.pages.visit import Shown, Visit, bad_request, not_found
from gateway.papers.making import FORMATS, paper
from gateway.store.contract import Delivery
from profiles.guide import code_names
from settlement.decisions import Verdict
from settlement.life import Life, State, least, verdicts
from settlement.lines import Claim
from settlement.payments import Payment, standing
from settlement.periods import Month, PeriodError, month_of

log = structlog.get_logger()
MOST, LEAST = 300, 10
"""Lines, and withheld items, shown on a month's page, and of each claim in any case; statements have all lines."""
RECENT = 6
"""Closed months of which the list says how far they have come."""


@dataclass(frozen=True, slots=True)
class ClaimShown:
    """A claim with its parties' names, the id of its bundle ("" without one), the bundle's delivery if any, and how far
    the claim has come.

    A bundle has the id of the claim it was written from; what nobody can be sent has none. claim, life: with the first
    lines only, of as many as lines and withheld say; total: of all of them. is_answered: whether any was decided about.
    """

    claim: Claim
    municipality: str
    region: str
    bundle: str
    delivery: Delivery | None
    life: Life
    payments: tuple[Payment, ...]
    lines: int
    withheld: int
    total: int
    is_answered: bool

    @property
    def verdicts(self) -> dict[str, Verdict]:
        """What the decided lines were decided, by line id."""
        return verdicts(self.claim, self.life)


@dataclass(frozen=True, slots=True)
class RegionTotal:
    """What one region is asked for."""

    region: str
    claims: int
    lines: int
    withheld: int
    total: int


def months(visit: Visit) -> Shown:
    """The closed months, and the latest that are not closed."""
    closed = visit.gateway.store.months()
    closed_months = {one.month for one in closed}
    values = {
        "closed": closed,
        "open": _open_months(visit, closed_months),
        "titles": _titles(visit),
        "states": {name: _state(visit, name) for name in sorted(closed_months, reverse=True)[:RECENT]},
    }
    return Shown("months.html", values)


def _state(visit: Visit, month: str) -> State:
    """How far all claims of a closed month have come, of those that are this person's business."""
    found = stages(visit.gateway, month)
    claimed = [one.state for one in found if visit.person.sees(one.sums.municipality, one.sums.region)]
    return least([*claimed, *(one.lived.state for one in invoices_shown(visit, Month.parse(month)))])


def month(visit: Visit) -> Shown:
    """One month by municipality and region: as closed, or as it would be closed now."""
    try:
        wanted = Month.parse(visit.path["month"])
    except PeriodError:
        return bad_request()
    closed_at = next((one.closed_at for one in visit.gateway.store.months() if one.month == str(wanted)), None)
    every = visit.gateway.months.preview(wanted)
    seen = (one for one in every if visit.person.sees(one.municipality, one.region))
    claims = claims_shown(visit, seen, is_closed=closed_at is not None)
    values = {
        "month": str(wanted),
        "first_day": wanted.first_day,
        "previous": str(wanted.previous()),
        "next": str(wanted.next()),
        "closed_at": closed_at,
        "claims": claims,
        "has_lines": closed_at is not None or str(wanted) in _open_months(visit, set()),
        "regions": region_totals(claims),
        "notes": [
            agreement.note[visit.language] for agreement in visit.gateway.months.agreements if agreement.illustrative
        ],
        "total": sum(shown.total for shown in claims),
        "invoices": invoices_shown(visit, wanted),
    }
    return Shown("month.html", values)


def line(visit: Visit) -> Shown:
    """One line and why it is what it is: calculated again, what it rests on, and what was billed before and since."""
    try:
        found = explain(visit.gateway, visit.path["id"])
    except NotFoundError:
        return not_found()
    if not visit.person.sees(found.line.municipality, found.line.region):
        return not_found()
    directory, on = visit.gateway.register.directory, found.line.service_date
    values = {
        "line": found.line,
        "found": found,
        "net": sum(one.amount for one in found.history),
        "municipality": municipality_label(directory, found.line.municipality, on),
        "region": region_label(directory, found.line.region),
        "format_title": format_title,
        "reason_names": code_names("decision-reason"),
        **disputes.of_line(visit, found.line),
    }
    return Shown("line.html", values)


def document_file(visit: Visit) -> Response | Shown:
    """A document's bytes as they lie ready for the region, as a file. Claims name citizens; who fetches is logged."""
    found = visit.gateway.store.document(visit.path["id"])
    if found is None:
        return not_found()
    log.info("document fetched", person=visit.person.name, document=found.id)
    headers = {"Content-Disposition": f'attachment; filename="{found.kind}-{found.period}-{found.owner}.json"'}
    return Response(found.body, media_type="application/fhir+json", headers=headers)


def statement_file(visit: Visit) -> Response | Shown:
    """A claim's statement as PDF, workbook or CSV, in the language of the page; of an open month as a draft."""
    try:
        month = Month.parse(visit.path["month"])
    except PeriodError:
        return bad_request()
    with closing(visit.gateway.months.preview(month)) as claims:
        found = next((one for one in claims if one.id == visit.path["id"]), None)
    if found is None or visit.path["form"] not in FORMATS or not visit.person.sees(found.municipality, found.region):
        return not_found()
    made = paper(visit.gateway, found, visit.path["form"], visit.language)
    headers = {"Content-Disposition": f'attachment; filename="{made.name}"'}
    return Response(made.body, media_type=made.media_type, headers=headers)


def region_totals(claims: Iterable[ClaimShown]) -> list[RegionTotal]:
    """The claims gathered by region, by name."""
    regions: dict[str, list[ClaimShown]] = {}
    for shown in claims:
        regions.setdefault(shown.region, []).append(shown)
    return [_region_total(name, regions[name]) for name in sorted(regions)]


def _region_total(name: str, claims: list[ClaimShown]) -> RegionTotal:
    lines, withheld = sum(shown.lines for shown in claims), sum(shown.withheld for shown in claims)
    return RegionTotal(name, len(claims), lines, withheld, sum(shown.total for shown in claims))


def claims_shown(visit: Visit, claims: Iterable[Claim], *, is_closed: bool) -> list[ClaimShown]:
    """Claims with the names of their parties; those of a closed month with their bundle and where it is.

    They are read one by one, and of each only what is shown is kept.
    """
    deliveries = {each.document: each for each in visit.gateway.store.deliveries()} if is_closed else {}
    found = [_shown(visit, one, deliveries, is_closed=is_closed) for one in lived(visit.gateway, claims)]
    most = max(MOST // max(len(found), 1), min(MOST, LEAST))
    return [replace(one, claim=_cut(one.claim, most)) for one in found]


def _cut(claim: Claim, most: int) -> Claim:
    """A claim with its first lines and withheld items, by day."""
    lines = sorted(claim.lines, key=attrgetter("service_date", "id"))[:most]
    return replace(claim, lines=tuple(lines), withheld=claim.withheld[:most])


def _shown(visit: Visit, one: LivedClaim, deliveries: Mapping[str, Delivery], *, is_closed: bool) -> ClaimShown:
    claim, life, directory = one.claim, one.life, visit.gateway.register.directory
    first = _cut(claim, MOST)
    names = {line.id for line in first.lines}
    return ClaimShown(
        first,
        municipality_label(directory, claim.municipality, Month.parse(claim.month).first_day),
        region_label(directory, claim.region),
        bundle=claim.id if is_closed and claim.region else "",
        delivery=deliveries.get(claim.id),
        life=replace(life, decisions={name: said for name, said in life.decisions.items() if name in names}),
        lines=len(claim.lines),
        withheld=len(claim.withheld),
        total=claim.total,
        is_answered=bool(life.decisions),
        payments=standing(visit.gateway.store.payments_of_claim(claim.id)) if life.paid is not None else (),
    )


def _titles(visit: Visit) -> dict[str, str]:
    known = (*visit.gateway.months.agreements, *visit.gateway.invoicing.agreements.values())
    return {agreement.id: agreement.title[visit.language] for agreement in known}


def _open_months(visit: Visit, closed: set[str]) -> list[str]:
    found, current = [], month_of(visit.gateway.now())
    for _ in range(OPEN_MONTHS):
        found.append(str(current))
        current = current.previous()
    return [name for name in found if name not in closed]
