"""MedCom HospitalNotification 3.0: admission, leave, discharge, death; corrections and cancellations.

Which event a message states is its own Provenance's activity code; a death is the current activity repeated with
Patient.deceased (MORS), and deceased=false takes a death back (AN_MORS). Times are the event's own: period.start of
an admission, period.end of a discharge or death, leavePeriod of a leave, else Provenance.occurredDateTime. What a
correction corrects is named by the record key: stay and activity; a leave also by the message that first stated it,
since a stay may have many.

IV type and weight category stand in our extension on Encounter. A correction without the extension leaves the
treatment as it stands; a cancelled admission or discharge cancels it.

Sources: package medcom.fhir.dk.hospitalnotification 3.0.2; MedCom's overview of HospitalNotification codes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mappings.acknowledgement import receipt
from mappings.codes import Row, find
from mappings.danish_ids import plain_id
from mappings.fhir_common import Resource, extension, items, moment, node, text
from mappings.fhir_message import Message, event_code, first_stated
from mappings.fhir_message_reading import Mapped, read_message
from mappings.hospital_notification_checks import LEAVE_PERIOD, notification_issues
from mappings.iv_treatment import read_iv_treatment
from mappings.reading import Document, Family, Reading, Receipt, Stamp, Verdict
from settlement.records import Action, Organisation, StayEvent, StayKind, Treatment

EVENT = "hospital-notification-message"
LPR3 = "https://www.esundhed.dk/Registre/Landspatientregisteret"
_ENDINGS = (StayKind.DISCHARGE, StayKind.DEATH)


class HospitalNotification:
    """Hospital to municipality: what happens to a citizen's stay."""

    name = "medcom-hospital-notification"
    title = "MedCom HospitalNotification"
    family = Family.FHIR

    def recognises(self, document: Document) -> bool:
        """A message whose event is hospital-notification-message."""
        return event_code(document) == EVENT

    def read(self, document: Document) -> Reading:
        """StayEvents, and a Treatment where the iv-treatment extension stands on the Encounter."""
        return read_message(self.name, document, notification_issues, _mapped)

    def receipt(self, reading: Reading, verdict: Verdict, stamp: Stamp) -> Receipt:
        """A MedCom Acknowledgement."""
        return receipt(reading, verdict, stamp)


@dataclass(frozen=True, slots=True)
class _Stay:
    """What all records of one notification share."""

    stay: str
    hospital: Organisation
    municipality: Organisation
    stated_at: datetime
    occurred_at: datetime
    admitted_at: datetime | None
    discharged_at: datetime | None
    emergency: bool


def _mapped(message: Message) -> Mapped:
    encounter, row = message.focus("Encounter"), find("stay-activities", message.activity)
    occurred_at = message.occurred_at
    if encounter is None or row is None or occurred_at is None:
        return (), []
    stay = _stay(message, encounter.resource, occurred_at)
    events = _events(message, encounter.resource, row, stay)
    treatment, issues = _treatment(encounter.resource, encounter.where, events[0], stay)
    return (*events, *treatment), issues


def _stay(message: Message, encounter: Resource, occurred_at: datetime) -> _Stay:
    return _Stay(
        stay=stay_id(encounter),
        hospital=message.sending,
        municipality=message.receiving,
        stated_at=message.stated_at or occurred_at,
        occurred_at=occurred_at,
        admitted_at=moment(text(encounter, "period", "start")),
        discharged_at=moment(text(encounter, "period", "end")),
        emergency=text(encounter, "class", "code") == "EMER",
    )


def stay_id(encounter: Resource) -> str:
    """The stay's identifier: the hospital's own where there is one (it is there from the first message on, and is the
    one OIOXML letters carry), else that of the national patient register (LPR3)."""
    identifiers = [node(item, "identifier") for item in items(encounter, "episodeOfCare")]
    local_first = sorted(identifiers, key=lambda identifier: text(identifier, "system") == LPR3)
    return next((plain_id(text(found, "value")) for found in local_first if text(found, "value")), "")


def _events(message: Message, encounter: Resource, row: Row, stay: _Stay) -> list[StayEvent]:
    deceased = message.patient.resource.get("deceasedBoolean") if message.patient else None
    kind, action = StayKind(row["kind"]), Action(row["action"])
    event = _event(kind, action, _key(message, row, stay), _at(kind, encounter, stay), stay)
    if deceased is True and action is not Action.CANCELLED:
        return [_event(StayKind.DEATH, action, f"{stay.stay}:death", _at(StayKind.DEATH, encounter, stay), stay)]
    if deceased is False:
        return [event, _event(StayKind.DEATH, Action.CANCELLED, f"{stay.stay}:death", stay.occurred_at, stay)]
    return [event]


def _event(kind: StayKind, action: Action, key: str, at: datetime, stay: _Stay) -> StayEvent:
    return StayEvent(
        citizen="",
        key=key,
        at=at,
        stated_at=stay.stated_at,
        message="",
        action=action,
        kind=kind,
        stay=stay.stay,
        hospital=stay.hospital,
        municipality=stay.municipality,
        admitted_at=stay.admitted_at,
        discharged_at=stay.discharged_at if kind in _ENDINGS else None,
        emergency=stay.emergency,
    )


def _at(kind: StayKind, encounter: Resource, stay: _Stay) -> datetime:
    leave = node(extension(encounter, LEAVE_PERIOD), "valuePeriod")
    own = {
        StayKind.ADMISSION: stay.admitted_at,
        StayKind.LEAVE: moment(text(leave, "start")),
        StayKind.RETURN: moment(text(leave, "end")),
        StayKind.DISCHARGE: stay.discharged_at,
        StayKind.DEATH: stay.discharged_at,
    }
    return own[kind] or stay.occurred_at


def _key(message: Message, row: Row, stay: _Stay) -> str:
    if row["kind"] not in (StayKind.LEAVE, StayKind.RETURN):
        return f"{stay.stay}:{row['base']}"
    first, _ = first_stated(message, lambda activity: activity == row["base"])
    return f"{stay.stay}:{row['base']}:{first}"


def _treatment(encounter: Resource, where: str, event: StayEvent, stay: _Stay) -> Mapped:
    stated, issues = read_iv_treatment(encounter, where)
    withdrawn = event.action is Action.CANCELLED and event.kind in (StayKind.ADMISSION, StayKind.DISCHARGE)
    if issues or (stated is None and not withdrawn):
        return (), issues
    record = Treatment(
        citizen="",
        key=f"{event.key}:iv-treatment",
        at=event.at,
        stated_at=event.stated_at,
        message="",
        action=event.action,
        stay=stay.stay,
        hospital=stay.hospital,
        municipality=stay.municipality,
        iv_type=stated.iv_type if stated else None,
        category=stated.category if stated else None,
        carrier="HospitalNotification Encounter.extension(iv-treatment)",
        ends_at=stated.ends_at if stated else None,
    )
    return (record,), issues
