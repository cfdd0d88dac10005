"""What a HospitalNotification must hold beyond base FHIR and the message frame.

Source: package medcom.fhir.dk.hospitalnotification 3.0.2, its invariants as intended (several are vacuous as
published), and the table of advis codes. Disagreement of class, status and activity is a warning only: MedCom's own
receiver examples have it (a discharge from leave with status onleave). It refuses the message where it leaves open
whether the stay stands at all: entered-in-error without a cancelled admission.
"""

from __future__ import annotations

from mappings.codes import Row, find, table
from mappings.fhir_common import EMPTY, Entry, Resource, backwards, extension, items, moment, node, text
from mappings.fhir_message import Message
from mappings.fhir_parties import citizen_issues
from profiles.issue import Issue, error, warning
from profiles.names import CPR

LEAVE_PERIOD = (
    "http://medcomfhir.dk/ig/hospitalnotification/StructureDefinition/medcom-hospitalnotifiation-leave-period-extension"
)
_STATUSES = ("in-progress", "onleave", "finished", "entered-in-error")
_CLASSES = ("EMER", "IMP")
_FORBIDDEN = (
    "type",
    "serviceType",
    "priority",
    "basedOn",
    "participant",
    "appointment",
    "length",
    "reasonCode",
    "reasonReference",
    "diagnosis",
    "account",
    "hospitalization",
    "location",
    "partOf",
)


def notification_issues(message: Message) -> list[Issue]:
    """Every finding of the format's own; the frame and the base structure are checked before."""
    encounter = message.focus("Encounter")
    row, issues = _activity(message)
    issues += patient_issues(message) + _cpr_only(message) + only_primary(message)
    if encounter is None:
        advice = "The focus of a HospitalNotification is the Encounter in the Bundle; refer to it."
        return [*issues, error("focus", f"{message.header.where}.focus", advice, "required")]
    issues += _encounter_issues(encounter) + subject_issues(message, encounter)
    issues += _leave_issues(encounter) + _period_issues(encounter)
    return issues + (_advis_issues(message, encounter, row) if row else [])


def _activity(message: Message) -> tuple[Row | None, list[Issue]]:
    row = find("stay-activities", message.activity)
    if row is not None or message.current is None:
        return row, []
    known = ", ".join(table("stay-activities"))
    where = f"{message.current.where}.activity.coding.code"
    advice = f"This is no activity of a HospitalNotification. Known: {known}."
    return None, [error("activity-unknown", where, advice, "code-invalid")]


def patient_issues(message: Message) -> list[Issue]:
    """Exactly one Patient (medcom-hospitalNotification-2, medcom-careCommunication-2), identified and named."""
    patients = message.contents.all("Patient")
    if len(patients) != 1:
        advice = "The message is about exactly one citizen; give one Patient."
        return [error("patient-count", "Bundle.entry", advice, "structure")]
    where = f"{patients[0].where}.name"
    named = any("family" in name or "_family" in name for name in items(patients[0].resource, "name"))
    missing = (
        [] if named else [error("patient-name", where, "Give the citizen's family name, or say why not.", "required")]
    )
    return citizen_issues(patients[0]) + missing


def _cpr_only(message: Message) -> list[Issue]:
    """medcom-hospitalNotification-4: the citizen is identified by a CPR number and by nothing else."""
    if message.patient is None:
        return []
    systems = [text(item, "system") for item in items(message.patient.resource, "identifier")]
    if not systems or all(system == CPR for system in systems):
        return []
    where = f"{message.patient.where}.identifier.system"
    return [error("cpr-only", where, f"Identify the citizen by a CPR number only ({CPR}).")]


def only_primary(message: Message) -> list[Issue]:
    """destination[cc] is 0..0 in all messages this gateway takes in."""
    if len(items(message.header.resource, "destination")) <= 1:
        return []
    where = f"{message.header.where}.destination"
    return [error("destination-cc", where, "The message goes to one primary receiver; send no copies.", "structure")]


def subject_issues(message: Message, entry: Entry) -> list[Issue]:
    """Encounter.subject or Communication.subject is the Patient of the message."""
    if message.contents.find(text(entry.resource, "subject", "reference")) is message.patient:
        return []
    where = f"{entry.where}.subject"
    return [error("subject", where, "The subject is the Patient in the Bundle; refer to it.", "not-found")]


