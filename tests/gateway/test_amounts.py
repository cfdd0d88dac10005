"""Amounts as people type them."""

from __future__ import annotations

import pytest

from gateway.amounts import read_amount
from gateway.errors import BadRequestError


@pytest.mark.parametrize(("text", "oere"), [("1.234,50", 123450), ("1234.5", 123450), ("0", 0), ("12", 1200)])
def test_amounts_as_people_type_them(text: str, oere: int) -> None:
    assert read_amount(text) == oere


def test_the_amount_of_a_reversal_is_negative() -> None:
    assert read_amount("-1.234,50", signed=True) == -123450


@pytest.mark.parametrize("text", ["", "x", "1.234", "1,234.567", "-1", "NaN", "1e30", "Infinity", "0,001", "9" * 40])
def test_what_is_no_amount(text: str) -> None:
    with pytest.raises(BadRequestError, match="amount"):
        read_amount(text)
