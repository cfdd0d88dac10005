"""Our own IV referral: a hospital refers a citizen to IV treatment in a municipality, as a MedCom-framed message.

Event `iv-referral-message` of our CodeSystem message-events; the focus is a ServiceRequest with intent `order`, our
iv-treatment extension, a code (our IV type, or SKS), a local identifier (the referral's number at the sender), and
optionally performer (the municipality; else the receiver), occurrencePeriod (when treatment starts and ends; else
from authoredOn on) and encounter (the stay, by its identifier).

The Provenance of MedCom messages is optional; without it the referral is new, or taken back by its status.

* An update is a new message with the same local identifier (Provenance activity modified-message); one that takes
  another number names the old one in `replaces`, and the old referral is taken back.
* A cancellation has status `revoked` or `entered-in-error`, or the activity retract-message.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from mappings.acknowledgement import receipt
from mappings.codes import find, table
from mappings.danish_ids import plain_id
from mappings.fhir_common import EMPTY, Entry, backwards, codings, items, moment, node, text
from mappings.fhir_message import Message, event_code
from mappings.fhir_message_reading import Mapped, read_message
from mappings.fhir_parties import organisation
from mappings.hospital_notification import stay_id
from mappings.hospital_notification_checks import only_primary, patient_issues, subject_issues
from mappings.iv_slots import slot_of
from mappings.iv_treatment import Stated, read_iv_treatment
from mappings.reading import Document, Family, Reading, Receipt, Stamp, Verdict
from profiles.issue import Issue, error, warning
from profiles.names import IV_TYPE_CODES, SKS
from settlement.records import Action, IvType, Organisation, Treatment

EVENT = "iv-referral-message"
_TAKEN_BACK = ("revoked", "entered-in-error")
_STATUSES = ("active", "on-hold", "completed", *_TAKEN_BACK)


class IvReferral:
    """Hospital to municipality: treat this citizen."""

    name = "iv-referral"
    title = "IV referral (own profile)"
    family = Family.FHIR

    def recognises(self, document: Document) -> bool:
        """A message whose event is iv-referral-message."""
        return event_code(document) == EVENT

    def read(self, document: Document) -> Reading:
        """One Treatment; a second one that is cancelled where the referral replaces another."""
        return read_message(self.name, document, referral_issues, _mapped, history_optional=True)

    def receipt(self, reading: Reading, verdict: Verdict, stamp: Stamp) -> Receipt:
        """A MedCom Acknowledgement."""
        return receipt(reading, verdict, stamp)


def referral_issues(message: Message) -> list[Issue]:
    """What the profile asks of a referral beyond base FHIR and the message frame."""
    issues = [*patient_issues(message), *only_primary(message)]
    if message.current is not None and find("communication-activities", message.activity) is None:
        advice = f"This is no activity of a referral. Known: {', '.join(table('communication-activities'))}."
        issues.append(error("activity-unknown", f"{message.current.where}.activity", advice, "code-invalid"))
    request = message.focus("ServiceRequest")
    if request is None:
        advice = "The focus of a referral is the ServiceRequest in the Bundle; refer to it."
        return [*issues, error("focus", f"{message.header.where}.focus", advice, "required")]
    return issues + subject_issues(message, request) + _request_issues(request) + _time_issues(request)


def _request_issues(entry: Entry) -> list[Issue]:
    request, where = entry.resource, entry.where
    issues = []
    if text(request, "status") not in _STATUSES:
        advice = f"The status of a referral is one of {', '.join(_STATUSES)}."
        issues.append(error("referral-status", f"{where}.status", advice, "code-invalid"))
    if text(request, "intent") != "order":
        issues.append(error("referral-intent", f"{where}.intent", "A referral is an order.", "code-invalid"))
    if not (text(request, "identifier", "value") and text(request, "identifier", "system")):
        advice = "Give the referral's number at the sender (identifier with system and value)."
        issues.append(error("referral-identifier", f"{where}.identifier", advice, "required"))
    if not node(request, "requester"):
        issues.append(error("referral-requester", f"{where}.requester", "Say who refers.", "required"))
    if not any(code for _, code in codings(node(request, "code"))):
        advice = f"Say what is asked for: a code of {IV_TYPE_CODES} or SKS ({SKS})."
        issues.append(error("referral-code", f"{where}.code", advice, "required"))
    return issues


def _time_issues(entry: Entry) -> list[Issue]:
    request, where = entry.resource, entry.where
    started, ended = _period(entry)
    issues = []
    if moment(text(request, "authoredOn")) is None:
        advice = "Say when the referral was written, with time and time zone."
        issues.append(error("referral-written", f"{where}.authoredOn", advice, "required"))
    period = node(request, "occurrencePeriod")
    if period and (started is None or (ended is None and "end" in period)):
        advice = "Give start and end of the treatment with time and time zone."
        issues.append(error("referral-period", f"{where}.occurrencePeriod", advice, "value"))
    if backwards(period):
        issues.append(error("referral-period", f"{where}.occurrencePeriod", "The treatment ends before it begins."))
    return issues


def _period(entry: Entry) -> tuple[datetime | None, datetime | None]:
    period = node(entry.resource, "occurrencePeriod")
    started = moment(text(period, "start")) or moment(text(entry.resource, "occurrenceDateTime"))
    return started, moment(text(period, "end"))


@dataclass(frozen=True, slots=True)
class _Code:
    iv_type: IvType | None
    issues: tuple[Issue, ...] = ()


def _mapped(message: Message) -> Mapped:
    request = message.focus("ServiceRequest")
    written_at = moment(text(request.resource, "authoredOn")) if request else None
    if request is None or written_at is None:
        return (), []
    stated, issues = read_iv_treatment(request.resource, request.where)
    coded = _coded(request)
    issues += coded.issues
    if stated is None:
        stated = Stated(None, None, None)
    elif stated.iv_type and coded.iv_type and stated.iv_type is not coded.iv_type:
        advice = "The code and the iv-treatment extension name different IV types; say the same in both."
        issues.append(error("iv-type-contradiction", f"{request.where}.code", advice, "business-rule"))
    stated = replace(stated, iv_type=stated.iv_type or coded.iv_type)
    treatment = _treatment(message, request, stated, written_at)
    return (treatment, *_replaced(request, treatment)), issues


def _action(message: Message, request: Entry) -> Action:
    row = find("communication-activities", message.activity)
    if text(request.resource, "status") in _TAKEN_BACK:
        return Action.CANCELLED
    return Action(row["action"]) if row else Action.NEW


def _coded(request: Entry) -> _Code:
    """The IV type the code stands for; a code in neither list is told, since the extension may still say it."""
    where = f"{request.where}.code.coding"
    found = None
    for system, code in codings(node(request.resource, "code")):
        if system == IV_TYPE_CODES and code not in list(IvType):
            advice = f"Use a code of {IV_TYPE_CODES}: {', '.join(IvType)}."
            return _Code(None, (error("iv-type-unknown", where, advice, "code-invalid"),))
        slot = slot_of("SKS", code) if system == SKS else None
        found = found or (IvType(code) if system == IV_TYPE_CODES else slot.iv_type if slot else None)
    if found is None and not node(request.resource, "extension"):
        advice = "The code names no IV type known here; add the iv-treatment extension with type and category."
        return _Code(None, (warning("iv-type-missing", where, advice, "code-invalid"),))
    return _Code(found)


def _treatment(message: Message, request: Entry, stated: Stated, written_at: datetime) -> Treatment:
    started, ended = _period(request)
    encounter = message.contents.find(text(request.resource, "encounter", "reference"))
    named = text(request.resource, "encounter", "identifier", "value")
    return Treatment(
        citizen="",
        key=_key(text(request.resource, "identifier", "system"), text(request.resource, "identifier", "value")),
        at=started or written_at,
        stated_at=message.stated_at or moment(text(message.bundle, "timestamp")) or written_at,
        message="",
        action=_action(message, request),
        stay=stay_id(encounter.resource) if encounter else plain_id(named),
        hospital=message.sending,
        municipality=_performer(message, request),
        iv_type=stated.iv_type,
        category=stated.category,
        carrier="IV referral ServiceRequest.extension(iv-treatment)",
        ends_at=stated.ends_at or ended,
    )


def _key(system: str, number: str) -> str:
    return f"referral:{system}|{number}"


def _performer(message: Message, request: Entry) -> Organisation:
    found = message.contents.find(text(request.resource, "performer", "reference"))
    return organisation(found.resource) if found and found.type == "Organization" else message.receiving


def _replaced(request: Entry, treatment: Treatment) -> tuple[Treatment, ...]:
    identifiers = (node(item, "identifier") for item in items(request.resource, "replaces"))
    keys = {_key(text(found, "system"), text(found, "value")) for found in identifiers if found is not EMPTY}
    return tuple(replace(treatment, key=key, action=Action.CANCELLED) for key in sorted(keys - {treatment.key}))
