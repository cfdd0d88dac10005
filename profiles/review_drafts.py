"""Drafts of reviewed files: an entry for each kind of finding that no entry is about yet, to be thought over."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from profiles.issue import Issue, Severity
from profiles.review import Review

_NUMBER = re.compile(r"\[[0-9]+\]")
NOT_YET = "Not reviewed yet"
"""How the reason of a draft begins; a person writes the right one, and sees to the action."""


@dataclass(frozen=True, slots=True, order=True)
class _Kind:
    """Findings that one entry is written for: of a code, a rule and a place, whatever the numbers in it."""

    code: str
    where: str
    rule: str

    @classmethod
    def of(cls, issue: Issue) -> _Kind:
        return cls(issue.code, _NUMBER.sub("[*]", issue.where), issue.about.rule if issue.about else "")


def drafted(issues: Iterable[Issue], review: Review, today: date) -> str:
    """Entries in TOML for findings that no entry of a review fits, in order; "" where there are none.

    Each lowers: an error no longer refuses, and is still told. What is only of interest is left out.
    """
    grave = (issue for issue in issues if issue.severity is not Severity.INFORMATION)
    left = [issue for issue in grave if not any(entry.fits(issue, today) for entry in review.entries)]
    counted = Counter(map(_Kind.of, left))
    texts = {_Kind.of(issue): issue.text for issue in reversed(left)}
    return "\n".join(_entry(kind, counted[kind], texts[kind]) for kind in sorted(counted))


def _entry(kind: _Kind, count: int, text: str) -> str:
    fields = {"code": kind.code, "where": kind.where, "rule": kind.rule, "action": "lower"}
    given = {name: value for name, value in fields.items() if value}
    reason = f"{NOT_YET}: met {count} {'time' if count == 1 else 'times'}."
    rows = [f"{name} = {_quoted(value)}" for name, value in {**given, "reason": reason}.items()]
    comment = f"# {''.join(char if char.isprintable() else ' ' for char in text)}"
    return "\n".join((comment, "[[finding]]", *rows, ""))


def _quoted(text: str) -> str:
    """A text as a basic string of TOML."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
