"""Which segments and fields an HL7 v2 message must have, as a table, and the check of it.

Required and repeating as in HL7 v2.3 to v2.8.2, chapters 3 (ADT) and 11 (REF); only fields this gateway reads are
listed. Everything else in a message is let through.
"""

from __future__ import annotations

from dataclasses import dataclass

from mappings.danish_ids import check_citizen, plain_id
from mappings.hl7v2_segments import Er7, Segment
from mappings.hl7v2_values import citizen, moment
from mappings.reading import Citizen
from profiles.issue import Issue, error, warning
from settlement.records import Organisation


@dataclass(frozen=True, slots=True)
class SegmentRule:
    """A segment: how often it may come, and whether it must."""

    name: str
    required: bool = True
    at_most: int = 1


@dataclass(frozen=True, slots=True)
class FieldRule:
    """A field of a segment that is there: whether it must be filled in, may repeat, is a time."""

    segment: str
    number: int
    name: str
    required: bool = False
    repeats: bool = False
    time: bool = False


_EVENT = FieldRule("EVN", 2, "time the event was recorded", required=True, time=True)
_PATIENT = (
    FieldRule("PID", 3, "patient identifiers", required=True, repeats=True),
    FieldRule("PID", 5, "patient name", required=True, repeats=True),
    FieldRule("PID", 7, "date of birth", time=True),
    FieldRule("PID", 29, "time of death", time=True),
)
_VISIT = (
    FieldRule("PV1", 2, "patient class", required=True),
    FieldRule("PV1", 19, "visit number"),
    FieldRule("PV1", 44, "time of admission", time=True),
    FieldRule("PV1", 45, "time of discharge", time=True),
)
ADT_SEGMENTS = (SegmentRule("MSH"), SegmentRule("EVN"), SegmentRule("PID"), SegmentRule("PV1"))
ADT_FIELDS = (_EVENT, FieldRule("EVN", 6, "time the event occurred", time=True), *_PATIENT, *_VISIT)
REF_SEGMENTS = (
    SegmentRule("MSH"),
    SegmentRule("RF1", required=False),
    SegmentRule("PRD", at_most=50),
    SegmentRule("PID"),
    SegmentRule("PV1", required=False),
)
REF_FIELDS = (
    FieldRule("RF1", 6, "referral identifier", required=True),
    FieldRule("RF1", 7, "time the referral takes effect", time=True),
    FieldRule("PRD", 1, "provider role", required=True, repeats=True),
    *_PATIENT,
    *_VISIT,
)


def check(tree: Er7, segments: tuple[SegmentRule, ...], fields: tuple[FieldRule, ...]) -> tuple[Issue, ...]:
    """Issues about segments that are missing or too many, and fields that are missing, repeated or no time."""
    present: dict[str, Segment] = {}
    counts: dict[str, int] = {}
    for segment in tree.segments:
        counts[segment[0]] = counts.get(segment[0], 0) + 1
        present.setdefault(segment[0], segment)
    found = [issue for rule in segments if (issue := _segment_issue(rule, counts.get(rule.name, 0)))]
    for field in fields:
        if field.segment in present:
            found.extend(_field_issues(tree, present[field.segment], field))
    return tuple(found)


def _segment_issue(rule: SegmentRule, count: int) -> Issue | None:
    if count > rule.at_most:
        text = (
            f"There are {count} {rule.name} segments where {rule.at_most} may be: send one message about one citizen."
        )
        return error("hl7-segment", rule.name, text, "structure")
    if rule.required and not count:
        return error("hl7-segment", rule.name, f"The segment {rule.name} is missing: add it.", "required")
    return None


def _field_issues(tree: Er7, segment: Segment, rule: FieldRule) -> tuple[Issue, ...]:
    where = f"{rule.segment}-{rule.number}"
    repetitions = tree.repetitions(segment, rule.number)
    if not repetitions:
        text = f"{where} ({rule.name}) is required: fill it in."
        return (error("hl7-required", where, text, "required"),) if rule.required else ()
    if len(repetitions) > 1 and not rule.repeats:
        return (error("hl7-repeats", where, f"{where} ({rule.name}) may not repeat: send one value.", "structure"),)
    if rule.time and tree.value(segment, rule.number):
        return _time_issues(tree.value(segment, rule.number), where, rule.name)
    return ()


def _time_issues(text: str, where: str, name: str) -> tuple[Issue, ...]:
    if moment(text) is None:
        problem = f"{where} ({name}) is no time: write YYYYMMDD[HHMM[SS]][+ZZZZ]."
        return (error("hl7-time", where, problem, "value"),)
    return ()


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
