"""The frame all MedCom FHIR messages share: Bundle, MessageHeader, organisations, history.

Source: MedCom Messaging (medcom-messaging-message, -messageHeader, -provenance, -organization) and the intention of
its invariants, which are vacuous as published (they ask BackboneElements for their type). Ids: Bundle.id names the
sending (envelope), MessageHeader.id the letter (MedCom 043, 052.2).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import msgspec

from mappings.fhir_common import EMPTY, Contents, Entry, Resource, contents, items, moment, node, relative, text
from mappings.fhir_parties import citizen, endpoint_issues, organisation, organisation_issues
from mappings.reading import NOWHERE, Document, Family, Reading
from profiles.issue import Issue, error, refuses, warning
from profiles.names import MEDCOM_EVENT_CODES, REFERRAL_EVENT_CODES
from profiles.structure import check_structure
from settlement.records import Organisation, Record

DESTINATION_USE = "http://medcomfhir.dk/ig/messaging/StructureDefinition/medcom-messaging-destinationUseExtension"
ACTIVITY_CODES = "http://medcomfhir.dk/ig/terminology/CodeSystem/medcom-messaging-activityCodes"
_CANONICAL = msgspec.json.Encoder(decimal_format="number", order="sorted")
_OF_THE_SENDING = frozenset(("id", "timestamp", "meta", "signature"))


@dataclass(frozen=True, slots=True)
class Message:
    """A message taken apart. Parts that are not there are None; `current` is the Provenance of this very message.

    sending and receiving: sender and primary receiver as organisations.
    """

    bundle: Resource
    contents: Contents
    header: Entry
    sender: Entry | None
    receiver: Entry | None
    patient: Entry | None
    current: Entry | None
    sending: Organisation
    receiving: Organisation

    @property
    def letter_id(self) -> str:
        """MessageHeader.id."""
        return text(self.header.resource, "id")

    @property
    def activity(self) -> str:
        """What this message does: "new-message", "admit-inpatient", ...; "" when it does not say."""
        return text(self.current.resource, "activity", "coding", "code") if self.current else ""

    @property
    def occurred_at(self) -> datetime | None:
        """When what the message states happened: Provenance.occurredDateTime."""
        return moment(text(self.current.resource, "occurredDateTime")) if self.current else None

    @property
    def stated_at(self) -> datetime | None:
        """When it was recorded: Provenance.recorded."""
        return moment(text(self.current.resource, "recorded")) if self.current else None

    def focus(self, resource_type: str) -> Entry | None:
        """The one resource the message is about, if it is of this type (focus 1..1 in all our messages)."""
        if len(items(self.header.resource, "focus")) != 1:
            return None
        found = self.contents.find(text(self.header.resource, "focus", "reference"))
        return found if found and found.type == resource_type else None


Check = Callable[[Message], list[Issue]]
Mapped = tuple[tuple[Record, ...], list[Issue]]


def event_code(document: Document) -> str:
    """The event code of a message Bundle, "" for anything else; cheap."""
    if document.family is not Family.FHIR or text(document.tree, "type") != "message":
        return ""
    return text(_header(document.tree), "eventCoding", "code")


def is_message(document: Document) -> bool:
    """Whether a document is a message Bundle with a header, whatever its event."""
    tree = document.tree
    is_bundle = text(tree, "resourceType") == "Bundle" and text(tree, "type") == "message"
    return document.family is Family.FHIR and is_bundle and bool(_header(tree))


def _header(bundle: Resource) -> Resource:
    resources = (node(entry, "resource") for entry in items(bundle, "entry"))
    return next((found for found in resources if text(found, "resourceType") == "MessageHeader"), EMPTY)


def open_message(bundle: Resource) -> Message:
    """Take a message Bundle (one for which `is_message` holds) apart."""
    parts = contents(bundle)
    header = next(entry for entry in parts.entries if entry.type == "MessageHeader")
    sender = _organisation(parts, text(header.resource, "sender", "reference"))
    receiver = _organisation(parts, text(_primary(header.resource), "receiver", "reference"))
    return Message(
        bundle=bundle,
        contents=parts,
        header=header,
        sender=sender,
        receiver=receiver,
        patient=next(iter(parts.all("Patient")), None),
        current=_current(parts, text(header.resource, "id")),
        sending=organisation(sender.resource) if sender else NOWHERE,
        receiving=organisation(receiver.resource) if receiver else NOWHERE,
    )


def _organisation(parts: Contents, reference: str) -> Entry | None:
    found = parts.find(reference)
    return found if found and found.type == "Organization" else None


def _primary(header: Resource) -> Resource:
    """The primary destination; messages of our own profile may leave out the use of their only one."""
    destinations = items(header, "destination")
    primaries = [item for item in destinations if destination_use(item) == "primary"]
    own = text(header, "eventCoding", "system") == REFERRAL_EVENT_CODES
    chosen = primaries or (destinations if own else [])
    return chosen[0] if len(chosen) == 1 else EMPTY


def destination_use(destination: Resource) -> str:
    """The use of a destination, "primary" or "cc", as its extension says; "" without one."""
    uses = (item for item in items(destination, "extension") if text(item, "url") == DESTINATION_USE)
    return text(next(uses, EMPTY), "valueCoding", "code")


def target(provenance: Resource) -> str:
    """The MessageHeader id a Provenance speaks of."""
    return relative(text(provenance, "target", "reference")).removeprefix("MessageHeader/")


def predecessors(provenance: Resource) -> list[str]:
    """The MessageHeader ids a Provenance says its message revises or removes."""
    said = (relative(text(entity, "what", "reference")) for entity in items(provenance, "entity"))
    return [reference.removeprefix("MessageHeader/") for reference in said if reference.startswith("MessageHeader/")]


def _current(parts: Contents, letter_id: str) -> Entry | None:
    """The Provenance of this message; without one, the last of the history chain if that is one and no other."""
    history = parts.all("Provenance")
    mine = next((entry for entry in history if target(entry.resource) == letter_id), None)
    if mine is not None:
        return mine
    followed = {before for entry in history for before in predecessors(entry.resource)}
    last = [entry for entry in history if target(entry.resource) not in followed]
    return last[0] if len(last) == 1 else None


def read_message(
    name: str, document: Document, check: Check, mapped: Callable[[Message], Mapped], history_optional: bool = False
) -> Reading:
    """Read a message: frame, base structure, the format's own checks, and, if nothing refuses it, its records.

    check: the format's findings. mapped: the records and what was found while reading them; only asked for when the
    message is sound so far. history_optional: whether the message may do without a Provenance.
    """
    message = open_message(document.tree)
    issues = [*check_structure(document.tree), *frame_issues(message)]
    if not (history_optional and message.current is None):
        issues += history_issues(message)
    records: tuple[Record, ...] = ()
    if not refuses(issues):
        issues += check(message)
    if not refuses(issues):
        records, found = mapped(message)
        issues += found
    return Reading(
        format=name,
        family=Family.FHIR,
        event=message.activity or text(message.header.resource, "eventCoding", "code"),
        envelope_id=text(message.bundle, "id"),
        letter_id=message.letter_id,
        letter_hash=letter_hash(message.bundle),
        sender=message.sending,
        receiver=message.receiving,
        sent_at=moment(text(message.bundle, "timestamp")),
        citizen=citizen(message.patient.resource) if message.patient else None,
        records=() if refuses(issues) else records,
        issues=tuple(issues),
        fields=_receipt_fields(document, message),
    )


def letter_hash(bundle: Resource) -> str:
    """SHA-256 (hex) of a Bundle in canonical JSON, without what a resend changes: id, time, meta and signature."""
    letter = {key: value for key, value in bundle.items() if key not in _OF_THE_SENDING}
    return hashlib.sha256(_CANONICAL.encode(letter)).hexdigest()


def _receipt_fields(document: Document, message: Message) -> dict[str, str]:
    current = message.current.resource if message.current else EMPTY
    return {
        "syntax": document.syntax,
        "activity": message.activity,
        "occurred": text(current, "occurredDateTime"),
        "recorded": text(current, "recorded"),
        "gln_system": _gln_system(message.sender),
    }


def _gln_system(entry: Entry | None) -> str:
    systems = (text(item, "system") for item in items(entry.resource, "identifier")) if entry else iter(())
    return next((system for system in systems if system.endswith("www.gs1.org/gln")), "https://www.gs1.org/gln")


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
    if _primary(header) is EMPTY:
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
    primary = text(_primary(header), "endpoint")
    return issues + endpoint_issues(primary, message.receiver, f"{where}.destination.endpoint")


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
