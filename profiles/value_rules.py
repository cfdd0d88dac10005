"""Checks of single values beyond their format: smallest and largest value, longest text (ElementDefinition, R4)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeAlias

from profiles.definitions import Definition
from profiles.faults import Fault, Found
from profiles.fhirpath.quantities import compare, from_fhir
from profiles.issue import About

ValueCheck: TypeAlias = Callable[[Any], Found]

_DATES = frozenset({"date", "dateTime", "instant", "time"})


def value_checks(definitions: tuple[Definition, ...]) -> list[ValueCheck]:
    """The checks of an element's own limits, each said once."""
    checks: list[ValueCheck] = []
    lengths = {one.element["maxLength"]: one.source for one in definitions if "maxLength" in one.element}
    for length, source in lengths.items():
        checks.append(_length_check(length, source))
    seen: set[str] = set()
    for one in definitions:
        for key, limit in one.element.items():
            known = f"{key}={limit}"
            if key.startswith(("minValue", "maxValue")) and len(key) > 8 and known not in seen:
                seen.add(known)
                checks.append(_limit_check(key[:3], key[8:], limit, one.source))
    return checks


def _length_check(length: int, source: str) -> ValueCheck:
    def check(value: Any) -> Found:
        if type(value) is not str or len(value) <= length:
            return None
        text = f"The text is longer than {length} characters (profile {source})."
        about = About(profile=source, expected=f"at most {length} characters")
        return [Fault("value-length", text, "structure", about=about)]

    return check


def _limit_check(side: str, type_name: str, limit: Any, source: str) -> ValueCheck:
    what = "less than the smallest" if side == "min" else "greater than the largest"
    told = limit.get("value", "") if isinstance(limit, dict) else limit

    def check(value: Any) -> Found:
        order = _compare(value, limit, type_name)
        if order is None or (order >= 0 if side == "min" else order <= 0):
            return None
        text = f"The value is {what} allowed, {told} (profile {source})."
        about = About(profile=source, expected=f"at {'least' if side == 'min' else 'most'} {told}")
        return [Fault(f"value-{side}", text, "invalid", about=about)]

    return check


def _compare(value: Any, limit: Any, type_name: str) -> int | None:
    """-1, 0 or 1 as value is less, equal or greater; None where they cannot be compared."""
    if type(value) is dict and type(limit) is dict:
        left, right = from_fhir(value), from_fhir(limit)
        return compare(left, right) if left is not None and right is not None else None
    if isinstance(value, str) and isinstance(limit, str) and type_name[:1].lower() + type_name[1:] in _DATES:
        length = min(len(value), len(limit), 10 if "T" in value or "T" in limit else 99)
        return _sign(value[:length], limit[:length])
    if _is_number(value) and _is_number(limit):
        return _sign(Decimal(str(value)), Decimal(str(limit)))
    return None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _sign(left: Any, right: Any) -> int:
    return 1 if left > right else -1 if left < right else 0
