"""Adding durations to dates and times, and the earliest and latest moment a partial one may be (N1, 6.7; STU)."""

from __future__ import annotations

from calendar import monthrange
from decimal import ROUND_DOWN, Decimal

from profiles.fhirpath.errors import FhirPathError
from profiles.fhirpath.numbers import bounded
from profiles.fhirpath.quantities import Quantity, calendar_word
from profiles.fhirpath.temporal import DATE, DATE_TIME, TIME, Temporal, add_seconds

_SECONDS = {
    "week": Decimal(604800),
    "day": Decimal(86400),
    "hour": Decimal(3600),
    "minute": Decimal(60),
    "second": Decimal(1),
    "millisecond": Decimal("0.001"),
}
_DEFINITE = {"wk": "week", "d": "day", "h": "hour", "min": "minute", "s": "second", "ms": "millisecond"}
_FINE = ("second", "millisecond")
_DIGITS = {DATE: (4, 6, 8), DATE_TIME: (4, 6, 8, 10, 12, 14, 17), TIME: (2, 4, 6, 9)}
_EARLIEST_OFFSET = 14 * 60
_LATEST_OFFSET = -12 * 60


def moved(value: Temporal, duration: Quantity, sign: int) -> Temporal:
    """value + duration, or - with sign -1 (N1, 6.7). Raises FhirPathError for units that are no such duration."""
    unit = calendar_word(duration.unit) if duration.calendar else _DEFINITE.get(duration.unit, "")
    if not unit or (value.kind == TIME and unit not in ("hour", "minute", *_FINE)):
        raise FhirPathError("Only a calendar duration that fits can be added to a date or time.")
    amount = duration.value * sign
    if unit not in _FINE:
        amount = amount.to_integral_value(ROUND_DOWN)
    try:
        return _moved(value, amount, unit)
    except (OverflowError, ValueError, ArithmeticError):
        raise FhirPathError("A date beyond the years 1 to 9999 cannot be computed.") from None


def _moved(value: Temporal, amount: Decimal, unit: str) -> Temporal:
    if value.kind == TIME:
        return add_seconds(value, _whole(amount * _SECONDS[unit], value))
    if unit in ("year", "month"):
        return _add_months(value, int(amount) * (12 if unit == "year" else 1))
    if len(value.parts) < 3:
        days = amount * _SECONDS[unit] / 86400
        months = int(days / 365) * 12 if len(value.parts) == 1 else int(days / 30)
        return _add_months(value, months)
    return add_seconds(value, _whole(amount * _SECONDS[unit], value))


def _whole(seconds: Decimal, value: Temporal) -> Decimal:
    """Seconds cut to what the value's precision can hold (N1, 6.7: the rest is ignored)."""
    if value.second is not None:
        return seconds
    fields = len(value.parts) + (3 if value.kind == TIME else 0)
    step = {3: 86400, 4: 3600, 5: 60}[fields]
    return Decimal(int(seconds / step) * step)


def _add_months(value: Temporal, months: int) -> Temporal:
    """Years and months added; the 31st becomes the last day of a shorter month."""
    year, month = (*value.parts, 1)[:2]
    if len(value.parts) == 1:
        return Temporal(value.kind, (_year(year + int(months / 12)),))
    year, month = divmod(year * 12 + month - 1 + months, 12)
    parts = [_year(year), month + 1, *value.parts[2:]]
    if len(parts) > 2:
        parts[2] = min(parts[2], monthrange(year, month + 1)[1])
    return Temporal(value.kind, tuple(parts), value.second, value.offset, value.zulu)


def _year(year: int) -> int:
    if not 1 <= year <= 9999:
        raise OverflowError
    return year


def digits(value: Temporal) -> int:
    """How many digits are written: 4 for a year, 17 for a date and time with milliseconds."""
    steps = _DIGITS[value.kind]
    fraction = value.second is not None and value.second != value.second.to_integral_value()
    fraction = fraction or (value.second is not None and "." in f"{value.second:f}")
    return steps[value.precision - 1 + fraction]


def edge(value: Temporal, wanted: int | None, upper: bool) -> Temporal | None:
    """The earliest (or latest) value this may stand for, to so many digits; None for a number that fits no field.

    A date and time without offset may be the earliest on earth at +14:00 and the latest at -12:00.
    """
    steps = _DIGITS[value.kind]
    wanted = steps[-1] if wanted is None else wanted
    if wanted not in steps:
        return None
    full = _filled(value, upper)
    count = steps.index(wanted) + 1
    parts = full.parts[:count]
    clock = value.kind != DATE and count > len(full.parts)
    second = _cut(full.second, wanted) if clock and full.second is not None else None
    has_hour = value.kind == DATE_TIME and count > 3
    offset = value.offset if value.offset is not None or not has_hour else _edge_offset(upper)
    return Temporal(value.kind, parts, second, offset if has_hour else None, value.zulu and has_hour)


def _edge_offset(upper: bool) -> int:
    return _LATEST_OFFSET if upper else _EARLIEST_OFFSET


def _cut(second: Decimal, wanted: int) -> Decimal:
    """Seconds without their fraction, or with milliseconds."""
    whole = wanted in (14, 6)
    step = Decimal(1) if whole else Decimal("0.001")
    return bounded(lambda: second.quantize(step, ROUND_DOWN)) or Decimal(0).quantize(step)


def _filled(value: Temporal, upper: bool) -> Temporal:
    """The value with every field it lacks at its least or greatest."""
    if value.kind == TIME:
        clock = (*value.parts, *((59,) if upper else (0,)))[:2]
        return Temporal(TIME, clock, _filled_second(value, upper))
    parts = list(value.parts)
    if len(parts) < 2:
        parts.append(12 if upper else 1)
    if len(parts) < 3:
        parts.append(monthrange(parts[0], parts[1])[1] if upper else 1)
    parts += [23 if upper else 0, 59 if upper else 0][len(parts) - 3 :]
    return Temporal(value.kind, tuple(parts), _filled_second(value, upper), value.offset, value.zulu)


def _filled_second(value: Temporal, upper: bool) -> Decimal:
    if value.second is None:
        return Decimal("59.999") if upper else Decimal(0)
    whole = value.second == value.second.to_integral_value() and "." not in f"{value.second:f}"
    return value.second + Decimal("0.999") if upper and whole else value.second
