"""HL7 v2 values: times and organisations."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.hl7v2_values import moment, organisation
from settlement.records import Organisation


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("20260105140000+0100", "2026-01-05T14:00:00+01:00"),
        ("20260105140000.1234-0330", "2026-01-05T14:00:00-03:30"),
        ("202601051400", "2026-01-05T14:00:00+01:00"),
        ("202607051400", "2026-07-05T14:00:00+02:00"),
        ("20260705", "2026-07-05T00:00:00+02:00"),
        ("2026070514", "2026-07-05T14:00:00+02:00"),
        ("202610250230", "2026-10-25T02:30:00+02:00"),
        ("202610250230+0100", "2026-10-25T02:30:00+01:00"),
        ("202603290230", "2026-03-29T02:30:00+01:00"),
    ],
)
def test_times(text: str, at: str) -> None:
    found = moment(text)
    assert found is not None
    assert found.at.isoformat() == at
    assert found.has_hour is (len(text) > 8)


@pytest.mark.parametrize(
    "text",
    ["", "2026", "202601", "20260230", "202601052400", "20260105 1400", "20260105+", "00000105", "٢٠٢٦٠١٠٥"],
)
def test_no_times(text: str) -> None:
    assert moment(text) is None


@given(st.text(alphabet="0123456789+-.", max_size=30))
def test_any_text_has_an_answer(text: str) -> None:
    found = moment(text)
    assert found is None or found.at.tzinfo is not None


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (("PUH", "331541000016003", "SOR"), Organisation(sor="331541000016003", name="PUH")),
        (("PUH", "5799999000010", "gln"), Organisation(gln="5799999000010", name="PUH")),
        (("PUH", "5799999000010", "EAN"), Organisation(gln="5799999000010", name="PUH")),
        (("Kommune", "740", "KOM"), Organisation(municipality="0740", name="Kommune")),
        (("PUH", "1.2.208.176.1.1.331541000016003", "ISO"), Organisation(sor="331541000016003", name="PUH")),
        (("PUH", "1.3.88.5799999000010", "ISO"), Organisation(gln="5799999000010", name="PUH")),
        (("PUH", "2.16.840.1", "ISO"), Organisation(name="PUH")),
        (("5799999000010", "", ""), Organisation(gln="5799999000010")),
        (("331541000016003", "", ""), Organisation(sor="331541000016003")),
        (("PUH", "", ""), Organisation(name="PUH")),
        (("PUH", "x", "SOR"), Organisation(name="PUH")),
        (("PUH", "1" * 999, "SOR"), Organisation(name="PUH")),
        (("P" * 999, "", ""), Organisation(name="P" * 200)),
    ],
)
def test_organisations(written: tuple[str, str, str], read: Organisation) -> None:
    assert organisation(*written) == read
