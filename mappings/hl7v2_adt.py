"""HL7 v2 ADT: admission A01, transfer A02, discharge A03, update A08, cancelled admission A11 and discharge A13.

Where things are read (HL7 v2.3 to v2.8.2, chapter 3):
- citizen PID-3; stay PV1-19, else PV1-50, else PID-18; hospital PV1-3 (facility), else MSH-4; municipality MSH-6;
- admission PV1-44, discharge PV1-45, else EVN-6, else EVN-2; death PID-29 and PID-30;
- stated at EVN-2, else MSH-7: the latest statement about a stay counts, in whichever order messages arrive;
- IV type and weight category: see `mappings.hl7v2_slots`. They hold from the discharge, or from ZIV-4.

A transfer and an update repeat what is known of the stay, so they revise it. A cancelled discharge withdraws the IV
statement of that discharge too.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from mappings.hl7v2_checks import (
    check,
    event_mismatch,
    municipality_issues,
    read_citizen,
)
from mappings.hl7v2_header import header_issues, header_reading, message_type
from mappings.hl7v2_receipt import acknowledgement
from mappings.hl7v2_segments import Er7
from mappings.hl7v2_slots import Statement, read_statement
from mappings.hl7v2_visit import Visit, read_visit, visit_issues
from mappings.reading import Document, Family, Reading, Receipt, Stamp, Verdict
from profiles.issue import Issue, refuses, warning
from settlement.records import Action, Record, StayEvent, StayKind, Treatment

EVENTS = ("A01", "A02", "A03", "A08", "A11", "A13")


class Hl7v2Adt:
    """Admission, transfer, discharge, update and their cancellations."""

    name = "hl7v2-adt"
    title = "HL7 v2 ADT (A01, A02, A03, A08, A11, A13)"
    family = Family.HL7V2

    def recognises(self, document: Document) -> bool:
        """MSH-9 is ADT with a supported event."""
        kind, event = message_type(document.tree)
        return kind == "ADT" and event in EVENTS

    def read(self, document: Document) -> Reading:
        """The stay's events and the IV statement, or the issues that refuse the message."""
        tree: Er7 = document.tree
        reading = header_reading(tree, self.name)
        return _with_records(tree, reading) if tree.whole else reading

    def receipt(self, reading: Reading, verdict: Verdict, stamp: Stamp) -> Receipt:
        """An ACK."""
        return acknowledgement(reading, verdict, stamp)


def _with_records(tree: Er7, reading: Reading) -> Reading:
    event = message_type(tree)[1]
    citizen, citizen_issues = read_citizen(tree)
    statement = read_statement(tree, procedures=False)
    issues = (
        *header_issues(tree),
        *check(tree, event),
        *citizen_issues,
        *event_mismatch(tree, event),
        *municipality_issues(reading.receiver),
        *statement.issues,
    )
    reading = replace(reading, citizen=citizen, issues=issues)
    visit = None if refuses(issues) else read_visit(tree, reading)
    return _with_visit(reading, event, visit, statement) if visit else reading


def _with_visit(reading: Reading, event: str, visit: Visit, statement: Statement) -> Reading:
    issues = (*reading.issues, *visit_issues(visit, event), *_unplaced_statement(visit, event, statement))
    records = () if refuses(issues) else (*stay_records(event, visit), *treatment_records(event, visit, statement))
    return replace(reading, issues=issues, records=records)


def stay_records(event: str, visit: Visit) -> tuple[Record, ...]:
    """The events of the stay that an ADT event states, revises or withdraws."""
    admitted_at = visit.admitted.at if visit.admitted else visit.occurred
    if event == "A01":
        return (_stay(visit, StayKind.ADMISSION, Action.NEW, admitted_at),)
    if event == "A11":
        return (_stay(visit, StayKind.ADMISSION, Action.CANCELLED, admitted_at),)
    if event == "A03":
        return _left(visit, Action.NEW)
    if event == "A13":
        at = visit.discharged.at if visit.discharged else visit.occurred
        return tuple(_stay(visit, kind, Action.CANCELLED, at) for kind in (StayKind.DISCHARGE, StayKind.DEATH))
    return _repeated(event, visit)


