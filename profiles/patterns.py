"""Fixed values and patterns (ElementDefinition, R4: fixed[x] must be equal, pattern[x] must be contained)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from profiles.faults import Fault, Found, under
from profiles.issue import About

_EXTRAS = ("id", "extension")


def is_fixed(value: Any, fixed: Any) -> bool:
    """Whether a value is exactly the fixed one."""
    return check_fixed(value, fixed, "") is None


def has_pattern(value: Any, pattern: Any) -> bool:
    """Whether a value holds all that the pattern holds."""
    return check_pattern(value, pattern, "") is None


def check_fixed(value: Any, fixed: Any, source: str) -> Found:
    """Faults where a value is not exactly what a profile fixes; ids and extensions may be added to it."""
    if type(fixed) is dict and type(value) is dict:
        faults: list[Fault] = []
        for key in dict.fromkeys((*fixed, *value)):
            if key in _EXTRAS and key not in fixed:
                continue
            if key not in fixed:
                faults.append(_mismatch(f"{key} must be absent, as the value is fixed", source, "absent", key))
            elif key not in value:
                faults.append(_mismatch(f"{key} is missing from the fixed value", source, _told(fixed[key]), key))
            else:
                faults += under(key, check_fixed(value[key], fixed[key], source) or [])
        return faults or None
    if type(fixed) is list and type(value) is list and len(fixed) == len(value):
        faults = []
        for index, (inner, wanted) in enumerate(zip(value, fixed, strict=True)):
            faults += under(index, check_fixed(inner, wanted, source) or [])
        return faults or None
    return None if _same(value, fixed) else [_unlike("The value", fixed, source)]


def check_pattern(value: Any, pattern: Any, source: str) -> Found:
    """Faults where a value lacks something the pattern holds."""
    if type(pattern) is dict and type(value) is dict:
        faults: list[Fault] = []
        for key, wanted in pattern.items():
            if key not in value:
                faults.append(_unlike(key, wanted, source))
            else:
                faults += under(key, check_pattern(value[key], wanted, source) or [])
        return faults or None
    if type(pattern) is list and type(value) is list:
        missing = [one for one in pattern if not any(has_pattern(inner, one) for inner in value)]
        return [_mismatch(f"No repetition holds {_told(one)}", source, _told(one)) for one in missing] or None
    return None if _same(value, pattern) else [_unlike("The value", pattern, source)]


def _same(value: Any, wanted: Any) -> bool:
    """Equality of primitives; a decimal is itself with whatever number of digits, true is not 1."""
    if isinstance(value, int | float | Decimal) and isinstance(wanted, int | float | Decimal):
        return (
            type(value) is not bool and type(wanted) is not bool and Decimal(str(value)) == Decimal(str(wanted))
        ) or (value is wanted)
    return type(value) is type(wanted) and bool(value == wanted)


def _unlike(name: str, wanted: Any, source: str) -> Fault:
    told = _told(wanted)
    return _mismatch(f"{name} must be {told}", source, told)


def _mismatch(text: str, source: str, expected: str, step: str = "") -> Fault:
    about = About(profile=source, expected=expected)
    return Fault("profile-value", f"{text} (profile {source}).", "value", step=step, about=about)


def _told(wanted: Any) -> str:
    """What the profile asks for, which is no personal data."""
    if type(wanted) is dict:
        inner = ", ".join(f"{key} {_told(value)}" for key, value in wanted.items())
        return f"{{{inner}}}"
    if type(wanted) is list:
        return " and ".join(_told(one) for one in wanted)
    return f"'{wanted}'"
