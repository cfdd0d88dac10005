"""Segments of HL7 v2 messages, by event."""

from __future__ import annotations

import pytest

from mappings.hl7v2_adt import EVENTS as ADT_EVENTS
from mappings.hl7v2_checks import SEGMENTS, check
from mappings.hl7v2_referral import EVENTS as REF_EVENTS
from mappings.hl7v2_segments import cut

ADT = ("EVN||20261005", "PID|||1||Prøve", "PV1||I")
REF = ("PRD|RP", "PID|||1||Prøve")


def found(event: str, *segments: str) -> list[tuple[str, str, str]]:
    tree, _ = cut("\r".join((f"MSH|^~\\&|A|B|C|D|20261005||ADT^{event}|1|P|2.5", *segments)).encode())
    assert tree is not None
    return [(issue.where, issue.code, issue.severity.value) for issue in check(tree, event)]


def test_every_event_has_its_segments() -> None:
    assert set(SEGMENTS) == {*ADT_EVENTS, *REF_EVENTS}


@pytest.mark.parametrize("event", sorted(SEGMENTS))
def test_each_required_segment_is_missed(event: str) -> None:
    segments = ADT if event in ADT_EVENTS else REF
    assert found(event, *segments) == []
    for missing in segments:
        rest = [segment for segment in segments if segment is not missing]
        assert found(event, *rest) == [(missing[:3], "hl7-segment", "error")]


def test_segments_that_may_not_repeat() -> None:
    assert found("A01", *ADT, "PID|||1||Prøve") == [("PID", "hl7-segment", "error")]
    assert found("A01", *ADT, "PV2|", "PV2|") == [("PV2", "hl7-segment", "warning")]
    assert found("A01", *ADT, "ZIV|a", "ZIV|b", "NEW|1", "NEW|2") == []


def test_fields_are_checked_too() -> None:
    assert found("A03", ADT[0], "PID|||1||Prøve|||?", ADT[2]) == [("PID-8", "hl7-table", "warning")]
