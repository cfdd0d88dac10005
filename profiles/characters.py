"""Characters that texts should not hold: controls, which XML does not have, and directions that are never ended
(R4, string; Unicode Standard Annex 9; CVE-2021-42574)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from profiles.faults import Fault
from profiles.issue import Severity

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]").search
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]").findall
_END = dict.fromkeys("\u202a\u202b\u202d\u202e", "\u202c") | dict.fromkeys("\u2066\u2067\u2068", "\u2069")
"""What ends each character that changes the direction of writing."""


def character_faults(value: str) -> Iterator[Fault]:
    """Warnings on the characters of a text; none for texts that can be printed."""
    if value.isprintable():
        return
    if _CONTROL(value) is not None:
        text = "The text holds a control character, which XML cannot carry; take it out."
        yield Fault("text-control", text, "invalid", Severity.WARNING)
    if _stays_turned(value):
        text = "The text changes the direction of writing and never ends that, so it may be shown as it does not read."
        yield Fault("text-direction", text, "invalid", Severity.WARNING)


def _stays_turned(value: str) -> bool:
    waiting: list[str] = []
    for one in _DIRECTION(value):
        if one in _END:
            waiting.append(_END[one])
        elif one in waiting:
            del waiting[len(waiting) - 1 - waiting[::-1].index(one) :]
    return bool(waiting)
