"""Strict JSON: what is accepted, what is refused, and where the fault is said to be."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles.json_scan import scan
from profiles.limits import DEFAULT_LIMITS, Limits
from profiles.strict_json import locate, locate_all, parse_json
from tests.shared import shared_data

WIDE = Limits(exponent=400)
SCALARS = st.none() | st.booleans() | st.integers(-(10**98), 10**98) | st.text(st.characters(exclude_categories=["Cs"]))
TREES = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner)
)


def code_of(body: bytes, limits: Limits = DEFAULT_LIMITS) -> str:
    """The code of the one issue, "" where the body is accepted."""
    value, issues = parse_json(body, limits)
    assert len(issues) <= 1
    assert not issues or value is None
    return issues[0].code if issues else ""


def test_reads_values_and_keeps_decimals() -> None:
    value, issues = parse_json(b'{"a": [1, 1.00, 1e2, -0.10], "b": null, "c": "\xc3\xa6"}')
    assert issues == ()
    assert value == {"a": [1, Decimal("1.00"), Decimal("1e2"), Decimal("-0.10")], "b": None, "c": "æ"}
    assert [str(number) for number in value["a"]] == ["1", "1.00", "1E+2", "-0.10"]


@pytest.mark.parametrize(
    ("body", "code", "line", "column"),
    [
        (b"", "json-syntax", 1, 1),
        (b"{", "json-syntax", 1, 2),
        (b'{"a": 1,\n "a": 2}', "json-duplicate-key", 2, 2),
        (b'{"a": {"b": 1, "\\u0062": 2}}', "json-duplicate-key", 1, 16),
        (b'{"a" : 1, "a" :2}', "json-duplicate-key", 1, 11),
        (b'{"a": NaN}', "json-syntax", 1, 7),
        (b'{"a": -Infinity}', "json-syntax", 1, 7),
        (b"\xef\xbb\xbf{}", "json-bom", 1, 1),
        (b'\xff\xfe{\x00"\x00', "json-encoding", 1, 1),
        (b'["\xc3\xa6", "\xe6"]', "json-encoding", 1, 8),
        (b'{"a": "\\ud800"}', "json-surrogate", 1, 7),
        (b'{"a": "x\\u0000"}', "json-nul", 1, 7),
        (b'{"a": 1e19}', "json-number", 1, 7),
        (b'{"a": 1e-99999999999999999999}', "json-number", 1, 7),
        (b'{"a": 1' + b"0" * 5000 + b"}", "json-number", 1, 7),
        (b"[1" + b"0" * 101 + b"]", "json-number", 1, 2),
        (b"[" * 200 + b"]" * 200, "json-depth", 1, 101),
        (b"[" * 100_000, "json-depth", 1, 101),
        (b"{} {}", "json-syntax", 1, 4),
        (b"[1,]", "json-syntax", 1, 4),
    ],
)
def test_refuses_with_place(body: bytes, code: str, line: int, column: int) -> None:
    value, issues = parse_json(body)
    assert value is None
    assert [(issue.code, issue.line, issue.column) for issue in issues] == [(code, line, column)]


@pytest.mark.parametrize("body", [b'{"a": "x\\\\u0000"}', b'{"a": "b\\":", "c": ":d"}', b'{"a": 1e18}', b"[]"])
def test_accepts_what_only_looks_wrong(body: bytes) -> None:
    assert code_of(body) == ""


def test_limits_are_held() -> None:
    assert code_of(b"[[[]]]", Limits(depth=3)) == ""
    assert code_of(b"[[[[]]]]", Limits(depth=3)) == "json-depth"
    assert code_of(b"[1, 2, 3]", Limits(items=2)) == "json-size"
    assert code_of(b'{"a": 1, "b": 2}', Limits(items=1)) == "json-size"
    assert code_of(b"[[], [], []]", Limits(nodes=3)) == "json-size"
    assert code_of(b"[1, 2, 3]", Limits(size=5)) == "json-size"


@given(TREES)
def test_agrees_with_the_standard_library(tree: Any) -> None:
    body = json.dumps(tree, ensure_ascii=False).encode()
    value, issues = parse_json(body)
    if "\x00" in str(tree) or "\\x00" in repr(tree):
        return
    assert (value, issues) == (tree, ())


@given(st.binary(max_size=60) | st.text(alphabet='{}[]",:\\u0123eE+-. \ntrfalsn', max_size=60).map(str.encode))
def test_never_raises_and_agrees_with_the_scanner(body: bytes) -> None:
    code = code_of(body, WIDE)
    if not code:
        assert list(scan(body.decode(), WIDE))


def test_every_place_is_found() -> None:
    body = b'{"resourceType": "Bundle",\n "entry": [{"id": "1"},\n  {"id": "2"}]}'
    assert locate(body, "Bundle") == (1, 1)
    assert locate(body, "Bundle.entry[1].id") == (3, 10)
    assert locate(body, "Bundle.entry[1].missing.deeper") == (3, 3)
    assert locate(b"{", "Bundle.id") == (1, 1)
    places = ("Bundle", "Bundle.entry[1].id", "Bundle.entry[1].missing.deeper", "Bundle.entry[0]", "Bundle.none")
    assert locate_all(body, places) == {where: locate(body, where) for where in places}


# What RFC 8259 allows and we refuse all the same, by our own stricter rules.
STRICTER = {
    "y_number": "json-number",
    "y_number_real_capital_e": "json-number",
    "y_number_real_exponent": "json-number",
    "y_number_real_fraction_exponent": "json-number",
    "y_object_duplicated_key": "json-duplicate-key",
    "y_object_duplicated_key_and_value": "json-duplicate-key",
    "y_object_escaped_null_in_key": "json-nul",
    "y_object_extreme_numbers": "json-number",
    "y_string_null_escape": "json-nul",
}

# Our verdicts on what the suite leaves free, by the beginning of the case's name; the longest that fits counts.
FREE = {
    "i_number": "json-number",
    "i_number_too_big": "",
    "i_number_very_big": "",
    "i_object_key_lone": "json-surrogate",
    "i_string": "json-encoding",
    "i_string_1st": "json-surrogate",
    "i_string_incomplete": "json-surrogate",
    "i_string_invalid": "json-surrogate",
    "i_string_invalid_utf-8": "json-encoding",
    "i_string_inverted": "json-surrogate",
    "i_string_lone_second": "json-surrogate",
    "i_structure_500": "json-depth",
    "i_structure_UTF-8_BOM": "json-bom",
}


def suite() -> list[Path]:
    folder = Path(__file__).parents[3] / "shared" / "data" / "json-test-suite"
    return sorted(folder.glob("*.json"))


def test_suite_accepts_what_must_pass() -> None:
    shared_data("json-test-suite")
    verdicts = {path.stem: code_of(path.read_bytes()) for path in suite() if path.name[0] == "y"}
    assert len(verdicts) > 90
    assert {name: code for name, code in verdicts.items() if code} == STRICTER


def test_suite_exponents_pass_with_a_wider_limit() -> None:
    folder = shared_data("json-test-suite")
    wide = Limits(exponent=400)
    assert {code_of((folder / f"{name}.json").read_bytes(), wide) for name in STRICTER if "y_number" in name} == {""}


def test_suite_refuses_what_must_fail() -> None:
    shared_data("json-test-suite")
    verdicts = {path.stem: code_of(path.read_bytes()) for path in suite() if path.name[0] == "n"}
    assert len(verdicts) > 180
    assert [name for name, code in verdicts.items() if not code] == []


def test_suite_free_verdicts_are_pinned() -> None:
    shared_data("json-test-suite")
    names = sorted(FREE, key=len, reverse=True)
    for path in (path for path in suite() if path.name[0] == "i"):
        expected = next(FREE[name] for name in names if path.name.startswith(name))
        assert (path.name, code_of(path.read_bytes())) == (path.name, expected)


def test_many_places_are_found_in_one_reading() -> None:
    body = b'{"resourceType": "Bundle",\n "entry": [{"resource": {"id": "a"}},\n  {"resource": {"id": "b"}}]}'
    places = ("Bundle.entry[1].resource.id", "Bundle.entry[1].fullUrl", "Bundle.entry[9]", "Bundle", "Bundle.entry[0]")
    found = locate_all(body, places)
    assert found == {where: locate(body, where) for where in places}
    assert [found[where] for where in places] == [(3, 23), (3, 3), (2, 11), (1, 1), (2, 12)]
