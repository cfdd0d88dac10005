"""HL7 v2 that brings no records: acknowledgements we are sent, and what cannot be read or is not supported."""

from __future__ import annotations

from dataclasses import replace

from mappings.hl7v2_adt import EVENTS as ADT_EVENTS
from mappings.hl7v2_header import header_issues, header_reading, message_type
from mappings.hl7v2_receipt import acknowledgement
from mappings.hl7v2_referral import EVENTS as REF_EVENTS
from mappings.hl7v2_segments import Er7
from mappings.reading import Document, Family, Reading, Receipt, Stamp, Verdict
from profiles.issue import Issue, error

SUPPORTED = f"ADT ({', '.join(ADT_EVENTS)}) and REF ({', '.join(REF_EVENTS)})"


class Hl7v2Acknowledgement:
    """An ACK somebody sends us. It is kept, and never answered: no receipt of a receipt."""

    name = "hl7v2-ack"
    title = "HL7 v2 acknowledgement"
    family = Family.HL7V2

    def recognises(self, document: Document) -> bool:
        """MSH-9 is ACK."""
        return message_type(document.tree)[0] == "ACK"

    def read(self, document: Document) -> Reading:
        """Which message it answers, and how."""
        tree: Er7 = document.tree
        reading = replace(header_reading(tree, self.name), wants_receipt=False)
        answer = tree.first("MSA")
        issues = () if tree.value(answer, 1) and tree.value(answer, 2) else (_no_answer(),)
        fields = {**reading.fields, "answers": tree.value(answer, 2), "code": tree.value(answer, 1)}
        return replace(reading, issues=(*header_issues(tree), *issues), fields=fields)

    def receipt(self, reading: Reading, verdict: Verdict, stamp: Stamp) -> Receipt:
        """An ACK; only asked for where a caller insists."""
        return acknowledgement(reading, verdict, stamp)


class UnknownHl7v2:
    """HL7 v2 that could not be read, or whose type or event this gateway has no use for."""

    name = "hl7v2-unknown"
    title = "Unreadable or unsupported HL7 v2 message"
    family = Family.HL7V2

    def recognises(self, document: Document) -> bool:
        """Any HL7 v2 document."""
        return document.family is Family.HL7V2

    def read(self, document: Document) -> Reading:
        """A reading without records, refused."""
        if document.tree is None:
            return Reading(self.name, Family.HL7V2)
        tree: Er7 = document.tree
        reading = header_reading(tree, self.name)
        return replace(reading, issues=(_unsupported(tree), *header_issues(tree))) if tree.whole else reading

    def receipt(self, reading: Reading, verdict: Verdict, stamp: Stamp) -> Receipt:
        """An ACK with AR."""
        return acknowledgement(reading, verdict, stamp)


def _no_answer() -> Issue:
    return error(
        "hl7-required", "MSA-2", "An acknowledgement says what it answers: fill in MSA-1 and MSA-2.", "required"
    )


def _unsupported(tree: Er7) -> Issue:
    kind = message_type(tree)[0]
    if kind in ("ADT", "REF"):
        text = f"This {kind} event is not taken in here. Supported: {SUPPORTED}."
        return error("hl7-event", "MSH-9.2", text, "not-supported")
    return error(
        "hl7-type", "MSH-9.1", f"This message type is not taken in here. Supported: {SUPPORTED}.", "not-supported"
    )
