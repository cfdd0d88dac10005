"""Versions of packages and of canonical resources: order and patterns (semantic versioning 2.0.0, FHIR registry).

`4.0.1`, `5.3.0-ballot-tc1`, `1.2.x`, `latest`; dates ("2018-08-12") and other texts are ordered as texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_NUMBERS = re.compile(r"(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?(?:\.\d+)*(?:-([0-9A-Za-z.\-]+))?(?:\+.*)?").fullmatch
_NEWEST = ("", "latest", "current", "dev", "*", "x")

Order = tuple[int, tuple[int, int, int], int, tuple[tuple[int, int, str], ...], str]


def order(version: str) -> Order:
    """A key to sort versions by: later is greater, a release is greater than its pre-releases."""
    match = _NUMBERS(version)
    if match is None or _looks_like_date(version):
        return (0, (0, 0, 0), 0, (), version)
    numbers = (int(match[1]), int(match[2] or 0), int(match[3] or 0))
    label = match[4] or ""
    return (1, numbers, 0 if label else 1, tuple(_part(part) for part in label.split(".")), version)


def matches(version: str, pattern: str) -> bool:
    """Whether a version is what a pattern asks for: the same, `1.2.x`, a shorter version ("4.0"), or any for latest."""
    if version == pattern or pattern in _NEWEST:
        return True
    stem = re.sub(r"(\.[xX*])+$", "", pattern)
    shorter = stem != pattern or stem.count(".") < 2
    return shorter and stem.replace(".", "").isdigit() and re.match(rf"{re.escape(stem)}(\.|$)", version) is not None


def best(versions: Iterable[str], pattern: str) -> str | None:
    """The one of the versions that a pattern means: itself, else the latest that matches; a release before others."""
    found = [version for version in versions if matches(version, pattern)]
    if pattern in found:
        return pattern
    releases = [version for version in found if is_release(version)]
    return max(releases or found, key=order, default=None)


def is_release(version: str) -> bool:
    """Whether it is no ballot, draft, snapshot or other pre-release."""
    match = _NUMBERS(version)
    return match is not None and match[4] is None


def major(version: str) -> str:
    """What stands before the first dot."""
    return version.partition(".")[0]


def _looks_like_date(version: str) -> bool:
    return re.match(r"\d{4}-\d\d", version) is not None


def _part(part: str) -> tuple[int, int, str]:
    """Numbers come before letters, and are compared as numbers (semantic versioning, 11.4)."""
    return (0, int(part), "") if part.isdigit() and len(part) < 10 else (1, 0, part)
