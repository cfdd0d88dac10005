"""MedCom CareCommunication 5.0: letters between municipality, hospital and general practice about a citizen.

A letter belongs to a thread (Communication.identifier, the same in every reply); what it states is keyed by it.

* Treatment: where our iv-treatment extension stands on Communication, the sender (the hospital) states a treatment
  that the receiver (the municipality) takes over, from Provenance.occurredDateTime of the first statement on.
* Contact: any other letter with a party that has a Ydernummer is a contact with the general practitioner; one of the
  category extended-care-responsibility ("udvidet behandlingsansvar": the hospital stays responsible after discharge),
  or one that a hospital doctor writes or is written to by role, is a contact with the responsible physician. A thread
  counts once, at the time of its first message.

modified-message corrects and retract-message takes back what the thread stated. Source: package
medcom.fhir.dk.carecommunication 5.0.2; S0, "Monitorering af kvalitet", for what is counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mappings.acknowledgement import receipt
from mappings.care_communication_checks import communication_issues, encounter_of
from mappings.codes import find
from mappings.danish_ids import plain_id
from mappings.fhir_common import Entry, codings, items, moment, text
from mappings.fhir_message import Message, event_code, first_stated
from mappings.fhir_message_reading import Mapped, read_message
from mappings.hospital_notification import stay_id
from mappings.iv_treatment import Stated, read_iv_treatment
from mappings.reading import Document, Family, Reading, Receipt, Stamp, Verdict
from settlement.records import Action, Contact, ContactWith, Treatment

EVENT = "care-communication-message"
_CORRECTIONS = ("modified-message", "retract-message")
YDERNUMMER = "urn:oid:1.2.208.176.1.4"


class CareCommunication:
    """A letter about a citizen, perhaps with a treatment to take over."""

    name = "medcom-care-communication"
    title = "MedCom CareCommunication"
    family = Family.FHIR

    def recognises(self, document: Document) -> bool:
        """A message whose event is care-communication-message."""
        return event_code(document) == EVENT

    def read(self, document: Document) -> Reading:
        """A Treatment, a Contact, or neither."""
        return read_message(self.name, document, communication_issues, _mapped)

    def receipt(self, reading: Reading, verdict: Verdict, stamp: Stamp) -> Receipt:
        """A MedCom Acknowledgement."""
        return receipt(reading, verdict, stamp)


def _mapped(message: Message) -> Mapped:
    communication, row = message.focus("Communication"), find("communication-activities", message.activity)
    occurred_at = message.occurred_at
    if communication is None or row is None or occurred_at is None:
        return (), []
    stated, issues = read_iv_treatment(communication.resource, communication.where)
    if issues:
        return (), issues
    letter = _Letter(message, communication, Action(row["action"]), occurred_at, message.stated_at or occurred_at)
    if stated is not None:
        return (_treatment(letter, stated),), []
    contact_with = _contact_with(letter)
    if letter.action is Action.CANCELLED:
        taken_back = contact_with or ContactWith.RESPONSIBLE_PHYSICIAN
        return (_treatment(letter, Stated(None, None, None)), _contact(letter, taken_back)), []
    return ((_contact(letter, contact_with),) if contact_with else ()), []


@dataclass(frozen=True, slots=True)
class _Letter:
    """What all records of one letter share."""

    message: Message
    communication: Entry
    action: Action
    occurred_at: datetime
    stated_at: datetime

    @property
    def thread(self) -> str:
        """The thread's identifier in comparable form."""
        return plain_id(text(self.communication.resource, "identifier", "value"))

    @property
    def stay(self) -> str:
        """The stay the letter is about, or ""."""
        encounter = encounter_of(self.message, self.communication)
        return stay_id(encounter.resource) if encounter else ""


def _treatment(letter: _Letter, stated: Stated) -> Treatment:
    return Treatment(
        citizen="",
        key=f"{letter.thread}:iv-treatment",
        at=_since(letter),
        stated_at=letter.stated_at,
        message="",
        action=letter.action,
        stay=letter.stay,
        hospital=letter.message.sending,
        municipality=letter.message.receiving,
        iv_type=stated.iv_type,
        category=stated.category,
        carrier="CareCommunication Communication.extension(iv-treatment)",
        ends_at=stated.ends_at,
    )


def _since(letter: _Letter) -> datetime:
    """When the treatment stated begins: a correction does not move what it corrects."""
    _, first = first_stated(letter.message, lambda activity: activity not in _CORRECTIONS)
    return moment(text(first, "occurredDateTime")) or letter.occurred_at


def _contact(letter: _Letter, contact_with: ContactWith) -> Contact:
    times = (moment(text(entry.resource, "occurredDateTime")) for entry in letter.message.contents.all("Provenance"))
    return Contact(
        citizen="",
        key=f"{letter.thread}:contact",
        at=min([at for at in times if at], default=letter.occurred_at),
        stated_at=letter.stated_at,
        message="",
        action=letter.action,
        contact_with=contact_with,
        stay=letter.stay,
    )


def _contact_with(letter: _Letter) -> ContactWith | None:
    message = letter.message
    parties = [entry.resource for entry in (message.sender, message.receiver) if entry]
    systems = {text(item, "system") for party in parties for item in items(party, "identifier")}
    if YDERNUMMER in systems:
        return ContactWith.GENERAL_PRACTITIONER
    category = find("communication-categories", text(letter.communication.resource, "category", "coding", "code"))
    if category is not None and category["contact"]:
        return ContactWith(category["contact"])
    return _doctor(message)


def _doctor(message: Message) -> ContactWith | None:
    roles = (code for entry in message.contents.all("PractitionerRole") for code in items(entry.resource, "code"))
    rows = (find("practitioner-roles", code) for concept in roles for _, code in codings(concept))
    return next((ContactWith(row["contact"]) for row in rows if row is not None), None)
