"""Definitions that nothing can meet: more repetitions needed than allowed, a smallest value above the largest
(ElementDefinition, R4: min and max, minValue and maxValue; profiling page, 5.1.0.14 slicing)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

from profiles.faults import Fault
from profiles.fhirpath.quantities import compare, from_fhir
from profiles.json_shapes import text, unnumbered

Json: TypeAlias = dict[str, Any]


def impossible(differential: Sequence[Json], origins: Mapping[str, Json]) -> Iterator[Fault]:
    """Findings on the elements of a differential; origins: the elements of the base's snapshot by id. That one element
    says a min above its max is R4's own rule (eld-2)."""
    for element in differential:
        origin = origins.get(_identity(element), {})
        least, most = _count(element, origin, "min"), _count(element, origin, "max")
        if least is not None and most is not None and least > most and not {"min", "max"} <= element.keys():
            yield _none(element, f"it needs {least} and may have {most}")
        low, high = _limit(element, origin, "minValue"), _limit(element, origin, "maxValue")
        if is_more(low, high):
            yield _none(element, "its smallest value is above the largest")
    yield from _slices(differential, origins)


def _slices(differential: Sequence[Json], origins: Mapping[str, Json]) -> Iterator[Fault]:
    """The slices of an element need no more repetitions together than it may have."""
    for element in differential:
        if "sliceName" in element:
            continue
        identity = _identity(element)
        most = _count(element, origins.get(identity, {}), "max")
        slices = [one for one in differential if _is_slice_of(one, identity)]
        needed = sum(_count(one, origins.get(_identity(one), {}), "min") or 0 for one in slices)
        if most and needed > most:  # of what is prohibited altogether, the slices are too
            yield _none(element, f"its slices need {needed} together, and it may have {most}")


def _is_slice_of(element: Json, identity: str) -> bool:
    head, colon, name = _identity(element).rpartition(":")
    return bool(colon) and head == identity and "." not in name and "/" not in name and "sliceName" in element


def _identity(element: Json) -> str:
    return text(element.get("id")) or text(element.get("path"))


def _count(element: Json, origin: Json, side: str) -> int | None:
    value = element.get(side, origin.get(side))
    if isinstance(value, str) and value.isdecimal():
        return int(value)
    return value if isinstance(value, int) else None


def _limit(element: Json, origin: Json, stem: str) -> tuple[str, Any] | None:
    said = (one for source in (element, origin) for one in source.items() if one[0].startswith(stem))
    return next(said, None)


def is_more(low: tuple[str, Any] | None, high: tuple[str, Any] | None) -> bool:
    """Whether a smallest value is surely above a largest one of the same type."""
    if low is None or high is None or low[0][8:] != high[0][8:]:
        return False
    left, right = low[1], high[1]
    if isinstance(left, dict) and isinstance(right, dict):
        amounts = from_fhir(left), from_fhir(right)
        return amounts[0] is not None and amounts[1] is not None and (compare(amounts[0], amounts[1]) or 0) > 0
    if isinstance(left, str) and isinstance(right, str):
        length = min(len(left), len(right), 10 if "T" in left + right else 99)
        return left[:length] > right[:length]
    if isinstance(left, int | float | Decimal) and isinstance(right, int | float | Decimal):
        return Decimal(str(left)) > Decimal(str(right))
    return False


def _none(element: Json, why: str) -> Fault:
    told = f"Nothing can meet what is said of {unnumbered(_identity(element))}: {why}."
    return Fault("definition-impossible", told, "business-rule")
