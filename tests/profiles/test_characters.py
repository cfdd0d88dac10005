"""Characters that texts should not hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles.characters import character_faults
from tests.profiles.samples import found, patient


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hansen", []),
        ("Søren\nHansen", []),
        ("a\x01b", ["text-control"]),
        ("a\u202eb", ["text-direction"]),
        ("a\u202eb\u202c", []),
        ("a\u2067b\u202ec\u2069", []),
        ("a\u2067b\u202ec\u202c", ["text-direction"]),
        ("a\u202cb", []),
        ("\x02\u2066", ["text-control", "text-direction"]),
    ],
)
def test_texts(text: str, expected: list[str]) -> None:
    assert [fault.code for fault in character_faults(text)] == expected


@given(st.text(alphabet="a\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", max_size=12))
def test_a_text_that_ends_every_turn_stays_turned_no_more(text: str) -> None:
    openers = sum(one in "\u202a\u202b\u202d\u202e" for one in text)
    ended = f"{text}{chr(0x202C) * openers}{chr(0x2069) * len(text)}"
    assert list(character_faults(ended)) == []


def test_they_are_warnings_in_a_resource() -> None:
    assert found(patient(name=[{"text": "a\x01b"}])) == ["warning text-control Patient.name[0].text"]
    assert found(patient(name=[{"text": "a\u202eb"}])) == ["warning text-direction Patient.name[0].text"]
