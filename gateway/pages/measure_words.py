"""Measures in words: values by their unit, and groups by what they are grouped by."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from gateway.pages.named import municipality_label, region_label
from gateway.pages.records import category_text
from gateway.pages.show import decimals, money, number, percent
from gateway.pages.texts import Texts
from gateway.pages.visit import Visit
from settlement.indicators import UNKNOWN
from settlement.measures import Count


def value_text(count: Count, unit: str, texts: Texts, *, with_unit: bool = True) -> str:
    """A count as people read it, by the measure's unit: an amount ("oere"), a share ("1"), or a number of things.

    with_unit: whether the things are named after the number.
    """
    value, language = count.value, texts.language
    if value is None:
        return texts("quality.nothing")
    if unit == "oere":
        return money(int(decimals(value, 0)), language)
    if unit == "1":
        return percent(value, language)
    rounded = number(decimals(value, 0 if value.denominator == 1 else 1), language)
    things = texts.code("unit-one" if value == 1 else "unit", unit)
    return f"{rounded}\u00a0{things}" if with_unit else rounded


def stratum_label(visit: Visit, on: date, dimension: str, value: str) -> str:
    """A group's key in words; the key itself where there are none."""
    if value == UNKNOWN:
        return visit.texts("quality.unknown")
    words = _WORDS.get(dimension)
    return words(visit, value, on) if words else value


def _hospital(visit: Visit, value: str) -> str:
    members = visit.gateway.register.members
    return next((member.name for member in members if value in (member.sor, member.gln)), value)


def _time_band(visit: Visit, value: str) -> str:
    """ "0120-0299" as "120–299 minutes", "1200-" as "1200– minutes"."""
    numbers = re.sub(r"0*(\d+)-0*(\d*)", r"\1–\2", value)
    return f"{numbers} {visit.texts('unit.min')}"


_WORDS: Mapping[str, Callable[[Visit, str, date], str]] = {
    "iv-type": lambda visit, value, _: visit.texts.code("iv", value),
    "category": lambda visit, value, _: category_text(value, visit.texts),
    "municipality": lambda visit, value, on: municipality_label(visit.gateway.register.directory, value, on),
    "region": lambda visit, value, _: region_label(visit.gateway.register.directory, value),
    "hospital": lambda visit, value, _: _hospital(visit, value),
    "contact-with": lambda visit, value, _: visit.texts.code("contact", value),
    "time-band": lambda visit, value, _: _time_band(visit, value),
}
