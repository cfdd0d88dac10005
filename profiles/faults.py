"""Faults: findings on their way up from the place they were found to the document, where they become issues.

A check returns None, or a list of faults; each enclosing check adds its step. So paths cost nothing while all is well.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from profiles.issue import About, Issue, Severity
from profiles.json_shapes import unnumbered

_LONGEST_TEXT = 2_000
_PLAIN_NAME = re.compile(r"_?[A-Za-z]{1,60}(?:\.ofType\([A-Za-z0-9]{1,60}\))?")


class Fault:
    """One finding whose place is still being built: `steps` holds the way up, innermost first."""

    __slots__ = ("about", "code", "kind", "severity", "steps", "text")

    def __init__(
        self,
        code: str,
        text: str,
        kind: str = "structure",
        severity: Severity = Severity.ERROR,
        step: str | int = "",
        about: About | None = None,
    ) -> None:
        self.code = code
        self.text = text
        self.kind = kind
        self.severity = severity
        self.steps: list[str | int] = [step] if step != "" else []
        self.about = about

    def copy(self) -> Fault:
        """The same finding, with a place of its own."""
        again = Fault(self.code, self.text, self.kind, self.severity, about=self.about)
        again.steps = list(self.steps)
        return again

    def issue(self, root: str) -> Issue:
        """The finding as an issue, its place written as FHIRPath from the root's type. Its text may hold a url out of
        the document, where anybody may have put anything."""
        steps = (f"[{step}]" if isinstance(step, int) else f".{_plain(step)}" for step in reversed(self.steps))
        return Issue(self.severity, self.code, root + "".join(steps), _shown(self.text), self.kind, about=self.about)


Found: TypeAlias = "list[Fault] | None"
Check: TypeAlias = Callable[[Any], Found]


def placed(fault: Fault, *path: str | int) -> Fault:
    """The fault, at a path from here on inwards."""
    fault.steps += reversed(path)
    return fault


OUTSIDE = -1
"""A step that takes the next one back: the fault is one of the object around the list it was found in."""


def under(step: str | int, faults: list[Fault]) -> list[Fault]:
    """The faults, one step further up."""
    for fault in faults:
        if fault.steps and fault.steps[-1] == OUTSIDE:
            fault.steps.pop()
        else:
            fault.steps.append(step)
    return faults


def copied(faults: Sequence[Fault] | None) -> Found:
    """The same faults anew, to be placed elsewhere."""
    return [fault.copy() for fault in faults] or None if faults else None


def _shown(text: str) -> str:
    """A text without what may be a CPR number, and no longer than anybody reads."""
    return unnumbered(text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]} …")


def _plain(name: str) -> str:
    """A property's name, or "?" where it is nothing like one and might say something of a person."""
    return name if _PLAIN_NAME.fullmatch(name) else "?"
