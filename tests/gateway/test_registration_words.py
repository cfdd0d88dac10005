"""How registrations are written: many ways, one meaning."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway import registration_words as words
from settlement.organisations import Directory

DIRECTORY = Directory.build()
FIFTH = date(2026, 10, 5)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("010190-1234", "0101901234"),
        ("0101901234", "0101901234"),
        ("101901234", "0101901234"),
        ("610190 1234", "6101901234"),
        ("3213901234", None),
        ("", None),
        ("12345678901", None),
        ("٠١٠١٩٠١٢٣٤", None),
    ],
)
def test_cpr_numbers(text: str, number: str | None) -> None:
    assert words.cpr(text) == number


@pytest.mark.parametrize(
    "text",
    ["05-10-2026", "5.10.2026", "5/10-2026", "2026-10-05", "05-10-2026 00:00", "2026-10-05T00:00:00", "5/10/2026"],
)
def test_days(text: str) -> None:
    assert words.day(text) == FIFTH


@pytest.mark.parametrize("text", ["", "31-02-2026", "05-10-26", "2026-10", "05-10-2026 12:00", "00-00-0000"])
def test_what_is_no_day(text: str) -> None:
    assert words.day(text) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [("Antibiotika", "antibiotic"), ("VÆSKE", "fluid"), ("chemotherapy", "chemotherapy"), ("", ""), ("saft", None)],
)
def test_iv_types(text: str, code: str | None) -> None:
    assert words.iv_type(text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2", "2"),
        ("2,0", "2"),
        ("K2", "2"),
        ("Kategori 2", "2"),
        ("Kemokur", "chemotherapy"),
        ("", ""),
        ("5", None),
        ("kategori", None),
    ],
)
def test_categories(text: str, code: str | None) -> None:
    assert words.category(text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [("0751", "0751"), ("751", "0751"), ("Aarhus", "0751"), ("aarhus kommune", "0751"), ("0999", None), ("", None)],
)
def test_municipalities(text: str, code: str | None) -> None:
    assert words.municipality(text, DIRECTORY) == code


@given(st.text(max_size=40))
def test_no_text_raises(text: str) -> None:
    for read in (words.cpr, words.day, words.iv_type, words.category):
        read(text)
    words.municipality(text, DIRECTORY)
