"""Masking: no CPR number is left in a text, and nothing else is taken out."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gateway.masking import masked_text


@given(st.dates(), st.integers(0, 9999), st.sampled_from(["", "-", " "]), st.text(' <>|^~"', max_size=5))
def test_no_cpr_number_is_left_in_a_masked_text(born: object, serial: int, hyphen: str, around: str) -> None:
    date = f"{born:%d%m%y}"
    cpr = f"{date}{hyphen}{serial:04}"
    masked = masked_text(f"{around}{cpr}{around}")
    assert cpr not in masked
    assert f"{date}{hyphen}xxxx" in masked


def test_longer_numbers_are_no_cpr_numbers() -> None:
    assert masked_text("5790000000011 and 3112999999") == "5790000000011 and 311299xxxx"