def _repeated(event: str, visit: Visit) -> tuple[Record, ...]:
    """What a transfer or an update repeats: the admission, and the discharge once there is one."""
    records: tuple[Record, ...] = ()
    if visit.admitted:
        records = (_stay(visit, StayKind.ADMISSION, Action.REVISED, visit.admitted.at),)
    if event == "A08" and (visit.discharged or visit.died):
        records += _left(visit, Action.REVISED)
    return records


def _left(visit: Visit, action: Action) -> tuple[Record, ...]:
    """How the stay ended. Who died in hospital was not discharged; who died after it was."""
    discharged_at = visit.discharged.at if visit.discharged else visit.occurred
    if not visit.died:
        return (_stay(visit, StayKind.DISCHARGE, action, discharged_at),)
    died_at = visit.died_at or discharged_at
    death = _stay(visit, StayKind.DEATH, action, died_at)
    if visit.discharged and died_at > discharged_at:
        return (_stay(visit, StayKind.DISCHARGE, action, discharged_at), death)
    if action is Action.REVISED:
        return (_stay(visit, StayKind.DISCHARGE, Action.CANCELLED, discharged_at), death)
    return (death,)


def _stay(visit: Visit, kind: StayKind, action: Action, at: datetime) -> StayEvent:
    return StayEvent(
        citizen="",
        key=f"{kind.value}:{visit.anchor}",
        at=at,
        stated_at=visit.stated_at,
        message="",
        action=action,
        kind=kind,
        stay=visit.stay,
        hospital=visit.hospital,
        municipality=visit.municipality,
        admitted_at=visit.admitted.at if visit.admitted else None,
        discharged_at=visit.discharged.at if visit.discharged else None,
        emergency=visit.emergency,
    )


def treatment_records(event: str, visit: Visit, statement: Statement) -> tuple[Record, ...]:
    """The IV statement: of the discharge, or from its own time on; withdrawn with a cancelled discharge."""
    start = _start(event, visit, statement)
    if event == "A13":
        return (_treatment(visit, Statement(), Action.CANCELLED, visit.occurred),)
    if not statement.carrier or start is None or visit.died:
        return ()
    return (_treatment(visit, statement, Action.REVISED if event == "A08" else Action.NEW, start),)


def _start(event: str, visit: Visit, statement: Statement) -> datetime | None:
    discharged = visit.discharged.at if visit.discharged else None
    if event == "A03":
        return statement.valid_from or discharged or visit.occurred
    return statement.valid_from or (discharged if event == "A08" else None)


def _treatment(visit: Visit, statement: Statement, action: Action, at: datetime) -> Treatment:
    since = f":{statement.valid_from.isoformat()}" if statement.valid_from else ""
    return Treatment(
        citizen="",
        key=f"treatment:{visit.anchor}{since}",
        at=at,
        stated_at=visit.stated_at,
        message="",
        action=action,
        stay=visit.stay,
        hospital=visit.hospital,
        municipality=visit.municipality,
        iv_type=statement.slot.iv_type,
        category=statement.slot.category,
        carrier=statement.carrier,
        ends_at=statement.ends_at,
    )


def _unplaced_statement(visit: Visit, event: str, statement: Statement) -> tuple[Issue, ...]:
    if not statement.carrier or event == "A13" or _start(event, visit, statement):
        return ()
    text = (
        "IV type and weight category hold from a discharge, and this message has none: they were not used. "
        "Send them with A03, with A08 and PV1-45, or with their own time in ZIV-4."
    )
    return (warning("iv-not-discharged", "ZIV", text, "business-rule"),)
