"""Fields of HL7 v2 segments held against the table."""

from __future__ import annotations

import pytest

from mappings.hl7v2_fields import field_issues, field_rules
from mappings.hl7v2_segments import cut
from profiles.issue import Issue

HEADER = "MSH|^~\\&|A|B|C|D|20261005140500||ADT^A03|1|P|2.5"


def found(*segments: str) -> dict[str, Issue]:
    tree, issues = cut("\r".join((HEADER, *segments)).encode())
    assert tree is not None
    assert issues == ()
    return {issue.where: issue for issue in field_issues(tree)}


@pytest.mark.parametrize(
    ("segment", "where", "code", "severity"),
    [
        ("EVN|", "EVN-2", "hl7-required", "error"),
        ("NK1||Prøve^Bo", "NK1-1", "hl7-required", "warning"),
        ("EVN||20261005~20261006", "EVN-2", "hl7-repeats", "error"),
        ("EVN|A03~A08|20261005", "EVN-1", "hl7-repeats", "warning"),
        (f"PID|||1||{'x' * 295}", "PID-5", "hl7-length", "warning"),
        ("EVN||in the morning", "EVN-2", "hl7-time", "error"),
        ("EVN||20261005|soon", "EVN-3", "hl7-time", "warning"),
        ("PID|one||1||Prøve", "PID-1", "hl7-number", "warning"),
        ("PID|||1||Prøve|||W", "PID-8", "hl7-table", "warning"),
        ("PID|||1||Prøve" + "|" * 20 + "x", "PID-25", "hl7-number", "warning"),
        ("PV1||Q", "PV1-2", "hl7-table", "warning"),
        ("OBX|1|XX|C||1||||||F", "OBX-2", "hl7-table", "warning"),
    ],
)
def test_findings(segment: str, where: str, code: str, severity: str) -> None:
    issues = found(segment)
    assert list(issues) == [where]
    assert (issues[where].code, issues[where].severity) == (code, severity)


@pytest.mark.parametrize(
    "segment",
    [
        "PID|1||1^^^A~2^^^B||Prøve^Bo~Prøve^Ib||19481225|F",
        "PV1|1|I|K3||||||||||||||||4711",
        'PID|||1||Prøve|||""',
        "OBX|1|CWE|C||1||||||F",
        "ZIV|whatever|it~holds",
    ],
)
def test_what_is_right(segment: str) -> None:
    assert found(segment) == {}


def test_the_second_segment_of_a_name_is_told_so() -> None:
    assert list(found("OBX|1||C||||||||F", "OBX|2||C||||||||?")) == ["OBX[2]-11"]


def test_the_table_knows_what_it_refers_to() -> None:
    rules = [(segment, rule) for segment, of in field_rules().items() for rule in of]
    assert len(rules) > 50
    assert {rule.type for _, rule in rules if rule.values} == {"ID", "IS", "PT"}
    assert all(len(value) <= rule.length for _, rule in rules for value in rule.values)
