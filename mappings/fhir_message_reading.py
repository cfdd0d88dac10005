"""Reading a MedCom FHIR message, whichever its event: checks, ids, hash, and what its receipt needs."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from mappings.fhir_common import EMPTY, Entry, Resource, items, moment, text
from mappings.fhir_message import Message, open_message
from mappings.fhir_message_checks import frame_issues, history_issues
from mappings.fhir_parties import citizen
from mappings.reading import Document, Family, Reading
from profiles.digest import sha256_hex
from profiles.issue import Issue, refuses
from profiles.structure import check_structure
from settlement.records import Record

Check = Callable[[Message], list[Issue]]
Mapped = tuple[tuple[Record, ...], list[Issue]]
_CANONICAL = msgspec.json.Encoder(decimal_format="number", order="sorted")
_OF_THE_SENDING = frozenset(("id", "timestamp", "meta", "signature"))


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
    return sha256_hex(_CANONICAL.encode(letter))


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
