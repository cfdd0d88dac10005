"""The clock, and the parts of dates and times (FHIRPath N1, 5.9.2; the parts are STU)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from profiles.fhirpath.errors import FhirPathError
from profiles.fhirpath.functions.kinds import Function, ValueFunction
from profiles.fhirpath.run import Item, Items, Run
from profiles.fhirpath.temporal import DATE, DATE_TIME, TIME, Temporal
from profiles.fhirpath.values import maybe, single_value


def _clock(run: Run) -> datetime:
    now = run.environment.now
    if now is None or now.tzinfo is None:
        raise FhirPathError("The expression asks for the time, and this evaluation was given no clock.")
    return now


def _second(now: datetime) -> Decimal:
    return Decimal(now.second * 1000 + now.microsecond // 1000).scaleb(-3)


def _now(run: Run, _: Items, __: Sequence[Items]) -> Items:
    now = _clock(run)
    offset = now.utcoffset()
    minutes = int(offset.total_seconds()) // 60 if offset is not None else 0
    parts = (now.year, now.month, now.day, now.hour, now.minute)
    return [Temporal(DATE_TIME, parts, _second(now), minutes)]


def _today(run: Run, _: Items, __: Sequence[Items]) -> Items:
    now = _clock(run)
    return [Temporal(DATE, (now.year, now.month, now.day))]


def _time_of_day(run: Run, _: Items, __: Sequence[Items]) -> Items:
    now = _clock(run)
    return [Temporal(TIME, (now.hour, now.minute), _second(now))]


def _part(compute: Callable[[Temporal], Item | None]) -> ValueFunction:
    """A function of a single date or time; empty for anything else, and where it lacks the part."""

    def body(_: Run, items: Items, __: Sequence[Items]) -> Items:
        value = single_value(items)
        return maybe(compute(value)) if isinstance(value, Temporal) else []

    return ValueFunction(body)


def _day_part(place: int) -> ValueFunction:
    return _part(lambda value: None if value.kind == TIME else _at(value.parts, place))


def _clock_part(place: int) -> ValueFunction:
    return _part(lambda value: _at(value.parts if value.kind == TIME else value.parts[3:], place))


def _at(parts: tuple[int, ...], place: int) -> int | None:
    return parts[place] if place < len(parts) else None


def _whole_second(value: Temporal) -> int | None:
    return None if value.second is None else int(value.second)


def _millisecond(value: Temporal) -> int | None:
    if value.second is None or "." not in f"{value.second:f}":
        return None
    return int((value.second % 1) * 1000)


def _offset(value: Temporal) -> Decimal | None:
    return None if value.offset is None else Decimal(value.offset) / 60


def _date(value: Temporal) -> Temporal | None:
    return None if value.kind == TIME else Temporal(DATE, value.parts[:3])


def _time(value: Temporal) -> Temporal | None:
    if value.kind != DATE_TIME or len(value.parts) < 4:
        return None
    return Temporal(TIME, value.parts[3:], value.second)


DATES: Mapping[str, Function] = {
    "now": ValueFunction(_now),
    "today": ValueFunction(_today),
    "timeOfDay": ValueFunction(_time_of_day),
    "yearOf": _day_part(0),
    "monthOf": _day_part(1),
    "dayOf": _day_part(2),
    "hourOf": _clock_part(0),
    "minuteOf": _clock_part(1),
    "secondOf": _part(_whole_second),
    "millisecondOf": _part(_millisecond),
    "timezoneOffsetOf": _part(_offset),
    "dateOf": _part(_date),
    "timeOf": _part(_time),
}
