"""The MedCom XML formats: one for each letter type, receipts we are sent, and what is not read here."""

from __future__ import annotations

from dataclasses import replace

from lxml import etree

from mappings.medcom_envelope import FHIR_NAMESPACE, Emessage
from mappings.medcom_fields import Head, letter_hash, moment_at, party_issues, read_citizen, read_head, text_at
from mappings.medcom_kinds import LETTERS, RECEIPTS, Kind, kind_of, letters_in, version_of
from mappings.medcom_letters import read_records
from mappings.medcom_receipt import receipt
from mappings.reading import Document, Family, Reading, Receipt, Stamp, Verdict
from profiles.issue import Issue, error, refuses
from profiles.letter_schema import schema_issues

_LONGEST_ID = 14
"""Envelope and letter ids have 14 characters; a longer one is refused and keeps no id taken."""

SUPPORTED = ", ".join(kind.type for kind in LETTERS)


class MedcomLetter:
    """One type of letter about a citizen, such as XDIS18."""

    family = Family.MEDCOM_XML

    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        self.name = f"medcom-{kind.type.lower()}"
        self.title = f"MedCom {kind.type} {kind.title}"

    def recognises(self, document: Document) -> bool:
        """The first letter of the Emessage is of this type."""
        return kind_of(document.tree) is self._kind

    def read(self, document: Document) -> Reading:
        """The letter's records, or the issues that refuse it."""
        tree: Emessage = document.tree
        letter = _as_named(self._kind, letters_in(tree)[0])
        head = read_head(letter)
        citizen, citizen_issues = read_citizen(letter)
        issues = (
            *_one_letter(tree),
            *schema_issues(tree.root),
            *_type_issues(self._kind, letter, head),
            *citizen_issues,
            *party_issues(letter),
        )
        reading = replace(_header_reading(tree, self.name, letter, head), citizen=citizen, issues=issues)
        return reading if refuses(issues) else self._with_records(letter, head, reading)

    def _with_records(self, letter: etree._Element, head: Head, reading: Reading) -> Reading:
        records, issues = read_records(self._kind, letter, head, reading.sent_at)
        return replace(reading, records=() if refuses(issues) else records, issues=(*reading.issues, *issues))

    def receipt(self, reading: Reading, verdict: Verdict, stamp: Stamp) -> Receipt:
        """XCTL03 or XCTL02."""
        return receipt(reading, verdict, stamp)


class MedcomReceipt:
    """XCTL01, XCTL02, XCTL03 or a transport receipt that somebody sends us. Kept, and never answered."""

    name = "medcom-xctl"
    title = "MedCom XCTL kvittering"
    family = Family.MEDCOM_XML

    def recognises(self, document: Document) -> bool:
        """An XCTL letter, or a receipt of a VANS or SBDH envelope."""
        return document.tree.transport_receipt or kind_of(document.tree) in RECEIPTS

    def read(self, document: Document) -> Reading:
        """Which envelope and letter it answers."""
        tree: Emessage = document.tree
        if tree.transport_receipt:
            return Reading(self.name, Family.MEDCOM_XML, "transport-receipt", wants_receipt=False)
        letter, kind = letters_in(tree)[0], kind_of(tree)
        reading = replace(_header_reading(tree, self.name, letter, read_head(letter)), wants_receipt=False)
        fields = {
            **reading.fields,
            "answers_envelope": text_at(letter, "OriginalEmessage/OriginalEnvelopeIdentifier"),
            "answers": text_at(letter, "OriginalEmessage/OriginalLetter/OriginalLetterIdentifier"),
        }
        issues = (*_one_letter(tree), *schema_issues(tree.root))
        return replace(reading, event=kind.type if kind else "", issues=issues, fields=fields)

    def receipt(self, reading: Reading, verdict: Verdict, stamp: Stamp) -> Receipt:
        """An XCTL; only asked for where a caller insists."""
        return receipt(reading, verdict, stamp)


