"""NDJSON: one resource a line (R4, Bulk Data), read as leniently as a file that people correct."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from profiles.issue import Issue, Severity
from profiles.lenient_json import read_json
from profiles.limits import DEFAULT_LIMITS, Limits


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its number, counted from 1, the value it holds, and what was found in reading it; issues name the line
    of the file."""

    number: int
    value: Any
    issues: tuple[Issue, ...]


def numbered(body: bytes) -> Iterator[tuple[int, bytes]]:
    """The lines of a file with their numbers, counted from 1, without what ends them; b"" for an empty line."""
    for number, line in enumerate(body.removesuffix(b"\n").split(b"\n"), 1):
        yield number, line.removesuffix(b"\r") if line.strip() else b""


def read_lines(body: bytes, limits: Limits = DEFAULT_LIMITS) -> Iterator[Line]:
    """The lines of a file. An empty line, other than at the end, holds nothing and is a warning."""
    for number, line in numbered(body):
        if line:
            value, issues = read_json(line, limits)
            yield Line(number, value, tuple(replace(issue, line=number) for issue in issues))
        else:
            yield Line(number, None, (empty_line(number),))


def empty_line(number: int) -> Issue:
    """What is to be said of an empty line."""
    text = "The file holds an empty line, which not every reader accepts; take it out."
    return Issue(Severity.WARNING, "ndjson-empty-line", "", text, "informational", number)
