"""A region's control of a month as a page: what its rules remark on, and the sample with what was found in it."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import RedirectResponse, Response

from gateway.amounts import read_amount
from gateway.controlling import LineControlled, MonthControlled, control_month, note, sample, sample_result
from gateway.errors import BadRequestError, NotFoundError
from gateway.pages.named import municipality_label
from gateway.pages.show import percent
from gateway.pages.visit import Shown, Visit, bad_request, not_found
from gateway.reconciling import Scope
from settlement.lines import Line
from settlement.periods import Month, PeriodError
from settlement.postcontrol import Controlled, ControlNote
from settlement.precontrol import RULES

MOST = 300
"""Lines with remarks shown on the page; the command lists all."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A stratum with its lines in the order of the draw, each with the note that counts. rate: the share of controlled
    lines that are wrong, as text; "" while none is controlled."""

    result: Controlled
    rate: str
    lines: tuple[tuple[Line, ControlNote | None], ...]


def controlled(visit: Visit) -> Shown:
    """The month by the region's rules, and its sample. It is the region's own: no municipality sees what is drawn."""
    if visit.person.municipality:
        return _forbidden()
    try:
        month = Month.parse(visit.path["month"])
        found = control_month(visit.gateway, month, Scope(region=visit.person.region))
    except PeriodError:
        return bad_request()
    seed, directory = visit.query.get("seed", "")[:80], visit.gateway.register.directory
    places = {one.line.municipality for one in found.charges}
    values = {
        "month": str(month),
        "first_day": month.first_day,
        "previous": str(month.previous()),
        "next": str(month.next()),
        "closed": visit.gateway.months.is_closed(month),
        "found": found,
        "rules": {code: texts[1 + (visit.language != "da")] for code, texts in RULES.items()},
        "remarked": _dearest_first(found)[:MOST],
        "names": {code: municipality_label(directory, code, month.last_day) for code in places},
        "seed": seed,
        "strata": _strata(visit, found, seed),
    }
    return Shown("control.html", values)


def noted(visit: Visit) -> Response | Shown:
    """Note what the control of a line found, and show the month again."""
    if visit.person.municipality:
        return _forbidden()
    line = visit.gateway.store.line(visit.path["id"])
    if line is None or not visit.person.sees(line.municipality, line.region):
        return not_found()
    wrong = visit.form.get("verdict", "") == "wrong"
    try:
        due = read_amount(visit.form.get("due", "") or "0") if wrong else None
        note(visit.gateway, line.id, due, visit.form.get("text", ""), visit.person.name)
    except (BadRequestError, NotFoundError):
        return bad_request()
    return RedirectResponse(f"/months/{line.month}/control#sample", status_code=303)


def _dearest_first(found: MonthControlled) -> list[LineControlled]:
    return sorted(found.remarked, key=lambda one: (one.approve - one.line.amount, one.line.id))


def _strata(visit: Visit, found: MonthControlled, seed: str) -> list[Drawn]:
    strata = sample(found, seed)
    lines = {one.line.id: one.line for one in found.charges}
    notes = {one.line: one for one in visit.gateway.store.control_notes(lines)}
    results = sample_result(visit.gateway, found, strata)
    return [
        Drawn(result, _rate(result, visit.language), tuple((lines[name], notes.get(name)) for name in stratum.drawn))
        for stratum, result in zip(strata, results, strict=True)
        if stratum.size
    ]


def _rate(result: Controlled, language: str) -> str:
    return "" if result.rate is None else percent(result.rate, language)


def _forbidden() -> Shown:
    return Shown("problem.html", {"problem": "forbidden"}, 403)
