"""Reviewed findings: a TOML file that silences, lowers or raises what the validators say, each entry with its reason.

    [[finding]]
    code = "narrative-link"                 # the finding's stable code
    where = "Bundle.entry[*].resource.*"    # optional: its place, where * stands for anything
    text = "*medcom-messaging*"             # optional: its text, the same way
    rule = "bdl-7"                          # optional: the key of the invariant it rests on, the same way
    profile = "http://medcomfhir.dk/*"      # optional: the profile it rests on (url|version), the same way
    value_set = "http://hl7.org/fhir/*"     # optional: the value set it rests on, the same way
    action = "lower"                        # silence; lower (error to warning, warning to information); raise
    reason = "why that is right"
    until = 2027-12-31                      # optional: the last day it counts

The first entry that fits a finding decides. What is wrong in such a file is told with its line.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from profiles.issue import About, Issue, Severity

_TEXTS = ("code", "action", "reason", "where", "text", "rule", "profile", "value_set")
_REQUIRED = ("code", "action", "reason")
_LOWERED = {
    Severity.FATAL: Severity.ERROR,
    Severity.ERROR: Severity.WARNING,
    Severity.WARNING: Severity.INFORMATION,
    Severity.INFORMATION: Severity.INFORMATION,
}
_NOTHING = About()
_RAISED = {
    Severity.INFORMATION: Severity.WARNING,
    Severity.WARNING: Severity.ERROR,
    Severity.ERROR: Severity.ERROR,
    Severity.FATAL: Severity.FATAL,
}


class ReviewError(ValueError):
    """The file is no review. The text says which line, what is wrong and what to do."""


class Action(StrEnum):
    """What is done with a finding."""

    SILENCE = "silence"
    LOWER = "lower"
    RAISE = "raise"


@dataclass(frozen=True, slots=True)
class Entry:
    """One reviewed finding: which it is, what is done with it, and why. until: the last day it counts."""

    code: str
    action: Action
    reason: str
    where: str = "*"
    text: str = "*"
    rule: str = "*"
    profile: str = "*"
    value_set: str = "*"
    until: date | None = None

    def fits(self, issue: Issue, today: date) -> bool:
        """Whether this is about the finding, and still counts."""
        if issue.code != self.code or (self.until is not None and today > self.until):
            return False
        return (
            _like(self.where, issue.where) and _like(self.text, issue.text) and self._fits_what(issue.about or _NOTHING)
        )

    def _fits_what(self, about: About) -> bool:
        """Whether this is about findings that rest on this."""
        return (
            _like(self.rule, about.rule)
            and _like(self.profile, about.profile)
            and _like(self.value_set, about.value_set)
        )


@dataclass(frozen=True, slots=True)
class Reviewed:
    """Findings after the review: those that are told, and those silenced, each with the reason."""

    issues: tuple[Issue, ...]
    silenced: tuple[tuple[Issue, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Review:
    """The entries of a review, in order."""

    entries: tuple[Entry, ...] = ()

    def apply(self, issues: Iterable[Issue], today: date) -> Reviewed:
        """What is left to be told of the findings, in their order."""
        told: list[Issue] = []
        silenced: list[tuple[Issue, str]] = []
        for issue in issues:
            entry = next((one for one in self.entries if one.fits(issue, today)), None)
            if entry is not None and entry.action is Action.SILENCE:
                silenced.append((issue, entry.reason))
            else:
                told.append(_changed(issue, entry))
        return Reviewed(tuple(told), tuple(silenced))

    def __add__(self, other: Review) -> Review:
        """This review's entries, then the other's."""
        return Review((*self.entries, *other.entries))


def read_review(text: str, name: str = "the review") -> Review:
    """The review of a TOML text. name: of the file, for messages. Raises ReviewError."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise ReviewError(f"{name} is no TOML: {problem}.") from problem
    found = tables.get("finding", [])
    if set(tables) - {"finding"} or type(found) is not list:
        raise ReviewError(f"{name}: a review holds tables [[finding]] and nothing else.")
    if not all(type(table) is dict for table in found):
        raise ReviewError(f"{name}: each finding is a table, [[finding]].")
    lines = [number for number, line in enumerate(text.splitlines(), 1) if re.match(r"\s*\[\[\s*finding\s*]]", line)]
    places = [f"{name}, line {line}" for line in lines] if len(lines) == len(found) else [name] * len(found)
    return Review(tuple(map(_entry, found, places)))


def _entry(table: dict[str, Any], place: str) -> Entry:
    unknown = set(table) - {*_TEXTS, "until"}
    if unknown:
        raise ReviewError(
            f"{place}: {', '.join(sorted(unknown))} is not known; an entry has {', '.join(_TEXTS)}, until."
        )
    for key in _TEXTS:
        if not isinstance(table.get(key, "" if key in _REQUIRED else "*"), str) or not table.get(key, "*").strip():
            raise ReviewError(f"{place}: {key} must be a text that says something.")
    missing = [key for key in _REQUIRED if key not in table]
    if missing:
        raise ReviewError(f"{place}: {', '.join(missing)} is missing.")
    if table["action"] not in list(Action):
        raise ReviewError(f"{place}: action is {', '.join(Action)}, not {table['action']!r}.")
    if type(table.get("until", date.min)) is not date:
        raise ReviewError(f"{place}: until is a day, written 2027-12-31.")
    return Entry(**table | {"action": Action(table["action"])})


def _changed(issue: Issue, entry: Entry | None) -> Issue:
    if entry is None:
        return issue
    table = _LOWERED if entry.action is Action.LOWER else _RAISED
    return replace(issue, severity=table[issue.severity])


def _like(pattern: str, text: str) -> bool:
    """Whether a text is like a pattern; each part between stars is looked for in turn, so time stays linear."""
    first, *rest = pattern.split("*")
    if not rest:
        return text == pattern
    if not text.startswith(first) or not text[len(first) :].endswith(rest[-1]):
        return False
    at, end = len(first), len(text) - len(rest[-1])
    for part in rest[:-1]:
        found = text.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return at <= end
