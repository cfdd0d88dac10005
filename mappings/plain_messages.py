"""Messages that say nothing to settle: MedCom's empty message, and messages of kinds this gateway does not take in."""

from __future__ import annotations

from dataclasses import replace

from mappings.acknowledgement import receipt
from mappings.fhir_message import Message, event_code, is_message
from mappings.fhir_message_reading import Mapped, read_message
from mappings.reading import Document, Family, Reading, Receipt, Stamp, Verdict
from profiles.issue import error


class EmptyMessage:
    """MedCom's empty-message: tries a connection; taken in and acknowledged, without records."""

    name = "medcom-empty"
    title = "MedCom empty message"
    family = Family.FHIR

    def recognises(self, document: Document) -> bool:
        """A message whose event is empty-message."""
        return event_code(document) == "empty-message"

    def read(self, document: Document) -> Reading:
        """No records."""
        return read_message(self.name, document, lambda _: [], _nothing)

    def receipt(self, reading: Reading, verdict: Verdict, stamp: Stamp) -> Receipt:
        """A MedCom Acknowledgement."""
        return receipt(reading, verdict, stamp)


class UnsupportedMessage:
    """Any other message Bundle: refused, but in the sender's own style."""

    name = "fhir-message-unsupported"
    title = "FHIR message of another kind"
    family = Family.FHIR

    def recognises(self, document: Document) -> bool:
        """Any message Bundle with a header."""
        return is_message(document)

    def read(self, document: Document) -> Reading:
        """No records, refused: for its kind first, and for what else is wrong with it."""
        reading = read_message(self.name, document, lambda _: [], _nothing)
        return replace(reading, issues=(_UNSUPPORTED, *reading.issues))

    def receipt(self, reading: Reading, verdict: Verdict, stamp: Stamp) -> Receipt:
        """A MedCom Acknowledgement with fatal-error."""
        return receipt(reading, verdict, stamp)


def _nothing(_: Message) -> Mapped:
    return (), []


_UNSUPPORTED = error(
    "event-unsupported",
    "Bundle.entry[0].resource.event[x]",
    "This kind of message is not taken in here. Supported events: hospital-notification-message, "
    "care-communication-message, acknowledgement-message, empty-message, iv-referral-message.",
    "not-supported",
)
