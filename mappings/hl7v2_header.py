"""The MSH segment: who speaks to whom about what, which versions are spoken, and what a receipt must quote."""

from __future__ import annotations

from typing import Any

from mappings.hl7v2_segments import Er7
from mappings.hl7v2_values import facility, moment
from mappings.reading import Family, Reading
from profiles.digest import sha256_hex
from profiles.issue import Issue, error
from settlement.records import Organisation

VERSIONS = ("2.3", "2.3.1", "2.4", "2.5", "2.5.1", "2.6", "2.7", "2.7.1", "2.8", "2.8.1", "2.8.2")
_REQUIRED = (
    (7, "time of the message"),
    (9, "message type"),
    (10, "message control id"),
    (11, "processing id"),
    (12, "version"),
)
_TIME_SENT = 7
_LONGEST_QUOTE = 250
_LONGEST_ID = 199


def message_type(tree: Er7) -> tuple[str, str]:
    """Type and event of MSH-9, such as ("ADT", "A03")."""
    header = tree.segments[0]
    return tree.value(header, 9, 1), tree.value(header, 9, 2)


def event_name(tree: Er7) -> str:
    """What the message says it is, such as "ADT^A03"."""
    return "^".join(part for part in message_type(tree) if part)


def sending_facility(tree: Er7) -> Organisation:
    """MSH-4; where it is empty, MSH-3 names the sender."""
    header = tree.segments[0]
    found = facility(tree, header, 4)
    return found if any((found.sor, found.gln, found.name, found.municipality)) else facility(tree, header, 3)


def header_reading(tree: Er7, name: str) -> Reading:
    """All that every reading of an HL7 v2 message has: ids, hash, parties, time, and what the receipt quotes.

    The letter id is MSH-10; there is no envelope id. The hash leaves out MSH-7, which changes when a message is resent.
    """
    header = tree.segments[0]
    sent = moment(tree.value(header, _TIME_SENT))
    control_id = tree.value(header, 10)
    return Reading(
        name,
        Family.HL7V2,
        event=event_name(tree)[:20],
        letter_id=control_id if len(control_id) <= _LONGEST_ID else "",
        letter_hash=letter_hash(tree),
        sender=sending_facility(tree),
        receiver=facility(tree, header, 6),
        sent_at=sent.at if sent else None,
        fields=receipt_fields(tree),
    )


def letter_hash(tree: Er7) -> str:
    """SHA-256 (hex) of all segments, without MSH-7 and without a difference between line ends."""
    header = tree.segments[0]
    without_time = (*header[:_TIME_SENT], "", *header[_TIME_SENT + 1 :])
    lines = (tree.separators[0].join(segment) for segment in (without_time, *tree.segments[1:]))
    return sha256_hex("\r".join(lines).encode())


def receipt_fields(tree: Er7) -> dict[str, Any]:
    """What an acknowledgement quotes of the message it answers, as it was written."""
    header = tree.segments[0]
    return {
        "separators": tree.separators,
        "charset": tree.charset,
        "parties": [tree.field(header, number)[:_LONGEST_QUOTE] for number in (3, 4, 5, 6)],
        "event": message_type(tree)[1][:_LONGEST_QUOTE],
        "control_id": tree.field(header, 10)[:_LONGEST_QUOTE],
        "processing_id": tree.value(header, 11)[:_LONGEST_QUOTE],
        "version": tree.value(header, 12)[:_LONGEST_QUOTE],
        "accept": tree.value(header, 15),
        "application": tree.value(header, 16),
        "declared_charset": tree.field(header, 18)[:_LONGEST_QUOTE],
    }


def header_issues(tree: Er7) -> tuple[Issue, ...]:
    """What is wrong with MSH itself: required fields (chapter 2, section 2.14.9), processing id, version."""
    header = tree.segments[0]
    missing = tuple(
        error("hl7-required", f"MSH-{number}", f"MSH-{number} ({name}) is required: fill it in.", "required")
        for number, name in _REQUIRED
        if not tree.value(header, number)
    )
    return (*missing, *_id_length(tree), *_spoken(tree.value(header, 11), tree.value(header, 12)))


def _id_length(tree: Er7) -> tuple[Issue, ...]:
    if len(tree.value(tree.segments[0], 10)) <= _LONGEST_ID:
        return ()
    text = f"MSH-10 (message control id) is longer than {_LONGEST_ID} characters: send a shorter one."
    return (error("hl7-length", "MSH-10", text, "too-long"),)


def _spoken(processing_id: str, version: str) -> tuple[Issue, ...]:
    issues: list[Issue] = []
    if processing_id and processing_id != "P":
        text = "Only production messages are taken in: training and debugging messages would be billed. Send MSH-11 P."
        issues.append(error("hl7-processing-id", "MSH-11", text, "not-supported"))
    if version and version not in VERSIONS:
        text = f"This HL7 version is not read here. Supported: {', '.join(VERSIONS)}."
        issues.append(error("hl7-version", "MSH-12", text, "not-supported"))
    return tuple(issues)
