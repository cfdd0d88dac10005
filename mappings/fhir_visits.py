"""FHIR Encounters as municipal visits, whichever document they come in.

The status says what a visit is: `finished`, `in-progress`, `arrived`, `triaged` and `onleave` have taken place (or
have begun), `cancelled` and `entered-in-error` take it back, and `planned` is no visit yet. A start that is a mere
date is no time spent: it stands at the day's beginning in Denmark, without an end.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from mappings.codes import find
from mappings.danish_time import danish
from mappings.fhir_common import Resource, backwards, codings, is_plausible, items, moment, node, text
from profiles.issue import Issue, error, refuses, warning
from profiles.names import FSIII
from settlement.records import Action

_LONGEST = timedelta(hours=24)
_ACTIONS = {
    "finished": Action.NEW,
    "in-progress": Action.NEW,
    "arrived": Action.NEW,
    "triaged": Action.NEW,
    "onleave": Action.NEW,
    "cancelled": Action.CANCELLED,
    "entered-in-error": Action.CANCELLED,
}


def visit_action(encounter: Resource) -> Action | None:
    """What an Encounter's status does to a visit; None when there is none yet (planned, unknown)."""
    return _ACTIONS.get(text(encounter, "status"))


@dataclass(frozen=True, slots=True)
class Times:
    """When a visit began and ended; at is None when it cannot be read."""

    at: datetime | None
    end: datetime | None
    issues: tuple[Issue, ...] = ()


def visit_times(encounter: Resource, where: str) -> Times:
    """Start and end of an Encounter, and what is wrong with them (where: the Encounter's address).

    Warnings are about time spent; an Encounter that is no visit yet has none.
    """
    times = _times(encounter, where)
    if visit_action(encounter) is not None:
        return times
    return Times(times.at, times.end, tuple(issue for issue in times.issues if refuses([issue])))


def _times(encounter: Resource, where: str) -> Times:
    period, where = node(encounter, "period"), f"{where}.period"
    started, ended = moment(text(period, "start")), moment(text(period, "end"))
    if started is None:
        return _by_day(text(period, "start"), where)
    if "end" in period and ended is None:
        advice = "The end is a date without a time; the visit counts without time spent."
        return Times(started, None, (warning("visit-end", f"{where}.end", advice),))
    if backwards(period):
        advice = "The visit ends before it begins; correct the one or the other."
        return Times(started, None, (error("visit-order", where, advice, "business-rule"),))
    if ended and ended - started > _LONGEST:
        advice = "The visit lasts longer than a day; make sure that it is right."
        return Times(started, ended, (warning("visit-length", where, advice, "business-rule"),))
    return Times(started, ended)


def _by_day(start: str, where: str) -> Times:
    try:
        day = datetime.strptime(start, "%Y-%m-%d") if len(start) == 10 else None  # noqa: DTZ007 - danish() adds it
    except ValueError:
        day = None
    if day is None or not is_plausible(day):
        advice = "Say when the visit began, with time and time zone."
        return Times(None, None, (error("visit-start", f"{where}.start", advice, "required"),))
    advice = "The start is a date without a time; the visit counts without time spent."
    return Times(danish(day), None, (warning("visit-start", f"{where}.start", advice),))


@dataclass(frozen=True, slots=True)
class Intervention:
    """The FSIII code a visit carries out, "" when not said, and whether it is IV treatment, None when not said."""

    code: str = ""
    iv: bool | None = None


def intervention(concepts: Iterable[Resource]) -> Intervention:
    """The intervention among CodeableConcepts: the first IV treatment, else the first of all.

    FSIII codes are stated as G1.17 or as the UUID of the same concept (kl.dk.fhir.term); the short form is kept. A
    code that is in the table as IV treatment is one, every other FSIII code is not.
    """
    codes = [code for concept in concepts for system, code in codings(concept) if system == FSIII and code]
    rows = [(code, find("fsiii-iv-interventions", code)) for code in codes]
    for _, row in rows:
        if row is not None and row["iv"] == "yes":
            return Intervention(row["fsiii"], True)
    if not rows:
        return Intervention()
    code, row = rows[0]
    return Intervention(row["fsiii"] if row else code, False)


def visit_kind(encounter: Resource) -> str:
    """Our word for a KL encounter type ("planned-intervention"), else the type's own code, "" without one.

    FSIII codes say which intervention it was, not what kind of visit.
    """
    kinds = [kind for concept in items(encounter, "type") for kind in codings(concept)]
    codes = [code for system, code in kinds if code and system != FSIII]
    rows = (find("encounter-kinds", code) for code in codes)
    return next((row["kind"] for row in rows if row is not None), codes[0] if codes else "")
