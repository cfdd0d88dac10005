"""Fields of HL7 v2 segments held against a table: required, repeating, length, type and table of values.

The table is `codes/hl7v2-fields.csv`, from HL7 v2.3 to v2.8.2, chapters 2, 3, 4, 7 and 11. Where the versions differ,
what any of them allows is right. What this gateway reads is marked: there a missing, repeated or unreadable value
refuses the message; all else is a warning. Values of tables 0001, 0004 and 0007 are those HL7 suggests.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from mappings.codes import table
from mappings.hl7v2_segments import Er7, Segment
from mappings.hl7v2_values import moment
from profiles.issue import Issue, error, warning

_NUMBER = re.compile(r"[+-]?\d{1,40}(?:\.\d{0,40})?").fullmatch
_SET_ID = re.compile(r"\d{1,4}").fullmatch


@dataclass(frozen=True, slots=True)
class FieldRule:
    """A field of a segment that is there. length: of one repetition, 0 for any; values: those of its table, if it has
    one that is closed; read: whether this gateway reads the field."""

    number: int
    name: str
    required: bool
    repeats: bool
    length: int
    type: str
    values: frozenset[str]
    read: bool


@cache
def field_rules() -> dict[str, tuple[FieldRule, ...]]:
    """The rules of each segment."""
    found: dict[str, tuple[FieldRule, ...]] = {}
    for row in table("hl7v2-fields").values():
        segment, _, number = row["field"].partition("-")
        values = frozenset(table("hl7v2-tables")[row["table"]]["codes"].split()) if row["table"] else frozenset[str]()
        rule = FieldRule(
            number=int(number),
            name=row["name"],
            required=bool(row["required"]),
            repeats=bool(row["repeats"]),
            length=int(row["length"]),
            type=row["type"],
            values=values,
            read=bool(row["read"]),
        )
        found[segment] = (*found.get(segment, ()), rule)
    return found


def field_issues(tree: Er7) -> tuple[Issue, ...]:
    """What is wrong with the fields of all segments; of a segment that comes often, `OBX[2]-11` is of the second."""
    found: list[Issue] = []
    counts: dict[str, int] = {}
    rules = field_rules()
    for segment in tree.segments:
        name = segment[0]
        counts[name] = number = counts.get(name, 0) + 1
        for rule in rules.get(name, ()):
            if rule.required or (rule.number < len(segment) and segment[rule.number]):
                place = f"{name}-{rule.number}" if number == 1 else f"{name}[{number}]-{rule.number}"
                found.extend(_of_field(tree, segment, rule, place))
    return tuple(found)


def _of_field(tree: Er7, segment: Segment, rule: FieldRule, where: str) -> Iterator[Issue]:
    grave = error if rule.read else warning
    repetitions = tree.repetitions(segment, rule.number)
    if not repetitions:
        if rule.required:
            yield grave("hl7-required", where, f"{where} ({rule.name}) is required: fill it in.", "required")
        return
    if len(repetitions) > 1 and not rule.repeats:
        yield grave("hl7-repeats", where, f"{where} ({rule.name}) may not repeat: send one value.", "structure")
        return
    if rule.length and any(len(one) > rule.length for one in repetitions):
        text = f"{where} ({rule.name}) is longer than the {rule.length} characters it may have: send a shorter value."
        yield warning("hl7-length", where, text, "too-long")
    value = tree.value(segment, rule.number)
    if value:
        yield from _of_value(value, rule, where)


def _of_value(value: str, rule: FieldRule, where: str) -> Iterator[Issue]:
    if rule.type == "TS" and moment(value) is None:
        text = f"{where} ({rule.name}) is no time: write YYYYMMDD[HHMM[SS]][+ZZZZ]."
        yield (error if rule.read else warning)("hl7-time", where, text, "value")
    elif rule.type in ("NM", "SI") and not (_NUMBER if rule.type == "NM" else _SET_ID)(value):
        yield warning("hl7-number", where, f"{where} ({rule.name}) is no number: write digits.", "value")
    elif rule.values and value not in rule.values:
        known = ", ".join(sorted(rule.values))
        text = f"{where} ({rule.name}) has a value that is not in its HL7 table. Known: {known}."
        yield warning("hl7-table", where, text, "code-invalid")
