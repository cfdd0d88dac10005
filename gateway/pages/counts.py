"""Courses counted by two fields, as a table of numbers that lead to their episodes, and as bars."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from gateway.pages.charts import Bar, Part
from gateway.pages.show import number
from gateway.pages.texts import Texts
from settlement.monitoring import Activity, counted

MOST_BARS = 16
TONES = 8
Label = Callable[[str, str], str]
"""A field's name and a value of it, in words."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number of courses, and the address of the episodes behind it ("" where there are none)."""

    count: int
    address: str


@dataclass(frozen=True, slots=True)
class Table:
    """Courses by one field (rows) and another (columns), each row with its sum, and the same as bars."""

    field: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Number, ...], Number], ...]
    bars: tuple[Bar, ...]


def table(activity: Sequence[Activity], rows: str, columns: str, months: str, label: Label, texts: Texts) -> Table:
    """Courses by two fields of an activity. months: as the page was asked for them; bars are the first rows'."""
    cells = counted(activity, rows, columns)
    heads = [head for (head,) in counted(activity, columns)]
    made, bars = [], []
    for (key,), total in counted(activity, rows).items():
        counts = [cells.get((key, head), 0) for head in heads]
        numbers = tuple(
            number_of(count, months, {rows: key, columns: head}) for head, count in zip(heads, counts, strict=True)
        )
        made.append((label(rows, key), numbers, number_of(total, months, {rows: key})))
        parts = tuple(
            Part(count, f"tone-{min(place, TONES)}", f"{label(columns, head)}: {count}")
            for place, (head, count) in enumerate(zip(heads, counts, strict=True), start=1)
        )
        bars.append(Bar(label(rows, key), parts, number(total, texts.language)))
    return Table(rows, tuple(label(columns, head) for head in heads), tuple(made), tuple(bars[:MOST_BARS]))


def number_of(count: int, months: str, wanted: Mapping[str, str]) -> Number:
    """A number with the address of the episodes behind it."""
    return Number(count, f"/monitor/episodes?{urlencode({'months': months, **wanted})}" if count else "")
