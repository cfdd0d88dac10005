"""Parts of a Measure and its MeasureReport: shapes of measure kinds, populations, quantities, stratifier codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from mappings.outbound import REGION_CODES, TERMINOLOGY
from profiles.names import BASE, IV_TYPE_CODES, MUNICIPALITY_CODES, WEIGHT_CATEGORY_CODES
from settlement.indicators import UNKNOWN
from settlement.measures import Count

STRATIFIER_CODES = f"{BASE}/CodeSystem/stratifier"
CONTACT_CODES = f"{BASE}/CodeSystem/contact-with"
EXACT_VALUE = f"{BASE}/StructureDefinition/exact-value"
DATA_ABSENT = f"{TERMINOLOGY}/data-absent-reason"
UCUM = "http://unitsofmeasure.org"
CURRENCIES = "urn:iso:std:iso:4217"
DECIMALS = 4


@dataclass(frozen=True, slots=True)
class Shape:
    """How a kind of measure is written: its scoring, and which number of a Count each population counts.

    scored: whether there is a measureScore. rounded: whether the score can lose digits that no population keeps.
    """

    scoring: str
    populations: tuple[tuple[str, str], ...]
    scored: bool = True
    rounded: bool = False


SHAPES: Mapping[str, Shape] = {
    "count": Shape("cohort", (("initial-population", "numerator"),), scored=False),
    "sum": Shape("continuous-variable", ()),
    "mean": Shape("continuous-variable", (("measure-population", "denominator"),), rounded=True),
    "proportion": Shape(
        "proportion",
        (("initial-population", "denominator"), ("denominator", "denominator"), ("numerator", "numerator")),
    ),
}

_VALUE_SYSTEMS: Mapping[str, str] = {
    "iv-type": IV_TYPE_CODES,
    "category": WEIGHT_CATEGORY_CODES,
    "municipality": MUNICIPALITY_CODES,
    "region": REGION_CODES,
    "contact-with": CONTACT_CODES,
}


def population_code(code: str) -> dict[str, Any]:
    """A population of HL7's measure-population codes."""
    return {"coding": [{"system": f"{TERMINOLOGY}/measure-population", "code": code}]}


def stratifier_code(name: str) -> dict[str, Any]:
    """What a stratifier, or a part of one, groups by."""
    return {"coding": [{"system": STRATIFIER_CODES, "code": name}]}


def stratum_value(name: str, value: str) -> dict[str, Any]:
    """The value of a group: a code where the stratifier has a code system, else text; "unknown" as data absent."""
    if value == UNKNOWN:
        return {"coding": [{"system": DATA_ABSENT, "code": "unknown"}]}
    system = _VALUE_SYSTEMS.get(name)
    return {"coding": [{"system": system, "code": value}]} if system else {"text": value}


def score(count: Count, unit: str, shape: Shape) -> dict[str, Any]:
    """`measureScore` of a count, as an element to merge; nothing where the kind has none or the ratio is undefined.

    A share lies between 0 and 1. Amounts are written in DKK with two decimals, from oere. Everything is rounded half
    to even; where that can lose digits that no population count keeps, the exact numerator and denominator stand in
    an extension, in the measure's own unit.
    """
    value = count.value
    if not shape.scored or value is None:
        return {}
    quantity = _money(value) if unit == "oere" else _quantity(value, unit)
    return {"measureScore": {**quantity, **({"extension": [_exact(count)]} if shape.rounded else {})}}


def _money(oere: Fraction) -> dict[str, Any]:
    return {"value": _rounded(oere / 100, 2), "unit": "DKK", "system": CURRENCIES, "code": "DKK"}


def _quantity(value: Fraction, unit: str) -> dict[str, Any]:
    """A Quantity in UCUM. What is counted has no unit of measure there, and is written as an annotation."""
    code = unit if unit in ("1", "min", "h", "d") else f"{{{unit}}}"
    return {"value": _rounded(value, DECIMALS), "unit": unit, "system": UCUM, "code": code}


def _rounded(value: Fraction, decimals: int) -> Decimal:
    """The exact fraction, rounded once: an integer division, not a decimal one, decides."""
    return Decimal(round(value * 10**decimals)).scaleb(-decimals)


def _exact(count: Count) -> dict[str, Any]:
    parts = (("numerator", count.numerator), ("denominator", count.denominator))
    return {"url": EXACT_VALUE, "extension": [{"url": name, "valueDecimal": Decimal(part)} for name, part in parts]}
