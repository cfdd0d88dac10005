"""Codes decided by their grammar."""

from __future__ import annotations

from collections.abc import Callable
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles.local_codes import area, country, currency, decided_locally, language, media_type, subdivision, unit, uri
from profiles.membership import Membership, Verdict

CASES = [
    (language, "da en-US zh-Hans-CN de-CH-1996 x-private fil", "xx dansk en_US a -da da-", "qqq"),
    (
        media_type,
        "text/plain application/fhir+json;charset=utf-8 image/svg+xml image/* text/x;p=http://a/b#c",
        "text foo/bar text/ /plain",
        "",
    ),
    (unit, "mg 10*9/L mm[Hg] {tablet} %", "foo mg//L MG/foo", ""),
    (uri, "http://example.dk urn:oid:1.2 mailto:a@b", "example.dk :a http:", ""),
    (currency, "DKK EUR USD XAU", "kr. dkk ABC", "DEM"),
    (subdivision, "", "DK dk-84 ZZ-1 DK-8400 Danmark DK-", "DK-84 US-NY"),
    (area, "", "15 1500 abc", "150 001"),
    (country, "DK DNK 208 GL FO US", "dk ZZ EU 999 DENMARK XK", ""),
]


@pytest.mark.parametrize(("decide", "right", "wrong", "undecided"), CASES)
def test_codes(decide: Callable[[str], Membership], right: str, wrong: str, undecided: str) -> None:
    assert {code for code in right.split() if decide(code).verdict is not Verdict.YES} == set()
    assert {code for code in wrong.split() if decide(code).verdict is not Verdict.NO} == set()
    assert {code for code in undecided.split() if decide(code).verdict is not Verdict.UNKNOWN} == set()


def test_other_systems_are_not_decided() -> None:
    assert decided_locally("http://snomed.info/sct", "1") is None


SYSTEMS = ["urn:ietf:bcp:47", "urn:ietf:bcp:13", "http://unitsofmeasure.org", "urn:iso:std:iso:4217"]


@given(system=st.sampled_from(SYSTEMS), code=st.text())
def test_any_text_gets_an_answer_and_a_reason(system: str, code: str) -> None:
    answer = decided_locally(system, code)
    assert answer is not None
    assert answer.verdict is Verdict.YES or answer.why


@pytest.mark.parametrize("code", ["en" + "-abcd1" * 30 + "!", "a/" + "a" * 190 + "\n", "x" * 10**6])
def test_long_codes_take_no_time(code: str) -> None:
    started = process_time()
    for system in SYSTEMS:
        decided_locally(system, code)
    assert process_time() - started < 0.5
