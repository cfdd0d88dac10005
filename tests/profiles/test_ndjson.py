"""NDJSON: lines, their numbers, and empty ones."""

from __future__ import annotations

from profiles.issue import Severity
from profiles.ndjson import Line, read_lines


def test_every_line_is_a_value() -> None:
    assert list(read_lines(b'{"a": 1}\r\n{"a": 2}\n')) == [Line(1, {"a": 1}, ()), Line(2, {"a": 2}, ())]


def test_an_empty_line_is_a_warning_and_the_end_is_none() -> None:
    lines = list(read_lines(b'{"a": 1}\n\n{"a": 2}\n'))
    assert [(line.number, line.value) for line in lines] == [(1, {"a": 1}), (2, None), (3, {"a": 2})]
    assert [(one.code, one.severity, one.line) for line in lines for one in line.issues] == [
        ("ndjson-empty-line", Severity.WARNING, 2)
    ]


def test_findings_name_the_line_of_the_file() -> None:
    first, second = read_lines(b'{"a": 1}\n{"a" 2}')
    assert first.issues == ()
    assert [(one.code, one.line, one.column) for one in second.issues] == [("json-syntax", 2, 6)]
