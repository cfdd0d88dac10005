"""The frame all MedCom FHIR messages share, taken apart: Bundle, MessageHeader, organisations, history.

Bundle.id names the sending (envelope), MessageHeader.id the letter (MedCom 043, 052.2).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from mappings.fhir_common import EMPTY, Contents, Entry, Resource, contents, items, moment, node, relative, text
from mappings.fhir_parties import organisation
from mappings.reading import NOWHERE, Document, Family
from profiles.names import REFERRAL_EVENT_CODES
from settlement.records import Organisation

DESTINATION_USE = "http://medcomfhir.dk/ig/messaging/StructureDefinition/medcom-messaging-destinationUseExtension"
ACTIVITY_CODES = "http://medcomfhir.dk/ig/terminology/CodeSystem/medcom-messaging-activityCodes"


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
        return _activity(self.current.resource) if self.current else ""

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
    receiver = _organisation(parts, text(primary(header.resource), "receiver", "reference"))
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


def primary(header: Resource) -> Resource:
    """The primary destination of a header, {} unless there is exactly one.

    Messages of our own profile may leave out the use of their only destination.
    """
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


def first_stated(message: Message, is_original: Callable[[str], bool]) -> tuple[str, Resource]:
    """The message that first stated what this one corrects: its MessageHeader id and its Provenance ({} if untold).

    Goes back through the history, as far as it is told, to an activity that is_original says is no correction.
    """
    history = {target(entry.resource): entry.resource for entry in message.contents.all("Provenance")}
    letter, seen = message.letter_id, set[str]()
    if message.current is not None:
        history[letter] = message.current.resource
    while letter in history and letter not in seen and not is_original(_activity(history[letter])):
        seen.add(letter)
        letter = next(iter(predecessors(history[letter])), letter)
    return letter, history.get(letter, EMPTY)


def _activity(provenance: Resource) -> str:
    return text(provenance, "activity", "coding", "code")


def _current(parts: Contents, letter_id: str) -> Entry | None:
    """The Provenance of this message; without one, the last of the history chain if that is one and no other."""
    history = parts.all("Provenance")
    mine = next((entry for entry in history if target(entry.resource) == letter_id), None)
    if mine is not None:
        return mine
    followed = {before for entry in history for before in predecessors(entry.resource)}
    last = [entry for entry in history if target(entry.resource) not in followed]
    return last[0] if len(last) == 1 else None
