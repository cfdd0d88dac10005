"""Disputes: the list of them, and what the forms on a line's page do."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import RedirectResponse, Response

from gateway.disputing import add_to_dispute, raise_dispute
from gateway.errors import BadRequestError, ConflictError
from gateway.pages.named import municipality_label, region_label
from gateway.pages.visit import Shown, Visit, not_found
from settlement.disputes import LONGEST_TEXT, REASONS, Dispute, Step
from settlement.lines import Line

DOINGS = {"answer": Step.ANSWERED, "close": Step.CLOSED}
"""What a form may ask for, and the entry it makes."""


@dataclass(frozen=True, slots=True)
class DisputeShown:
    """A dispute with its line, and the names of the parties."""

    dispute: Dispute
    line: Line
    municipality: str
    region: str


def disputes(visit: Visit) -> Shown:
    """The disputes a visitor's party has a share in; the open ones, or all."""
    every = visit.query.get("state", "") == "all"
    found = [one for one in visit.gateway.store.disputes() if every or one.is_open]
    shown = [each for one in found if (each := _shown(visit, one))]
    return Shown("disputes.html", {"shown": shown, "every": every, "reasons": reasons(visit.language)})


def of_line(visit: Visit, line: Line) -> dict[str, object]:
    """What a line's page shows of its disputes."""
    found = visit.gateway.store.disputes_of([line.id])
    return {
        "disputes": found,
        "may_raise": visit.gateway.store.line(line.id) is not None and not any(one.is_open for one in found),
        "reasons": reasons(visit.language),
        "party": party_of(visit),
        "longest_text": LONGEST_TEXT,
    }


def raised_dispute(visit: Visit) -> Response | Shown:
    """Raise a dispute about a line, and show the line again."""
    line = visit.gateway.store.line(visit.path["id"])
    if line is None or not visit.person.sees(line.municipality, line.region):
        return not_found()
    reason, text = visit.form.get("reason", ""), visit.form.get("text", "")
    try:
        raise_dispute(visit.gateway, line.id, reason, text, *_who(visit))
    except (BadRequestError, ConflictError):
        return _refused()
    return _to_line(line.id)


def added_entry(visit: Visit) -> Response | Shown:
    """Answer or close a dispute, and show its line again."""
    dispute = visit.gateway.store.dispute(visit.path["id"])
    line = visit.gateway.store.line(dispute.line) if dispute else None
    if dispute is None or line is None or not visit.person.sees(line.municipality, line.region):
        return not_found()
    step = DOINGS.get(visit.form.get("do", ""), Step.RAISED)
    try:
        add_to_dispute(visit.gateway, dispute.id, step, visit.form.get("text", ""), *_who(visit))
    except (BadRequestError, ConflictError):
        return _refused()
    return _to_line(line.id)


def reasons(language: str) -> dict[str, str]:
    """What a dispute may be about, in words."""
    return {code: texts[language != "da"] for code, texts in REASONS.items()}


def party_of(visit: Visit) -> str:
    """Which party a visitor speaks for; "" for one who belongs to neither, and says so in the form."""
    return "region" if visit.person.region else "municipality" if visit.person.municipality else ""


def _who(visit: Visit) -> tuple[str, str]:
    return party_of(visit) or visit.form.get("party", ""), visit.person.name


def _refused() -> Shown:
    return Shown("problem.html", {"problem": "not-written"}, 409)


def _to_line(line: str) -> Response:
    return RedirectResponse(f"/lines/{line}#disputes", status_code=303)


def _shown(visit: Visit, dispute: Dispute) -> DisputeShown | None:
    line = visit.gateway.store.line(dispute.line)
    if line is None or not visit.person.sees(line.municipality, line.region):
        return None
    directory = visit.gateway.register.directory
    place = municipality_label(directory, line.municipality, line.service_date)
    return DisputeShown(dispute, line, place, region_label(directory, line.region))
