"""A measure's groups as people see them: a list for one dimension, a table with rows and columns for two."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from gateway.pages.charts import Bar, Part
from gateway.pages.measure_words import value_text
from gateway.pages.texts import Texts
from settlement.measures import Count, Result, Stratum

MOST_BARS = 16
SCALE = 1000
TONES = 8
ADDED_UP = ("count", "sum")
"""Kinds whose groups add up to the whole, so that their bars may be stacked."""

Label = Callable[[str, str], str]
"""A dimension and a key, in words."""


@dataclass(frozen=True, slots=True)
class Row:
    """One group: its label, its exact counts, and its value as text."""

    label: str
    count: Count
    value: str


@dataclass(frozen=True, slots=True)
class Listed:
    """Groups by one dimension."""

    dimension: str
    rows: tuple[Row, ...]
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Crossed:
    """Groups by two dimensions: a value for each row and column that has one, else ""."""

    row_dimension: str
    column_dimension: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    bars: tuple[Bar, ...]


def groupings(result: Result, label: Label, texts: Texts) -> tuple[tuple[Listed, ...], tuple[Crossed, ...]]:
    """A result's groups by one dimension and by two, in the result's order."""
    found = [(names, list(strata)) for names, strata in groupby(result.strata, key=_names)]
    lists = (listed(strata, result, label, texts) for names, strata in found if len(names) == 1)
    crosses = (crossed(strata, result, label, texts) for names, strata in found if len(names) == 2)
    return tuple(lists), tuple(crosses)


def listed(strata: Sequence[Stratum], result: Result, label: Label, texts: Texts) -> Listed:
    """Groups by one dimension as rows and bars. The chart has the first ones: the table has the rest."""
    rows = [
        Row(label(*stratum.keys[0]), stratum.count, value_text(stratum.count, result.unit, texts)) for stratum in strata
    ]
    bars = [Bar(row.label, (Part(_size(row.count), "tone-1", row.value),), row.value) for row in rows[:MOST_BARS]]
    return Listed(strata[0].keys[0][0], tuple(rows), tuple(bars))


def crossed(strata: Sequence[Stratum], result: Result, label: Label, texts: Texts) -> Crossed:
    """Groups by two dimensions as a table, with stacked bars where the groups add up to the whole."""
    cells = {(stratum.keys[0][1], stratum.keys[1][1]): stratum.count for stratum in strata}
    (first, _), (second, _) = strata[0].keys
    row_keys, column_keys = sorted({row for row, _ in cells}), sorted({column for _, column in cells})
    table = tuple(
        (label(first, row), tuple(_cell(cells.get((row, column)), result.unit, texts) for column in column_keys))
        for row in row_keys
    )
    columns = tuple(label(second, column) for column in column_keys)
    bars = tuple(
        _stacked(label(first, row), [cells.get((row, column)) for column in column_keys], columns, result, texts)
        for row in row_keys[:MOST_BARS]
    )
    return Crossed(first, second, columns, table, bars if result.kind in ADDED_UP and len(columns) <= TONES else ())


def _stacked(label: str, counts: Sequence[Count | None], columns: Sequence[str], result: Result, texts: Texts) -> Bar:
    parts = tuple(
        Part(_size(count), f"tone-{place}", f"{column}: {value_text(count, result.unit, texts)}")
        for place, (column, count) in enumerate(zip(columns, counts, strict=True), start=1)
        if count
    )
    known = [count for count in counts if count]
    total = Count(sum(count.numerator for count in known), known[0].denominator)
    return Bar(label, parts, value_text(total, result.unit, texts))


def _cell(count: Count | None, unit: str, texts: Texts) -> str:
    return value_text(count, unit, texts, with_unit=False) if count else ""


def _size(count: Count) -> int:
    return int((count.value or 0) * SCALE)


def _names(stratum: Stratum) -> tuple[str, ...]:
    return tuple(name for name, _ in stratum.keys)
