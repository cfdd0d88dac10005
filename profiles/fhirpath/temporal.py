"""Dates, times and what lies between: partial precision, offsets, comparison (FHIRPath N1, 4.1.5-7 and 6.1)."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

DATE, DATE_TIME, TIME = "Date", "DateTime", "Time"
_TEXT = re.compile(
    r"(?:(?P<y>[0-9]{4})(?:-(?P<mo>[0-9]{2})(?:-(?P<d>[0-9]{2}))?)?)?"
    r"(?P<t>T)?(?:(?P<h>[0-9]{2})(?::(?P<mi>[0-9]{2})(?::(?P<s>[0-9]{2}(?:\.[0-9]{1,30})?))?)?)?"
    r"(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?"
)
_CLOCK_TEXT = re.compile(r"T?(?P<h>[0-9]{2})(?::(?P<mi>[0-9]{2})(?::(?P<s>[0-9]{2}(?:\.[0-9]{1,30})?))?)?")
_WIDEST_OFFSET = 14 * 3600
"""Seconds between UTC and the farthest zone; an unknown offset moves a time by no more."""


@dataclass(frozen=True, slots=True)
class Temporal:
    """A Date, DateTime or Time, as precise as it was written.

    parts: year, month, day, hour, minute (a Time begins with the hour); second: with the digits written.
    offset: minutes east of UTC. zulu: written as "Z".
    """

    kind: str
    parts: tuple[int, ...]
    second: Decimal | None = None
    offset: int | None = None
    zulu: bool = False

    @property
    def precision(self) -> int:
        """How many fields are known; seconds and their fraction count as one (N1, 6.1.1)."""
        return len(self.parts) + (self.second is not None)

    def __str__(self) -> str:
        texts = [f"{part:02}" for part in self.parts]
        if self.second is not None:
            texts.append(second_text(self.second))
        if self.kind == TIME:
            return ":".join(texts)
        texts[0] = f"{self.parts[0]:04}"
        day, clock = "-".join(texts[:3]), ":".join(texts[3:])
        return f"{day}T{clock}{self._zone()}" if clock else day

    def _zone(self) -> str:
        if self.offset is None or self.zulu:
            return "Z" if self.zulu else ""
        hours, minutes = divmod(abs(self.offset), 60)
        return f"{'-' if self.offset < 0 else '+'}{hours:02}:{minutes:02}"


def second_text(second: Decimal) -> str:
    """Seconds as two digits and their fraction."""
    text = f"{second:f}"
    return text if len(text.partition(".")[0]) == 2 else f"0{text}"


def parse_date(text: str) -> Temporal | None:
    """A Date from its text; None where the text is none, or names no day of the calendar."""
    match = _TEXT.fullmatch(text)
    if match is None or not match["y"] or match["t"] or match["h"] or match["zone"]:
        return None
    parts = _numbers(match["y"], match["mo"], match["d"])
    return Temporal(DATE, parts) if _is_day(parts) else None


def parse_date_time(text: str) -> Temporal | None:
    """A DateTime from its text ("2015", "2015T", "2015-02-04T14:34:28+09:00"); None where it is none."""
    match = _TEXT.fullmatch(text)
    if match is None or not match["y"] or (match["h"] and not (match["d"] and match["t"])):
        return None
    parts = _numbers(match["y"], match["mo"], match["d"], match["h"], match["mi"])
    second = Decimal(match["s"]) if match["s"] else None
    if not _is_day(parts[:3]) or not _is_clock(parts[3:], second) or (match["zone"] and not match["h"]):
        return None
    zone = match["zone"]
    offset = _offset(zone) if zone else None
    if offset is not None and abs(offset) > _WIDEST_OFFSET // 60:
        return None
    return Temporal(DATE_TIME, parts, second, offset, zone == "Z")


def parse_time(text: str) -> Temporal | None:
    """A Time from its text ("14:34:28.123", "T14"); None where it is none."""
    match = _CLOCK_TEXT.fullmatch(text)
    if match is None:
        return None
    parts = _numbers(match["h"], match["mi"])
    second = Decimal(match["s"]) if match["s"] else None
    return Temporal(TIME, parts, second) if _is_clock(parts, second) else None


def compare(left: Temporal, right: Temporal) -> int | None:
    """-1, 0 or 1; None where precisions or offsets leave it open (N1, 6.2 Comparison). Kinds must fit each other."""
    if _has_clock(left) and _has_clock(right):
        if left.offset is not None and right.offset is not None and left.offset != right.offset:
            left, right = to_utc(left), to_utc(right)
        elif (left.offset is None) != (right.offset is None):
            return _compare_far(left, right)
    for one, other in zip(_fields(left), _fields(right), strict=False):
        if one != other:
            return -1 if one < other else 1
    return 0 if left.precision == right.precision else None


def is_comparable(left: Temporal, right: Temporal) -> bool:
    """Whether both are days or moments, or both are times."""
    return (left.kind == TIME) == (right.kind == TIME)


def to_utc(value: Temporal) -> Temporal:
    """The same moment in UTC, as precise as before. The value has an offset and at least an hour."""
    moved = add_seconds(value, Decimal(-60 * (value.offset or 0)))
    return Temporal(moved.kind, moved.parts, moved.second, 0, zulu=True)


def add_seconds(value: Temporal, seconds: Decimal) -> Temporal:
    """A value moved by seconds; fields finer than its own precision are dropped. A Time goes round the clock.

    Raises OverflowError or ValueError beyond the years 1 to 9999.
    """
    total = _seconds(value) + seconds
    days, rest = divmod(total, 86400)
    if rest < 0:
        days, rest = days - 1, rest + 86400
    hour, rest = divmod(rest, 3600)
    minute, second = divmod(rest, 60)
    clock = (int(hour), int(minute))
    whole_second = None if value.second is None else second
    if value.kind == TIME:
        return Temporal(TIME, clock[: len(value.parts)], whole_second)
    day = date.fromordinal(int(days))
    parts = (day.year, day.month, day.day, *clock)[: len(value.parts)]
    return Temporal(value.kind, parts, whole_second, value.offset, value.zulu)


def _seconds(value: Temporal) -> Decimal:
    """Seconds since the day before year 1, or since midnight."""
    if value.kind == TIME:
        days, clock = 0, value.parts
    else:
        year, month, day = (*value.parts[:3], 1, 1)[:3]
        days, clock = date(year, month, day).toordinal(), value.parts[3:]
    hour, minute = (*clock, 0, 0)[:2]
    whole = Decimal(days * 86400 + hour * 3600 + minute * 60)
    return whole if value.second is None else whole + value.second


def _compare_far(left: Temporal, right: Temporal) -> int | None:
    """Compare where one offset is unknown: only what no offset in the world could turn round is known."""
    gap = _seconds(left) - 60 * (left.offset or 0) - (_seconds(right) - 60 * (right.offset or 0))
    if abs(gap) <= _WIDEST_OFFSET:
        return None
    return 1 if gap > 0 else -1


def _has_clock(value: Temporal) -> bool:
    return value.kind == DATE_TIME and len(value.parts) > 3


def _fields(value: Temporal) -> tuple[int | Decimal, ...]:
    return value.parts if value.second is None else (*value.parts, value.second)


def _numbers(*texts: str | None) -> tuple[int, ...]:
    return tuple(int(text) for text in texts if text)


def _offset(zone: str) -> int:
    if zone == "Z":
        return 0
    minutes = int(zone[1:3]) * 60 + int(zone[4:6])
    return -minutes if zone[0] == "-" else minutes


def _is_day(parts: tuple[int, ...]) -> bool:
    year, month, day = (*parts, 1, 1)[:3]
    return year >= 1 and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]


def _is_clock(parts: tuple[int, ...], second: Decimal | None) -> bool:
    """Hours to 23; a leap second is allowed, as R4's patterns do."""
    hour, minute = (*parts, 0, 0)[:2]
    return hour <= 23 and minute <= 59 and (second is None or second < 61)
