"""Which segments an HL7 v2 message must and may have, by its event, and the checks of segments and fields.

Source: HL7 v2.3 to v2.8.2, chapters 3 (ADT) and 11 (REF). Segments of later versions, and those of one's own (Z..),
may stand anywhere: they are not read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from mappings.danish_ids import check_citizen, plain_id
from mappings.hl7v2_fields import field_issues
from mappings.hl7v2_segments import Er7, Segment
from mappings.hl7v2_values import citizen
from mappings.reading import Citizen
from profiles.issue import Issue, error, warning
from settlement.records import Organisation


@dataclass(frozen=True, slots=True)
class SegmentRule:
    """A segment: how often it may come, whether it must, and whether this gateway reads it."""

    name: str
    required: bool = True
    at_most: int = 1
    read: bool = True


def _extra(*names: str) -> tuple[SegmentRule, ...]:
    return tuple(SegmentRule(name, required=False, read=False) for name in names)


_HEAD = (SegmentRule("MSH"), SegmentRule("EVN"), SegmentRule("PID"))
_ONCE = _extra("PD1", "PV2", "PDA")
_VISIT = (*_HEAD, SegmentRule("PV1"), *_ONCE)
_STAY = (*_VISIT, *_extra("ACC", "UB1", "UB2", "DRG"))
_REFERRAL = (
    SegmentRule("MSH"),
    SegmentRule("RF1", required=False),
    SegmentRule("PRD", at_most=50),
    SegmentRule("PID"),
    SegmentRule("PV1", required=False),
    *_extra("PV2", "ACC", "DRG"),
)
SEGMENTS: dict[str, tuple[SegmentRule, ...]] = {
    **dict.fromkeys(("A01", "A03", "A08", "A13"), _STAY),
    **dict.fromkeys(("A02", "A11"), _VISIT),
    **dict.fromkeys(("I12", "I13", "I14"), _REFERRAL),
}
"""The segments of each event that is read (structures ADT_A01, ADT_A02, ADT_A03, ADT_A09, REF_I12)."""


def check(tree: Er7, event: str) -> tuple[Issue, ...]:
    """What is wrong with the segments of a message of this event, and with their fields."""
    counts = Counter(segment[0] for segment in tree.segments)
    found = [issue for rule in SEGMENTS[event] for issue in _segment_issues(rule, counts[rule.name])]
    return (*found, *field_issues(tree))


def _segment_issues(rule: SegmentRule, count: int) -> Iterator[Issue]:
    if count > rule.at_most:
        text = f"There are {count} {rule.name} segments where {rule.at_most} may be"
        if rule.read:
            yield error("hl7-segment", rule.name, f"{text}: send one message about one citizen.", "structure")
        else:
            yield warning("hl7-segment", rule.name, f"{text}: leave the others out.", "structure")
    elif rule.required and not count:
        yield error("hl7-segment", rule.name, f"The segment {rule.name} is missing: add it.", "required")


def read_citizen(tree: Er7) -> tuple[Citizen | None, tuple[Issue, ...]]:
    """The citizen of PID-3 and what is wrong with the number; no citizen where PID-3 holds no usable one."""
    patient = tree.first("PID")
    if not tree.repetitions(patient, 3):
        return None, ()
    found = citizen(tree, patient)
    if found is None:
        text = "PID-3 has no CPR number: send one with assigning authority CPR (number^^^CPR) or type NNDNK."
        return None, (error("hl7-no-cpr", "PID-3", text, "not-found"),)
    issues = check_citizen(found.identifier, "PID-3")
    return found, issues


def event_mismatch(tree: Er7, event: str) -> tuple[Issue, ...]:
    """A warning where EVN-1 names another event than MSH-9; MSH-9 counts (EVN-1 is kept for old receivers only)."""
    said = tree.value(tree.first("EVN"), 1)
    if not said or said == event:
        return ()
    text = "EVN-1 names another event than MSH-9.2; the event of MSH-9 was used. Make them the same."
    return (warning("hl7-event-mismatch", "EVN-1", text, "business-rule"),)


def municipality_issues(municipality: Organisation) -> tuple[Issue, ...]:
    """A warning where the receiving municipality has no number by which it could be known."""
    if municipality.sor or municipality.gln or municipality.municipality:
        return ()
    text = "The municipality cannot be told: send its number in MSH-6 as name^number^type (KOM, SOR or GLN)."
    return (warning("hl7-no-municipality", "MSH-6", text, "not-found"),)


def visit_number(tree: Er7, segment: Segment, *fields: int) -> str:
    """The stay's identifier from the first of the fields that has one (PV1-19, else PV1-50, unless told otherwise)."""
    written = (tree.value(segment, number) for number in fields or (19, 50))
    return plain_id(next((text for text in written if text), ""))[:100]
