"""The stay of an ADT message: what PV1, EVN and PID say about it, and what of it cannot be right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mappings.hl7v2_checks import visit_number
from mappings.hl7v2_segments import Er7
from mappings.hl7v2_values import Moment, location_facility, moment
from mappings.reading import NOWHERE, Reading
from profiles.issue import Issue, error, warning
from settlement.records import Organisation


@dataclass(frozen=True, slots=True)
class Visit:
    """What PV1, EVN and PID say about the stay. anchor: what its records are keyed by."""

    stay: str
    anchor: str
    hospital: Organisation
    municipality: Organisation
    admitted: Moment | None
    discharged: Moment | None
    died_at: datetime | None
    died: bool
    occurred: datetime
    stated_at: datetime
    emergency: bool


def read_visit(tree: Er7, reading: Reading) -> Visit | None:
    """The stay as the message describes it; None when no time can be found (which `check` has reported)."""
    event, patient, place = tree.first("EVN"), tree.first("PID"), tree.first("PV1")
    recorded = moment(tree.value(event, 2))
    stated_at = recorded.at if recorded else reading.sent_at
    if stated_at is None:
        return None
    occurred = moment(tree.value(event, 6))
    admitted, died = moment(tree.value(place, 44)), moment(tree.value(patient, 29))
    facility = location_facility(tree, place)
    stay = visit_number(tree, place) or visit_number(tree, patient, 18)
    begun = (admitted or Moment(stated_at, has_hour=True)).at.isoformat()
    return Visit(
        stay=stay,
        anchor=stay or f"{reading.sender.sor or reading.sender.gln or reading.sender.name}/{begun}",
        hospital=reading.sender if facility == NOWHERE else facility,
        municipality=reading.receiver,
        admitted=admitted,
        discharged=moment(tree.value(place, 45)),
        died_at=died.at if died else None,
        died=tree.value(patient, 30) == "Y",
        occurred=occurred.at if occurred else stated_at,
        stated_at=stated_at,
        emergency=tree.value(place, 2) == "E",
    )


def visit_issues(visit: Visit, event: str) -> tuple[Issue, ...]:
    """Findings about the times and the number of a stay; event: the ADT event that is read."""
    issues: list[Issue] = []
    if not visit.stay and visit.admitted is None and event in ("A11", "A13"):
        text = "A cancellation must say which stay it is about: send PV1-19."
        issues.append(error("hl7-no-stay", "PV1-19", text, "required"))
    elif not visit.stay:
        text = "No visit number: a later correction is only recognised by its time. Send PV1-19."
        issues.append(warning("hl7-no-stay", "PV1-19", text, "required"))
    if visit.admitted and visit.discharged and _before(visit.discharged, visit.admitted):
        text = "The discharge (PV1-45) is before the admission (PV1-44): correct one of them."
        issues.append(error("discharge-before-admission", "PV1-45", text, "business-rule"))
    used = visit.discharged if event in ("A03", "A13") else visit.admitted
    if used and not used.has_hour:
        where = "PV1-45" if event in ("A03", "A13") else "PV1-44"
        text = f"{where} names a day without the time of day; midnight was assumed. Send YYYYMMDDHHMM."
        issues.append(warning("hl7-no-hour", where, text, "value"))
    return tuple(issues)


def _before(left: Moment, right: Moment) -> bool:
    """Days are compared where one of the two does not say the hour."""
    if left.has_hour and right.has_hour:
        return left.at < right.at
    return left.at.date() < right.at.date()
