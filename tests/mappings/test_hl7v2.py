"""HL7 v2 messages as they are read and answered: our own samples, public ones, and broken ones."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mappings.reading import Outcome
from settlement.records import Action, StayEvent, StayKind, Treatment
from tests.mappings.golden_readings import compare, judged, samples
from tests.shared import shared_data

SAMPLES = samples("hl7v2", ".hl7")
HEADER = "MSH|^~\\&|EPJ|Prøvested^5799999000010^GLN|OVERGANG|Prøvekøbing^740^KOM|20261005140500+0200||"
PATIENT = "PID|1||2512489996^^^CPR||Prøve^Åse||19481225|F"
SUPPORTED = ("ADT^A01", "ADT^A02", "ADT^A03", "ADT^A08", "ADT^A11", "ADT^A13", "REF^I12", "REF^I13", "REF^I14")


def discharge(*segments: str, head: str = "ADT^A03^ADT_A03|M1|P|2.5", visit: str = "") -> bytes:
    """A discharge with the given last segments."""
    stay = visit or f"PV1|1|I|K3{'|' * 16}S-1{'|' * 25}202610010815|202610051400"
    return "\r".join((HEADER + head, "EVN||20261005140300+0200", PATIENT, stay, *segments)).encode()


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stem)
def test_golden(sample: Path, update_golden: bool) -> None:
    compare(sample, update=update_golden)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stem)
def test_line_ends_do_not_matter(sample: Path) -> None:
    body = sample.read_bytes()
    first = judged(body)
    assert judged(body.replace(b"\n", b"\r")) == first
    assert judged(body.replace(b"\n", b"\r\n")) == first


def test_public_messages() -> None:
    """Every public message is answered: what is supported for what it lacks, the rest for its type."""
    for path in sorted(shared_data("messages/hl7v2").glob("*.hl7")):
        reading, verdict, receipt = judged(path.read_bytes())
        codes = {issue.code for issue in verdict.issues}
        assert verdict.outcome is Outcome.REFUSED
        if reading.event in SUPPORTED:
            assert codes >= {"hl7-no-cpr"}, path.name
            assert b"MSA|AE|" in receipt
        else:
            assert codes & {"hl7-type", "hl7-event"}, path.name
            assert b"MSA|AR|" in receipt or b"MSA|CR|" in receipt


def test_public_message_with_a_cpr_number_is_taken_in() -> None:
    body = (shared_data("messages/hl7v2") / "ADT-A01-01.hl7").read_bytes()
    reading, verdict, receipt = judged(body.replace(b"PATID1234^5^M11^test1&2.16.1&HCD^MR", b"2512489996^^^CPR"))
    assert verdict.outcome is Outcome.ACCEPTED_WITH_WARNINGS
    assert [type(record) for record in reading.records] == [StayEvent]
    assert b"MSA|AA|MSG00001" in receipt


def test_slot_in_segment_and_observation_must_agree() -> None:
    reading, verdict, _ = judged(discharge("ZIV|fluid|1", "OBX|1|CWE|IVCAT^^99OVG||2"))
    assert verdict.outcome is Outcome.REFUSED
    assert [issue.code for issue in reading.issues if issue.severity == "error"] == ["iv-code-contradicts"]


def test_slot_of_another_coding_system_is_not_read() -> None:
    reading, _, _ = judged(discharge("OBX|1|CWE|IVCAT^^LOCAL||2"))
    assert not [record for record in reading.records if isinstance(record, Treatment)]


def test_death_is_no_discharge() -> None:
    reading, _, _ = judged(discharge().replace(b"19481225|F", b"19481225|F" + b"|" * 22 + b"Y"))
    assert [record.kind for record in reading.records if isinstance(record, StayEvent)] == [StayKind.DEATH]


def test_update_after_death_withdraws_the_discharge() -> None:
    body = discharge(head="ADT^A08^ADT_A01|M2|P|2.5").replace(b"19481225|F", b"19481225|F" + b"|" * 22 + b"Y")
    kinds = [(record.kind, record.action) for record in judged(body)[0].records if isinstance(record, StayEvent)]
    assert kinds == [
        (StayKind.ADMISSION, Action.REVISED),
        (StayKind.DISCHARGE, Action.CANCELLED),
        (StayKind.DEATH, Action.REVISED),
    ]


def test_discharge_before_admission_is_refused() -> None:
    visit = f"PV1|1|I|K3{'|' * 16}S-1{'|' * 25}202610060815|202610051400"
    _, verdict, receipt = judged(discharge(visit=visit))
    assert verdict.outcome is Outcome.REFUSED
    assert b"ERR||PV1^1^45|" in receipt


def test_stay_falls_back_to_other_numbers_and_to_its_time() -> None:
    visits = (f"PV1|1|I|K3{'|' * 47}ALT-7", f"PV1|1|I|K3{'|' * 41}202610010815")
    keys = [[record.key for record in judged(discharge(visit=visit))[0].records] for visit in visits]
    assert keys == [["discharge:alt7"], ["discharge:5799999000010/2026-10-01T08:15:00+02:00"]]


@pytest.mark.parametrize("event", ["A11", "A13"])
def test_cancellation_must_say_which_stay(event: str) -> None:
    head = f"ADT^{event}^ADT_A09|M3|P|2.5"
    _, verdict, receipt = judged(discharge(head=head, visit="PV1|1|I|K3"))
    assert verdict.outcome is Outcome.REFUSED
    assert b"ERR||PV1^1^19|101^" in receipt


def test_time_without_offset_is_danish() -> None:
    visit = f"PV1|1|I|K3{'|' * 16}S-1{'|' * 25}202601010815|202601051400"
    record = judged(discharge(visit=visit))[0].records[0]
    assert record.at.isoformat() == "2026-01-05T14:00:00+01:00"


def test_day_without_hour_is_taken_with_a_warning() -> None:
    visit = f"PV1|1|I|K3{'|' * 16}S-1{'|' * 25}20261001|20261005"
    reading, verdict, _ = judged(discharge(visit=visit))
    assert verdict.outcome is Outcome.ACCEPTED_WITH_WARNINGS
    assert "hl7-no-hour" in {issue.code for issue in reading.issues}


@pytest.mark.parametrize(
    ("identifier", "accepted"),
    [
        ("2512489996^^^CPR", True),
        ("251248-9996^^^&1.2.208.176.1.2&ISO", True),
        ("2512489996", True),
        ("2512489996^^^^NNDNK", True),
        ("7^^^PUH^MR~2512489996^^^CPR", True),
        ("2512480GH8^^^&1.2.208.176.1.6.1.3&ISO", True),
        ("2512489996^^^PUH^MR", False),
        ("3513489996^^^CPR", False),
        ("9912489996", False),
        ("12345^^^CPR", False),
    ],
)
def test_citizen(identifier: str, accepted: bool) -> None:
    body = discharge().replace(b"2512489996^^^CPR", identifier.encode())
    reading, verdict, receipt = judged(body)
    assert (verdict.outcome is not Outcome.REFUSED) is accepted
    number = max(identifier.replace("~", "^").split("^"), key=len)
    assert number not in receipt.decode()
    assert not any(number in issue.text for issue in reading.issues)


def test_municipality_without_a_number_is_warned_about() -> None:
    body = discharge().replace("Prøvekøbing^740^KOM".encode(), b"OVERGANG")
    reading, verdict, _ = judged(body)
    assert verdict.outcome is Outcome.ACCEPTED_WITH_WARNINGS
    assert "hl7-no-municipality" in {issue.code for issue in reading.issues}


def test_too_long_id_takes_no_id() -> None:
    reading, verdict, receipt = judged(discharge(head=f"ADT^A03^ADT_A03|{'M' * 3000}|P|2.5"))
    assert verdict.outcome is Outcome.REFUSED
    assert reading.letter_id == ""
    assert len(receipt) < 2000


def test_same_letter_has_the_same_hash_when_resent() -> None:
    first = discharge()
    again = first.replace(b"20261005140500+0200||ADT", b"20261005143500+0200||ADT")
    other = first.replace(b"202610051400", b"202610051401")
    hashes = [judged(body)[0].letter_hash for body in (first, again, other)]
    assert hashes[0] == hashes[1] != hashes[2]


def test_training_message_is_refused() -> None:
    _, verdict, receipt = judged(discharge(head="ADT^A03^ADT_A03|M1|T|2.5"))
    assert verdict.outcome is Outcome.REFUSED
    assert b"MSA|AR|M1" in receipt
    assert b"|202^" in receipt


def test_incoming_acknowledgement_is_kept_and_not_answered() -> None:
    reading, verdict, _ = judged((HEADER + "ACK^A03^ACK|K1|P|2.5\rMSA|AA|M1\r").encode())
    assert verdict.outcome is Outcome.ACCEPTED
    assert not reading.wants_receipt
    assert reading.fields["answers"] == "M1"


BODIES = [sample.read_bytes() for sample in SAMPLES]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(BODIES), st.sampled_from(BODIES), st.data())
def test_broken_messages_are_answered(body: bytes, other: bytes, data: st.DataObject) -> None:
    """Cut, changed and spliced messages: always a verdict and an answer, never an exception."""
    cut = data.draw(st.integers(0, len(body)))
    mixed = body[:cut] + data.draw(st.binary(max_size=20)) + other[data.draw(st.integers(0, len(other))) :]
    _, verdict, receipt = judged(mixed if mixed[:3] == b"MSH" else b"MSH" + mixed)
    assert receipt.startswith(b"MSH")
    assert b"\rMSA" in receipt
    assert verdict.outcome in Outcome


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet='|^~\\&\rMSHPIDV1ZX09\n "', max_size=200))
def test_random_separators_are_answered(text: str) -> None:
    body = discharge(text)
    assert b"MSA" in judged(body)[2]


def test_many_repetitions_cost_little() -> None:
    body = discharge("OBX|1|ST|" + "A~" * 16_000)
    started = time.process_time()
    _, verdict, _ = judged(body)
    assert time.process_time() - started < 1  # a few milliseconds; this only catches quadratic work
    assert verdict.outcome is Outcome.REFUSED
