"""Danish identifiers: the date rule is hard, modulus 11 is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.danish_ids import (
    D_ECPR,
    X_ECPR,
    check_citizen,
    citizen_system,
    is_cpr,
    is_gln,
    is_sor,
    municipality_code,
    plain_id,
)
from profiles.names import CPR


@pytest.mark.parametrize(
    ("identifier", "system"),
    [
        ("2512489996", CPR),
        ("2902004123", CPR),
        ("2902000123", ""),
        ("2902010123", ""),
        ("2902014123", ""),
        ("3104901234", ""),
        ("0013901234", ""),
        ("251248999", ""),
        ("25124899960", ""),
        ("251248-9996", ""),
        ("٢٥١٢٤٨٩٩٩٦", ""),
        ("2512481GH8", X_ECPR),
        ("2512487GH8", X_ECPR),
        ("2512480GH8", D_ECPR),
        ("2512485AB1", D_ECPR),
        ("2512482GH8", ""),
        ("3113480GH8", ""),
    ],
)
def test_citizen_system(identifier: str, system: str) -> None:
    assert citizen_system(identifier) == system


def test_modulus_11_is_a_warning() -> None:
    assert [issue.severity for issue in check_citizen("2512489996", "x")] == ["warning"]
    assert check_citizen("0101010009", "x") == () or is_cpr("0101010009")
    assert [issue.code for issue in check_citizen("3512489996", "x")] == ["cpr-date"]


@given(st.text(max_size=14))
def test_any_text_has_an_answer_that_does_not_repeat_it(text: str) -> None:
    for issue in check_citizen(text, "where"):
        assert len(text) < 6 or text not in issue.text


@given(st.integers(0, 10**12 - 1))
def test_exactly_one_check_digit_makes_a_gln(number: int) -> None:
    assert sum(is_gln(f"{number:012}{digit}") for digit in range(10)) == 1


def test_other_identifiers() -> None:
    assert is_sor("331541000016003")
    assert not is_sor("3315410000")
    assert [municipality_code(code) for code in ("101", "0101", "10", "01011", "1o1")] == ["0101", "0101", "", "", ""]
    assert plain_id(" urn:uuid:AB-cd ") == "abcd"
