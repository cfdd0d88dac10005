"""How values look."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.pages import show


@pytest.mark.parametrize(
    ("oere", "danish", "english"),
    [
        (123450, "1.234,50\u00a0kr.", "DKK\u00a01,234.50"),
        (-5, "-0,05\u00a0kr.", "DKK\u00a0-0.05"),
        (0, "0,00\u00a0kr.", "DKK\u00a00.00"),
        (10**17, "1.000.000.000.000.000,00\u00a0kr.", "DKK\u00a01,000,000,000,000,000.00"),
    ],
)
def test_money_is_written_as_each_language_does(oere: int, danish: str, english: str) -> None:
    assert (show.money(oere, "da"), show.money(oere, "en")) == (danish, english)


@given(st.integers(-(10**15), 10**15))
def test_no_oere_is_lost_in_writing(oere: int) -> None:
    text = show.money(oere, "en").replace("DKK\u00a0", "").replace(",", "").replace(".", "")
    assert int(text) == oere


@given(st.fractions(), st.integers(0, 6))
def test_decimals_are_never_further_than_half_a_unit_away(value: Fraction, places: int) -> None:
    assert abs(Fraction(show.decimals(value, places)) - value) <= Fraction(1, 2 * 10**places)


def test_a_ratio_is_shown_in_percent() -> None:
    assert show.percent(Fraction(1, 3), "da") == "33,3\u00a0%"
    assert show.percent(Fraction(1, 3), "en") == "33.3%"


def test_times_are_danish_wall_time_with_their_offset_on_both_sides_of_the_clock_change() -> None:
    before, after = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert show.moment_text(before, "da") == show.moment_text(after, "da") == "25. okt. 2026 02.30"
    assert "+02:00" in show.moment(before, "da")
    assert "+01:00" in show.moment(after, "da")
    assert show.moment_text(after, "en") == "25 Oct 2026 02:30"
    assert show.moment(None, "da") == "–"


def test_identifiers_are_masked() -> None:
    assert show.masked("0101901234") == "010190-xxxx"
    assert show.masked("D-number 7") == "xxxx"


def test_sizes_are_short() -> None:
    assert (show.size(999, "da"), show.size(12345, "da"), show.size(12345, "en")) == ("999 B", "12,3 kB", "12.3 kB")
