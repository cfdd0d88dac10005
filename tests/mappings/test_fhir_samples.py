"""Our own samples of every FHIR format, against their golden readings and receipts."""

from __future__ import annotations

from pathlib import Path

import pytest

from mappings.formats import read
from profiles.issue import refuses
from tests.mappings.golden import MESSAGES, compare, samples

FOLDERS = (
    "hospital-notification",
    "care-communication",
    "acknowledgement",
    "iv-referral",
    "kl-gateway",
    "fhir-encounter",
    "pro",
    "claim-response",
    "payment-reconciliation",
)
SAMPLES = samples(*FOLDERS)


def _name(path: Path) -> str:
    return str(path.relative_to(MESSAGES))


@pytest.mark.parametrize("sample", SAMPLES, ids=_name)
def test_golden(sample: Path, update_golden: bool) -> None:
    compare(sample, update=update_golden)


@pytest.mark.parametrize("sample", SAMPLES, ids=_name)
def test_the_name_says_whether_it_is_taken_in(sample: Path) -> None:
    _, reading = read(sample.read_bytes(), None, "")
    assert refuses(reading.issues) == sample.name.startswith("refused-"), reading.issues
    assert not (refuses(reading.issues) and reading.records)


@pytest.mark.parametrize("sample", SAMPLES, ids=_name)
def test_reading_twice_gives_the_same(sample: Path) -> None:
    assert read(sample.read_bytes(), None, "")[1] == read(sample.read_bytes(), None, "")[1]


def test_xml_is_read_as_json_is() -> None:
    folder = MESSAGES / "hospital-notification"
    _, from_json = read((folder / "discharge.json").read_bytes(), None, "")
    _, from_xml = read((folder / "discharge-xml.xml").read_bytes(), None, "")
    assert from_xml.records == from_json.records
    assert from_xml.letter_id == from_json.letter_id
    assert from_xml.fields["syntax"] == "xml"
