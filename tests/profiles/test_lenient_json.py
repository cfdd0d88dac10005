"""JSON with slips: what is read over, what is said of it, and what stays fatal."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles.issue import Severity
from profiles.lenient_json import MOST_ISSUES, read_json
from profiles.limits import Limits

PATIENT = {"resourceType": "Patient", "name": [{"family": "Nielsen", "given": ["Anna", "Marie"]}]}
PIECES = st.sampled_from(
    [*'{}[],:"/#\n', '"a"', "1", "1.5", "true", "nul", "//", "//x\n", "resourceType", "\\u0041", "é"]
)


def found(text: str, *, comments: bool = False) -> tuple[Any, list[tuple[str, str, int | None, int | None]]]:
    value, issues = read_json(text.encode(), comments=comments)
    return value, [(issue.code, issue.where, issue.line, issue.column) for issue in issues]


def test_right_json_is_read_as_ever() -> None:
    assert found('{"a": [1, 1.50, null, true], "b": "\\u00e6"}') == (
        {"a": [1, Decimal("1.50"), None, True], "b": "æ"},
        [],
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"resourceType": "Patient" "active": true}', [("json-comma", "Patient", 1, 28)]),
        ('{"resourceType": "Patient", "name": [{"given": ["a" "b"]}]}', [("json-comma", "Patient.name[0]", 1, 53)]),
        ('{"resourceType": "Patient", "active": true,}', [("json-extra-comma", "Patient", 1, 43)]),
        ('{"resourceType": "Patient", "name": [{"family": "x"},]}', [("json-extra-comma", "Patient.name", 1, 53)]),
        ('{"resourceType": "Patient", active: true}', [("json-unquoted", "Patient", 1, 29)]),
        ('{"resourceType": "Patient", "gender": female}', [("json-unquoted", "Patient", 1, 39)]),
        ('{"resourceType": "Patient", "id": "a", "id": "b"}', [("json-duplicate-key", "Patient", 1, 40)]),
        ('// a\n{"resourceType": "Patient"}', [("json-comment", "Patient", 1, 1)]),
        ('{"resourceType": "Patient", "id": "a" // why\n}', [("json-comment", "Patient.id", 1, 39)]),
        ('{"resourceType": "Patient", "id": "a\nb"}', [("json-control", "Patient.id", 1, 35)]),
    ],
)
def test_slips_are_told_where_they_are(text: str, expected: list[tuple[str, str, int, int]]) -> None:
    value, issues = found(text)
    assert isinstance(value, dict)
    assert issues == expected


def test_a_list_says_once_that_commas_are_missing() -> None:
    value, issues = found('{"resourceType": "Patient", "name": [{"given": ["a" "b" "c"] "family": "x"}]}')
    assert value["name"] == [{"given": ["a", "b", "c"], "family": "x"}]
    assert [code for code, *_ in issues] == ["json-comma", "json-comma"]


def test_the_first_of_two_equal_names_counts() -> None:
    assert found('{"id": "a", "id": "b"}')[0] == {"id": "a"}


def test_comments_may_be_welcome() -> None:
    text = '// who\n{"resourceType": "Patient", // what\n "name": [ // these\n {"given": ["a" // first\n, "b"]}]}// end'
    assert found(text, comments=True) == (
        {"resourceType": "Patient", "name": [{"given": ["a", "b"]}]}, []
    )  # fmt: skip
    assert len(found(text)[1]) == 5


def test_a_byte_order_mark_is_passed_over() -> None:
    assert read_json(b'\xef\xbb\xbf{"a": 1}') == ({"a": 1}, ())


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ('{"a": [1}', 1, 9),
        ('{"a": 1]', 1, 8),
        ('{"a": 1}}', 1, 9),
        ('{"a" 1}', 1, 6),
        ('{"a": #}', 1, 7),
        ('{"a": 1 # 2}', 1, 9),
        ('{"a": "x', 1, 7),
        ('{"a": 01}', 1, 7),
        ('{"a": /* b */ 1}', 1, 7),
        ("{'a': 1}", 1, 2),
        ("", 1, 1),
    ],
)
def test_what_cannot_be_read_is_one_fatal_finding_at_no_place(text: str, line: int, column: int) -> None:
    value, issues = read_json(text.encode())
    assert value is None
    assert [(one.severity, one.where, one.kind, one.line, one.column) for one in issues] == [
        (Severity.FATAL, "", "invalid", line, column)
    ]


def test_limits_hold() -> None:
    assert read_json(b"[" * 200, Limits(depth=5))[1][0].code == "json-depth"
    assert read_json(b"{a:" * 200, Limits(depth=5))[1][0].code == "json-depth"
    assert read_json(b"{a: 1e99}")[1][0].code == "json-number"
    _, issues = read_json(b"[" + b"a," * 10 * MOST_ISSUES + b"b]")
    assert len(issues) == MOST_ISSUES


def test_names_that_may_say_something_of_a_person_are_not_repeated() -> None:
    _, issues = read_json(b'{"2512489996": {"a" 1}}')
    assert "2512489996" not in issues[0].text


@given(st.lists(PIECES, max_size=30).map("".join))
def test_any_text_gives_a_value_or_a_fatal_finding(text: str) -> None:
    value, issues = read_json(text.encode())
    if any(issue.severity is Severity.FATAL for issue in issues):
        assert (value, len(issues)) == (None, 1)
    assert all(issue.line is not None for issue in issues)


@given(st.integers(1, 40))
def test_losing_one_comma_loses_nothing(at: int) -> None:
    text = json.dumps(PATIENT)
    commas = [index for index, character in enumerate(text) if character == ","]
    cut = commas[at % len(commas)]
    value, issues = read_json((text[:cut] + text[cut + 1 :]).encode())
    assert value == PATIENT
    assert [issue.code for issue in issues] == ["json-comma"]
