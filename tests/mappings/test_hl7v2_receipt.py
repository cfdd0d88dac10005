"""HL7 v2 acknowledgements: codes, modes, versions, escapes."""

from __future__ import annotations

from dataclasses import replace

import hl7
import hl7apy
import pytest
from hl7apy.consts import VALIDATION_LEVEL
from hl7apy.parser import parse_message

from mappings.hl7v2_header import VERSIONS
from mappings.hl7v2_receipt import acknowledgement, control_id
from mappings.hl7v2_segments import cut
from mappings.reading import Outcome, Verdict
from profiles.issue import Issue, error, fatal, warning
from tests.mappings.golden_readings import STAMP, judged
from tests.mappings.test_hl7v2 import discharge

ACCEPTED = Verdict(Outcome.ACCEPTED)
CHECKABLE = [version for version in VERSIONS if version != "2.3" and version in hl7apy.SUPPORTED_LIBRARIES]
"""hl7apy knows an ACK by MSH-9.3, which v2.3 does not have."""


def answer(verdict: Verdict, version: str = "2.5", modes: str = "") -> list[list[str]]:
    """The ACK's segments, as lists of fields."""
    reading, _, _ = judged(discharge(head=f"ADT^A03^ADT_A03|M1|P|{version}|||{modes}"))
    body = acknowledgement(reading, verdict, STAMP).body.decode()
    assert body.endswith("\r")
    return [line.split("|") for line in body.rstrip("\r").split("\r")]


@pytest.mark.parametrize(
    ("modes", "code"),
    [("", "AA"), ("AL|AL", "AA"), ("NE|AL", "AA"), ("NE|NE", "AA"), ("AL|NE", "CA"), ("AL", "CA"), ("SU|", "CA")],
)
def test_modes(modes: str, code: str) -> None:
    assert answer(ACCEPTED, modes=modes)[1][1] == code


@pytest.mark.parametrize(
    ("issue", "code"),
    [
        (error("cpr-date", "PID-3", "x"), "AE"),
        (error("letter-id-reused", "MSH-10", "x"), "AE"),
        (error("hl7-event", "MSH-9.2", "x"), "AR"),
        (error("hl7-version", "MSH-12", "x"), "AR"),
        (fatal("hl7-msh", "MSH", "x"), "AR"),
        (fatal("hl7-limit", "OBX[4]", "x"), "AE"),
    ],
)
def test_refusals(issue: Issue, code: str) -> None:
    assert answer(Verdict(Outcome.REFUSED, (issue,)))[1][1] == code


def test_parked_is_not_accepted() -> None:
    assert answer(Verdict(Outcome.PARKED))[1][1] == "AE"


def test_error_segment() -> None:
    found = (warning("cpr-modulus-11", "PID-3", "a|b^c"), error("hl7-time", "OBX[2]-5.1", "no & time"))
    segments = answer(Verdict(Outcome.REFUSED, found))
    assert segments[2] == [
        "ERR", "", "OBX^2^5^1^1", "102^Data type error^HL70357", "E", "hl7-time^^99OVG", "", "", "no \\T\\ time"
    ]  # fmt: skip
    assert segments[3][3:5] == ["0^Message accepted^HL70357", "W"]
    assert segments[3][8] == "a\\F\\b\\S\\c"


def test_error_segment_before_2_5() -> None:
    found = (warning("cpr-modulus-11", "PID-3", "w"), error("hl7-time", "PID-7", "no time"), error("x", "", "y"))
    segments = answer(Verdict(Outcome.REFUSED, found), version="2.3.1")
    assert segments[1] == ["MSA", "AE", "M1", "no time"]
    assert segments[2:] == [["ERR", "PID^1^7^102&Data type error&HL70357~^^^207&Application internal error&HL70357"]]


def test_header_is_turned_round() -> None:
    header = answer(ACCEPTED)[0]
    assert header[2:6] == ["OVERGANG", "Prøvekøbing^740^KOM", "EPJ", "Prøvested^5799999000010^GLN"]
    assert header[6] == "20261101123000+0000"
    assert header[8:12] == ["ACK^A03^ACK", control_id(STAMP), "P", "2.5"]
    assert len(control_id(STAMP)) == 20


def test_same_verdict_and_stamp_give_the_same_bytes_and_a_new_stamp_a_new_id() -> None:
    reading, verdict, first = judged(discharge())
    assert acknowledgement(reading, verdict, STAMP).body == first
    again = acknowledgement(reading, verdict, replace(STAMP, letter_id="letter-2")).body
    assert again != first


def test_unreadable_message_is_answered() -> None:
    _, _, receipt = judged(b"MSH-garbage")
    assert receipt.split(b"\r")[1] == b"MSA|AR|"


@pytest.mark.parametrize("version", CHECKABLE)
@pytest.mark.parametrize("segment", ["ZIV|wrong", "ZIV|fluid"])
def test_acknowledgement_is_valid_in_every_version(version: str, segment: str) -> None:
    _, _, receipt = judged(discharge(segment, head=f"ADT^A03|M1|P|{version}"))
    parsed = parse_message(receipt.decode(), validation_level=VALIDATION_LEVEL.STRICT, find_groups=False)
    assert parsed.validate()


def test_acknowledgement_is_read_by_others() -> None:
    """python-hl7 and our own splitter read it."""
    _, _, receipt = judged(discharge("ZIV|wrong"))
    parsed = hl7.parse(receipt.decode())
    assert str(parsed.segment("MSA")[1]) == "AE"
    assert parsed.extract_field("ERR", 1, 2, 1, 1) == "ZIV"
    tree, issues = cut(receipt)
    assert tree is not None
    assert issues == ()
    assert tree.value(tree.first("MSA"), 2) == "M1"