class UnknownMedcom:
    """MedCom XML that could not be read, or a letter type this gateway has no use for."""

    name = "medcom-unknown"
    title = "Unreadable or unsupported MedCom XML"
    family = Family.MEDCOM_XML

    def recognises(self, document: Document) -> bool:
        """Any document of the family."""
        return document.family is Family.MEDCOM_XML

    def read(self, document: Document) -> Reading:
        """A reading without records, refused."""
        if document.tree is None:
            return Reading(self.name, Family.MEDCOM_XML)
        tree: Emessage = document.tree
        letters = letters_in(tree)
        if not letters:
            return Reading(self.name, Family.MEDCOM_XML, issues=(_no_letter(tree),), fields={"encoding": tree.encoding})
        reading = _header_reading(tree, self.name, letters[0], read_head(letters[0]))
        return replace(reading, issues=(_unsupported(letters[0]),))

    def receipt(self, reading: Reading, verdict: Verdict, stamp: Stamp) -> Receipt:
        """XCTL01 where there was no letter to answer, else XCTL02."""
        return receipt(reading, verdict, stamp)


def _header_reading(tree: Emessage, name: str, letter: etree._Element, head: Head) -> Reading:
    """Ids, hash, parties and time. Both ids are unique for one sender only."""
    envelope = tree.root
    envelope_id = text_at(envelope, "Envelope/Identifier")
    return Reading(
        name,
        Family.MEDCOM_XML,
        event=head.type[:8],
        envelope_id=envelope_id if len(envelope_id) <= _LONGEST_ID else "",
        letter_id=head.letter_id if len(head.letter_id) <= _LONGEST_ID else "",
        letter_hash=letter_hash(letter),
        sender=head.sender,
        receiver=head.receiver,
        sent_at=moment_at(envelope, "Envelope/Sent"),
        fields={
            "encoding": tree.encoding,
            "envelope": envelope_id[:_LONGEST_ID],
            "letter": head.letter_id[:_LONGEST_ID],
            "version": head.version[:7],
            "sender_ean": text_at(letter, "Sender/EANIdentifier")[:35],
            "receiver_ean": text_at(letter, "Receiver/EANIdentifier")[:35],
            "wants_positive": text_at(envelope, "Envelope/AcknowledgementCode") == "pluspositivkvitt",
        },
    )


def _one_letter(tree: Emessage) -> tuple[Issue, ...]:
    count = len(letters_in(tree))
    if count == 1:
        return ()
    text = f"The Emessage holds {count} letters; each is answered on its own: send one letter in one Emessage."
    return (error("medcom-letters", "/Emessage", text, "structure"),)


def _as_named(kind: Kind, letter: etree._Element) -> etree._Element:
    """The letter under the name the schema knows: editions of one letter are named differently."""
    if not any(letter.tag in other.roots for other in (*LETTERS, *RECEIPTS)):
        letter.tag = kind.roots[0]
    return letter


def _type_issues(kind: Kind, letter: etree._Element, head: Head) -> tuple[Issue, ...]:
    where = f"/Emessage/{letter.tag}/Letter"
    others = {root for other in (*LETTERS, *RECEIPTS) if other is not kind for root in other.roots}
    if letter.tag in others or not head.version.startswith(kind.version):
        text = f"The letter's element and its VersionCode are not of one type ({kind.type}): correct one of them."
        return (error("medcom-version", f"{where}/VersionCode", text, "value"),)
    if head.type != kind.type:
        text = f"TypeCode must be {kind.type} for this VersionCode: correct one of them."
        return (error("medcom-version", f"{where}/TypeCode", text, "value"),)
    return ()


def _no_letter(tree: Emessage) -> Issue:
    if tree.root.tag.startswith(f"{{{FHIR_NAMESPACE}}}"):
        text = "This is FHIR, not a MedCom XML letter: post it to /fhir/$process-message without the envelope."
    else:
        text = f"This is no Emessage with a letter in it, in a namespace of MedCom's. Supported letters: {SUPPORTED}."
    return error("medcom-no-letter", "/", text, "structure")


def _unsupported(letter: etree._Element) -> Issue:
    version = version_of(letter)
    which = f"{letter.tag[:60]}{f' of version {version}' if version else ''}"
    text = f"A {which} is not taken in here. Supported letters: {SUPPORTED}."
    where = f"/Emessage/{letter.tag[:60]}"
    return error("medcom-unsupported", where, text, "not-supported")


MEDCOM_LETTERS = tuple(MedcomLetter(kind) for kind in LETTERS)
