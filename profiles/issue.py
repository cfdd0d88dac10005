"""Issue: one finding about data. A value, collected and never thrown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad a finding is; the codes of FHIR's issue-severity value set."""

    FATAL = "fatal"
    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"


@dataclass(frozen=True, slots=True)
class Tried:
    """A slice that was tried: what tells it apart, and what would satisfy that ("system", "equal to ...")."""

    slice: str
    discriminator: str
    expected: str


@dataclass(frozen=True, slots=True)
class About:
    """What a finding rests on. rule: the key of an invariant ("pat-1"). profile: the definition as url|version.
    value_set: the one a code should be in. expected: what would satisfy the rule. tried: slices that did not fit."""

    rule: str = ""
    profile: str = ""
    value_set: str = ""
    expected: str = ""
    tried: tuple[Tried, ...] = ()


@dataclass(frozen=True, slots=True)
class Issue:
    """One finding about data: what is wrong, where, and what to do about it.

    `code` is ours and stable ("cpr-date"); `kind` is a code of FHIR's issue-type value set.
    `where` is a FHIRPath expression, an XPath or a segment-field ("PID-3"); `line` and `column`
    count from 1. `text` is shown to the sender and logged, so it never holds personal data. `about`: what the finding
    rests on, where the one who found it knows.
    """

    severity: Severity
    code: str
    where: str
    text: str
    kind: str = "invalid"
    line: int | None = None
    column: int | None = None
    about: About | None = None


def fatal(code: str, where: str, text: str, kind: str = "structure") -> Issue:
    """A finding that stops all further reading."""
    return Issue(Severity.FATAL, code, where, text, kind)


def error(code: str, where: str, text: str, kind: str = "invalid") -> Issue:
    """A finding that refuses the message."""
    return Issue(Severity.ERROR, code, where, text, kind)


def warning(code: str, where: str, text: str, kind: str = "invalid") -> Issue:
    """A finding the sender should know of; the message is taken in."""
    return Issue(Severity.WARNING, code, where, text, kind)


def refuses(issues: Iterable[Issue]) -> bool:
    """Whether any of the issues means that the message cannot be taken in."""
    return any(issue.severity in (Severity.FATAL, Severity.ERROR) for issue in issues)
