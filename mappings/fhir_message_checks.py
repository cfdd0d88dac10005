"""What the frame of every MedCom FHIR message must hold beyond base FHIR.

Source: MedCom Messaging (medcom-messaging-message, -messageHeader, -provenance, -organization) and the intention of
its invariants, which are vacuous as published (they ask BackboneElements for their type).
"""

from __future__ import annotations

from mappings.fhir_common import EMPTY, moment, text
from mappings.fhir_message import ACTIVITY_CODES, Message, primary, target
from mappings.fhir_parties import endpoint_issues, organisation_issues
from profiles.issue import Issue, error, warning
from profiles.names import MEDCOM_EVENT_CODES, REFERRAL_EVENT_CODES


def frame_issues(message: Message) -> list[Issue]:
    """Findings about the frame: ids, header, organisations."""
    return [*_bundle_issues(message), *_header_issues(message), *_party_issues(message)]


def _bundle_issues(message: Message) -> list[Issue]:
    issues = []
    if not text(message.bundle, "id"):
        issues.append(error("envelope-id", "Bundle.id", "Give the Bundle an id, new at every sending.", "required"))
    if moment(text(message.bundle, "timestamp")) is None:
        advice = "Give the time of sending with its time zone."
        issues.append(error("sent-time", "Bundle.timestamp", advice, "required"))
    if message.header is not message.contents.entries[0] or len(message.contents.all("MessageHeader")) > 1:
        advice = "A message has one MessageHeader, and it is the first entry; remove or move the others."
        issues.append(error("header-first", message.header.where, advice, "structure"))
    return issues


def _header_issues(message: Message) -> list[Issue]:
    header, where = message.header.resource, message.header.where
    issues = []
    if not message.letter_id:
        issues.append(
            error("letter-id", f"{where}.id", "Give the MessageHeader an id, new to every letter.", "required")
        )
    if text(header, "eventCoding", "system") not in (MEDCOM_EVENT_CODES, REFERRAL_EVENT_CODES):
        advice = f"The event code belongs to {MEDCOM_EVENT_CODES}; name that system."
        issues.append(error("event-system", f"{where}.eventCoding.system", advice, "code-invalid"))
    if primary(header) is EMPTY:
        advice = "Exactly one destination has the use `primary` (destinationUse extension); name one."
        issues.append(error("destination-primary", f"{where}.destination", advice, "structure"))
    return issues


def _party_issues(message: Message) -> list[Issue]:
    header, where = message.header.resource, message.header.where
    issues = []
    for entry, role in ((message.sender, "sender"), (message.receiver, "receiver")):
        if entry is None:
            place = f"{where}.sender" if role == "sender" else f"{where}.destination.receiver"
            advice = f"Name the {role} by a reference to an Organization in the Bundle, with SOR and GLN."
            issues.append(error(f"{role}-missing", place, advice, "required"))
        else:
            issues += organisation_issues(entry)
    issues += endpoint_issues(text(header, "source", "endpoint"), message.sender, f"{where}.source.endpoint")
    endpoint = text(primary(header), "endpoint")
    return issues + endpoint_issues(endpoint, message.receiver, f"{where}.destination.endpoint")


def history_issues(message: Message) -> list[Issue]:
    """Findings about the Provenance of the message itself."""
    if message.current is None:
        advice = "Give one Provenance whose target is this MessageHeader (medcom-messaging-2)."
        return [error("provenance-missing", "Bundle.entry", advice, "required")]
    provenance, where = message.current.resource, message.current.where
    issues = []
    if target(provenance) != message.letter_id:
        advice = "No Provenance has this MessageHeader as its target; the last of the history was taken."
        issues.append(warning("provenance-target", f"{where}.target", advice))
    if moment(text(provenance, "occurredDateTime")) is None:
        advice = "Say when it happened, with time and time zone."
        issues.append(error("provenance-time", f"{where}.occurredDateTime", advice, "required"))
    if not message.activity:
        advice = f"Say what the message does by a code of {ACTIVITY_CODES}."
        issues.append(error("activity-missing", f"{where}.activity", advice, "required"))
    return issues
