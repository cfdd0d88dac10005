"""The shape every format shares: document in, reading out, receipt back.

A format reads a parsed document and never raises on bad data: whatever is wrong becomes an Issue.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from profiles.issue import Issue
from settlement.decisions import Decision
from settlement.payments import Payment
from settlement.records import Organisation, Record

NOWHERE = Organisation()
"""The organisation a message does not name."""


class Family(StrEnum):
    """The wire families: how bytes are parsed and in which style a sender is answered."""

    FHIR = "fhir"
    MEDCOM_XML = "medcom-xml"
    HL7V2 = "hl7v2"


@dataclass(frozen=True, slots=True)
class Document:
    """Bytes that parsed: `tree` is a dict (FHIR), an lxml element (MedCom XML) or segments (HL7 v2).

    syntax: "json" | "xml" | "er7". For FHIR the tree is the JSON form whichever syntax came in.
    """

    family: Family
    syntax: str
    tree: Any


class Outcome(StrEnum):
    """The one visible state every message ends in."""

    ACCEPTED = "accepted"
    ACCEPTED_WITH_WARNINGS = "accepted-with-warnings"
    REFUSED = "refused"
    PARKED = "parked"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was decided about a message, and why. Repeated unchanged to duplicates.

    guide: the package whose profiles it was judged by, name#version; "" where only the format's own rules were.
    """

    outcome: Outcome
    issues: tuple[Issue, ...] = ()
    guide: str = ""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What is new in every sending of a receipt: its own ids and time."""

    envelope_id: str
    letter_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Citizen:
    """The citizen as the message names them. Only ever kept in the store, never logged."""

    identifier: str
    system: str = "urn:oid:1.2.208.176.1.2"
    family_name: str = ""
    given_name: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a format read out of one document.

    format / event: the format's name, and what the message says it is ("ADT^A03", "XDIS18").
    envelope_id is new at every sending; letter_id is stable on resend. letter_hash: SHA-256 (hex) of the
    letter in canonical form without what changes on resend. citizen: None where a message has none.
    records carry citizen="" and message="": intake fills both in. decisions and payments: what a region answers to
    lines of closed months, and what it paid of claims; they carry message="" too. wants_receipt: False for receipts.
    fields: what this format needs to write its receipt. guide: the package it was judged by besides, as in Verdict.
    """

    format: str
    family: Family
    event: str = ""
    envelope_id: str = ""
    letter_id: str = ""
    letter_hash: str = ""
    sender: Organisation = NOWHERE
    receiver: Organisation = NOWHERE
    sent_at: datetime | None = None
    citizen: Citizen | None = None
    records: tuple[Record, ...] = ()
    decisions: tuple[Decision, ...] = ()
    payments: tuple[Payment, ...] = ()
    issues: tuple[Issue, ...] = ()
    wants_receipt: bool = True
    fields: dict[str, Any] = field(default_factory=dict)
    guide: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What is answered: bytes and media type. is_message: an acknowledgement, not a bare OperationOutcome."""

    body: bytes
    media_type: str
    is_message: bool = True


@dataclass(frozen=True, slots=True)
class Judged:
    """What a guide says of a document: the package or schema it was judged by ("" for none), and findings."""

    guide: str = ""
    issues: tuple[Issue, ...] = ()


NOT_JUDGED = Judged()


class Judge(Protocol):
    """Judges the tree of a document: FHIR by the guide of the format it is read as, a letter by its schema."""

    def __call__(self, form: str, tree: Any) -> Judged: ...


class Format(Protocol):
    """A message format: recognise, read, answer."""

    name: str
    title: str
    family: Family

    def recognises(self, document: Document) -> bool:
        """Whether this document is of this format (looks at its type only; cheap)."""
        ...

    def read(self, document: Document) -> Reading:
        """Read the document; bad data becomes issues, never an exception."""
        ...

    def receipt(self, reading: Reading, verdict: Verdict, stamp: Stamp) -> Receipt:
        """The answer in the sender's own format. Same verdict and stamp, same bytes."""
        ...