def _encounter_issues(encounter: Entry) -> list[Issue]:
    resource, where = encounter.resource, encounter.where
    issues = []
    if text(resource, "status") not in _STATUSES:
        advice = f"The status is one of {', '.join(_STATUSES)}."
        issues.append(error("encounter-status", f"{where}.status", advice, "code-invalid"))
    if text(resource, "class", "code") not in _CLASSES:
        advice = f"The class is one of {', '.join(_CLASSES)}."
        issues.append(error("encounter-class", f"{where}.class", advice, "code-invalid"))
    if not _has_stay(resource):
        advice = "Give an identifier of the stay (LPR3 or the hospital's own), system and value, and no reference."
        issues.append(error("stay-missing", f"{where}.episodeOfCare", advice, "required"))
    if not node(resource, "serviceProvider"):
        issues.append(error("service-provider", f"{where}.serviceProvider", "Name the department.", "required"))
    return issues + [
        error("not-allowed", f"{where}.{name}", f"Encounter.{name} has no place in this message.", "structure")
        for name in _FORBIDDEN
        if name in resource
    ]


def _has_stay(encounter: Resource) -> bool:
    courses = items(encounter, "episodeOfCare")
    identified = (node(course, "identifier") for course in courses)
    return bool(courses) and all(text(found, "system") and text(found, "value") for found in identified)


def _period_issues(encounter: Entry) -> list[Issue]:
    period, where = node(encounter.resource, "period"), f"{encounter.where}.period"
    started, ended = moment(text(period, "start")), moment(text(period, "end"))
    issues = []
    if started is None:
        advice = "Say when the stay began, with time and time zone."
        issues.append(error("period-start", f"{where}.start", advice, "required"))
    if backwards(period):
        issues.append(error("period-order", where, "The stay ends before it begins; correct the one or the other."))
    if ended is None and "end" in period:
        issues.append(error("period-end", f"{where}.end", "Give the end with time and time zone.", "value"))
    return issues


def _leave_issues(encounter: Entry) -> list[Issue]:
    """medcom-hospitalNotification-6, and times that are times."""
    leave = node(extension(encounter.resource, LEAVE_PERIOD), "valuePeriod")
    started, ended = moment(text(leave, "start")), moment(text(leave, "end"))
    where = f"{encounter.where}.extension('{LEAVE_PERIOD}')"
    if started is None and (leave is not EMPTY or text(encounter.resource, "status") == "onleave"):
        return [error("leave-start", where, "Say when the leave began, with time and time zone.", "required")]
    if "end" in leave and ended is None:
        return [error("leave-end", where, "Give the end of the leave with time and time zone.", "value")]
    if backwards(leave):
        return [error("leave-order", where, "The leave ends before it begins; correct the one or the other.")]
    return []


def _advis_issues(message: Message, encounter: Entry, row: Row) -> list[Issue]:
    """Class, status and activity belong together as MedCom's table of advis codes says; a death is told apart."""
    resource, where = encounter.resource, encounter.where
    status = text(resource, "status")
    issues = []
    if text(resource, "class", "code") != row["classes"]:
        advice = f"The activity {message.activity} goes with class {row['classes']}."
        issues.append(warning("advis-class", f"{where}.class", advice, "business-rule"))
    if status == "entered-in-error" and not message.activity.startswith("cancel-admit-"):
        advice = "A stay entered in error is stated by a cancelled admission (cancel-admit-...); send that activity."
        return [*issues, error("advis-entered-in-error", f"{where}.status", advice, "business-rule")]
    deceased = message.patient.resource.get("deceasedBoolean") if message.patient else None
    expected = "finished" if deceased is True else row["statuses"] if deceased is None else ""
    if expected and status != expected:
        advice = f"The activity {message.activity} goes with status {expected}."
        issues.append(warning("advis-status", f"{where}.status", advice, "business-rule"))
    ends = row["kind"] == "discharge" and row["action"] != "cancelled"
    if ends and not text(resource, "period", "end"):
        advice = "A discharge says when the citizen left (period.end); the time it was stated was taken."
        issues.append(warning("discharge-time", f"{where}.period.end", advice, "business-rule"))
    return issues
