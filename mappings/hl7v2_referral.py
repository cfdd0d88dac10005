"""HL7 v2 REF: referral I12, modified I13, cancelled I14 (chapter 11), as a referral to municipal IV treatment.

Where things are read: referral id RF1-6, else ORC-2, else MSH-10; start ZIV-4, else RF1-7, else PV1-45, else MSH-7;
hospital PRD with role RP, else MSH-4; municipality MSH-6, else PRD with role RT; stay PV1-19, else PV1-50.
IV type and weight category: see `mappings.hl7v2_slots`, procedure codes included. ORC-1 CA or OC cancels, RP or XO
revises. A referral without IV codes is kept as one whose category is missing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from mappings.danish_ids import plain_id
from mappings.hl7v2_checks import (
    check,
    municipality_issues,
    read_citizen,
    visit_number,
)
from mappings.hl7v2_header import header_issues, header_reading, message_type
from mappings.hl7v2_receipt import acknowledgement
from mappings.hl7v2_segments import Er7
from mappings.hl7v2_slots import Statement, read_statement
from mappings.hl7v2_values import moment, organisation
from mappings.reading import Document, Family, Reading, Receipt, Stamp, Verdict
from profiles.issue import refuses
from settlement.records import Action, Organisation, Treatment

EVENTS = {"I12": Action.NEW, "I13": Action.REVISED, "I14": Action.CANCELLED}
_ORDER_CONTROL = {"CA": Action.CANCELLED, "OC": Action.CANCELLED, "RP": Action.REVISED, "XO": Action.REVISED}
CARRIER = "HL7 v2 REF"


class Hl7v2Referral:
    """Referral of a citizen to municipal treatment."""

    name = "hl7v2-referral"
    title = "HL7 v2 REF (I12, I13, I14)"
    family = Family.HL7V2

    def recognises(self, document: Document) -> bool:
        """MSH-9 is REF with a supported event."""
        kind, event = message_type(document.tree)
        return kind == "REF" and event in EVENTS

    def read(self, document: Document) -> Reading:
        """The referral as a Treatment, or the issues that refuse the message."""
        tree: Er7 = document.tree
        reading = header_reading(tree, self.name)
        return _with_treatment(tree, reading) if tree.whole else reading

    def receipt(self, reading: Reading, verdict: Verdict, stamp: Stamp) -> Receipt:
        """An ACK."""
        return acknowledgement(reading, verdict, stamp)


def _with_treatment(tree: Er7, reading: Reading) -> Reading:
    citizen, citizen_issues = read_citizen(tree)
    statement = read_statement(tree, procedures=True)
    issues = (
        *header_issues(tree),
        *check(tree, message_type(tree)[1]),
        *citizen_issues,
        *statement.issues,
        *municipality_issues(_municipality(tree, reading)),
    )
    reading = replace(reading, citizen=citizen, issues=issues)
    if refuses(issues) or reading.sent_at is None:
        return reading
    return replace(reading, records=(_treatment(tree, reading, statement, reading.sent_at),))


def _treatment(tree: Er7, reading: Reading, statement: Statement, sent_at: datetime) -> Treatment:
    visit = tree.first("PV1")
    return Treatment(
        citizen="",
        key=f"referral:{_referral_id(tree, reading)}",
        at=statement.valid_from or _start(tree) or sent_at,
        stated_at=sent_at,
        message="",
        action=_action(tree),
        stay=visit_number(tree, visit),
        hospital=_provider(tree, "RP") or reading.sender,
        municipality=_municipality(tree, reading),
        iv_type=statement.slot.iv_type,
        category=statement.slot.category,
        carrier=statement.carrier or CARRIER,
        ends_at=statement.ends_at,
    )


def _municipality(tree: Er7, reading: Reading) -> Organisation:
    """MSH-6 where it has a number, else the provider referred to, else MSH-6 by name only."""
    receiver = reading.receiver
    known = receiver.sor or receiver.gln or receiver.municipality
    return receiver if known else _provider(tree, "RT") or receiver


def _referral_id(tree: Er7, reading: Reading) -> str:
    own = tree.value(tree.first("RF1"), 6) or tree.value(tree.first("ORC"), 2)
    return plain_id(own)[:100] or reading.letter_id


def _start(tree: Er7) -> datetime | None:
    texts = (tree.value(tree.first("RF1"), 7), tree.value(tree.first("PV1"), 45))
    found = next((moment(text) for text in texts if text), None)
    return found.at if found else None


def _action(tree: Er7) -> Action:
    by_event = EVENTS[message_type(tree)[1]]
    ordered = _ORDER_CONTROL.get(tree.value(tree.first("ORC"), 1), Action.NEW)
    return by_event if by_event is not Action.NEW else ordered


def _provider(tree: Er7, role: str) -> Organisation | None:
    """The organisation of a PRD segment: PRD-7 (id, type), named by PRD-10 or PRD-4.4; None without a known number."""
    segment = next((found for found in tree.every("PRD") if tree.value(found, 1) == role), ())
    found = organisation(tree.value(segment, 10), tree.value(segment, 7, 1), tree.value(segment, 7, 2))
    return found if found.sor or found.gln or found.municipality else None
