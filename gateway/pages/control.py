"""A region's control of a month as a page: what its rules remark on, and the sample with what was found in it."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import nsmallest
from itertools import chain

from starlette.responses import RedirectResponse, Response

from gateway.amounts import read_amount
from gateway.controlling import ControlSums, LineControlled, control_month
from gateway.errors import BadRequestError, NotFoundError
from gateway.pages.named import municipality_label
from gateway.pages.show import percent
from gateway.pages.visit import Shown, Visit, bad_request, not_found
from gateway.post_control import (
    Sampled,
    as_sampled,
    candidates,
    drawn,
    note,
    sample_before,
    sample_result,
    sampled_lines,
)
from gateway.reconciling import Scope
from settlement.lines import Line
from settlement.periods import Month, PeriodError
from settlement.postcontrol import Controlled, ControlNote
from settlement.precontrol import RULES
from settlement.sampling import Candidate, KeptSample

MOST = 300
"""Lines with remarks, and lines of a stratum of the sample, shown on the page; the commands list all."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A stratum with its first lines in the order of the draw, each with the note that counts. rate: the share of
    controlled lines that are wrong, as text; "" while none is controlled."""

    result: Controlled
    rate: str
    lines: tuple[tuple[Line, ControlNote | None], ...]


def controlled(visit: Visit) -> Shown:
    """The month by the region's rules, and its sample. It is the region's own: no municipality sees what is drawn."""
    if visit.person.municipality:
        return _forbidden()
    try:
        month = Month.parse(visit.path["month"])
    except PeriodError:
        return bad_request()
    seed, directory = visit.query.get("seed", "")[:80], visit.gateway.register.directory
    found = _read(visit, month, seed)
    values = {
        "month": str(month),
        "first_day": month.first_day,
        "previous": str(month.previous()),
        "next": str(month.next()),
        "closed": visit.gateway.months.is_closed(month),
        "found": found.sums,
        "rules": {code: texts[1 + (visit.language != "da")] for code, texts in RULES.items()},
        "remarked": found.remarked,
        "names": {code: municipality_label(directory, code, month.last_day) for code in found.places},
        "seed": seed,
        "kept": found.kept,
        "strata": _strata(visit, found.sample),
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


@dataclass(frozen=True, slots=True)
class _Read:
    """A month as the page tells it: its sums, the dearest remarks, its municipalities, and the sample."""

    sums: ControlSums
    remarked: list[LineControlled]
    places: set[str]
    sample: Sampled
    kept: KeptSample | None


def _read(visit: Visit, month: Month, seed: str) -> _Read:
    """The month read once, claim by claim."""
    sums, remarked, places, every = ControlSums(), list[LineControlled](), set[str](), list[Candidate]()
    for one in control_month(visit.gateway, month, Scope(region=visit.person.region)):
        sums.add(one)
        places.add(one.claim.municipality)
        every += candidates(one)
        remarked = nsmallest(MOST, chain(remarked, one.remarked), key=_dearest_first)
    kept = sample_before(visit.gateway, month, Scope(region=visit.person.region), seed)
    return _Read(sums, remarked, places, as_sampled(kept) if kept else drawn(every, month, seed), kept)


def _dearest_first(one: LineControlled) -> tuple[int, str]:
    return one.approve - one.line.amount, one.line.id


def _strata(visit: Visit, found: Sampled) -> list[Drawn]:
    shown = {name for stratum in found.strata for name in stratum.drawn[:MOST]}
    lines = sampled_lines(visit.gateway, found.month, shown)
    notes = {one.line: one for one in visit.gateway.store.control_notes(lines)}
    return [
        Drawn(
            result,
            _rate(result, visit.language),
            tuple((lines[name], notes.get(name)) for name in stratum.drawn[:MOST] if name in lines),
        )
        for stratum, result in zip(found.strata, sample_result(visit.gateway, found), strict=True)
        if stratum.size
    ]


def _rate(result: Controlled, language: str) -> str:
    return "" if result.rate is None else percent(result.rate, language)


def _forbidden() -> Shown:
    return Shown("problem.html", {"problem": "forbidden"}, 403)
