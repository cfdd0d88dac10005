"""What the workbench shows of a message: its lines, the findings at them, and what each rests on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gateway.checking import Checked
from gateway.rule_links import rule_link
from profiles.issue import Issue, Severity

MOST_LINES = 4000
"""More lines make a page nobody scrolls through; findings further down are told in the list."""
_RANK = {severity: rank for rank, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding with its number, the page of its rule ("" for none), and why it is silenced ("" where it is not)."""

    number: int
    issue: Issue
    link: str
    because: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its number, its text, the findings on it, and the worst severity of them ("" for none)."""

    number: int
    text: str
    findings: tuple[int, ...]
    worst: str


@dataclass(frozen=True, slots=True)
class Bench:
    """A checked message. counts: findings by severity, worst first. left_out: lines that are not shown."""

    format: str
    guide: str
    valid: bool
    lines: tuple[Line, ...]
    left_out: int
    findings: tuple[Finding, ...]
    silenced: tuple[Finding, ...]
    counts: tuple[tuple[str, int], ...]


def bench(text: str, checked: Checked, guide: str) -> Bench:
    """The message and what was found, in order of place. guide: what it was judged by, in words of a package."""
    ordered = sorted(checked.issues, key=lambda issue: (issue.line or 0, _RANK[issue.severity]))
    findings = tuple(Finding(number, issue, rule_link(issue)) for number, issue in enumerate(ordered, 1))
    silenced = tuple(
        Finding(number, issue, rule_link(issue), reason)
        for number, (issue, reason) in enumerate(checked.silenced, len(findings) + 1)
    )
    rows = text.split("\n")
    lines = tuple(_line(number, row, findings) for number, row in enumerate(rows[:MOST_LINES], 1))
    counts = tuple((name, count) for name in Severity if (count := _count(findings, name)))
    left_out = max(len(rows) - MOST_LINES, 0)
    return Bench(checked.format, guide, checked.valid, lines, left_out, findings, silenced, counts)


def _line(number: int, text: str, findings: Sequence[Finding]) -> Line:
    here = [one for one in findings if one.issue.line == number]
    worst = min((one.issue.severity for one in here), key=lambda severity: _RANK[severity], default="")
    return Line(number, text, tuple(one.number for one in here), str(worst))


def _count(findings: Iterable[Finding], severity: Severity) -> int:
    return sum(one.issue.severity is severity for one in findings)
