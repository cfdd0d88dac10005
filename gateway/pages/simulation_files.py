"""A simulation as files: every cell as CSV for Danish spreadsheets, and the chart as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from markupsafe import Markup

from gateway.pages.charts import Bar, Part, stacked_bars
from gateway.pages.curves import Trend, as_file, trends
from gateway.pages.named import municipality_label
from gateway.pages.records import category_text
from gateway.pages.show import money
from gateway.pages.texts import Texts, texts
from gateway.papers.sheet import sheet
from gateway.papers.words import kroner
from gateway.simulating import Simulation
from settlement.organisations import Directory
from settlement.simulating import Simulated, summed

MOST_BARS = 16


def as_csv(found: Simulation, directory: Directory, language: str) -> bytes:
    """Every cell, one row each, amounts in kroner."""
    words = texts(language)
    heads = ("dimension.month", "simulate.code", "dimension.municipality", "dimension.category", "simulate.courses")
    more = ("simulate.cost", "simulate.new-courses", "simulate.new-cost", "simulate.difference")
    label = partial(municipality_label, directory, on=found.months[1].last_day)
    rows = [
        (
            cell.month,
            cell.municipality,
            label(cell.municipality),
            category_text(cell.category, words),
            cell.courses,
            kroner(cell.cost),
            cell.new_courses,
            kroner(cell.new_cost),
            kroner(cell.difference),
        )
        for cell in found.cells
    ]
    return sheet([words(name) for name in (*heads, *more)], rows)


def as_svg(found: Simulation, language: str) -> bytes:
    """The cost by month, now and then, as a file of its own."""
    return as_file(month_chart(found, texts(language)))


def month_chart(found: Simulation, words: Texts) -> Markup:
    """Cost now and then by month; of one month only, as two bars."""
    cells = {cell.month: cell for cell in summed(found.cells, "month")}
    places, month = [], found.months[0]
    while month <= found.months[1]:
        places.append(str(month))
        month = month.next()
    rows = [cells.get(place, Simulated(place, "", "", 0, 0, 0, 0)) for place in places]
    title = words("simulate.chart")
    if len(rows) == 1:
        return stacked_bars(pair(places[0], rows[0], words), title)
    return two_lines(rows, places, words, title)


def two_lines(rows: Sequence[Simulated], places: Sequence[str], words: Texts, title: str) -> Markup:
    """Cost now and then over months."""
    now = Trend(words("simulate.cost"), "tone-1", tuple(row.cost for row in rows))
    then = Trend(words("simulate.new-cost"), "tone-2", tuple(row.new_cost for row in rows))
    values = (*now.values, *then.values)
    ends = tuple(short_money(end, words.language) for end in (min(0, *values), max(0, *values)))
    return trends([now, then], places, ends, title)


def municipality_chart(found: Simulation, directory: Directory, words: Texts) -> Markup:
    """Cost now and then, two bars for each municipality; the first ones, for the table has them all."""
    bars: list[Bar] = []
    for cell in summed(found.cells, "municipality")[:MOST_BARS]:
        label = municipality_label(directory, cell.municipality, found.months[1].last_day)
        bars += pair(label or words("missing.municipality"), cell, words)
    return stacked_bars(bars, words("simulate.by-municipality"))


def pair(label: str, cell: Simulated, words: Texts) -> list[Bar]:
    """What it costs, and under it what it would have cost."""
    now, then = money(cell.cost, words.language), money(cell.new_cost, words.language)
    return [
        Bar(label, (Part(cell.cost, "tone-1", f"{words('simulate.cost')}: {now}"),), now),
        Bar("", (Part(cell.new_cost, "tone-2", f"{words('simulate.new-cost')}: {then}"),), then),
    ]


def short_money(oere: int, language: str) -> str:
    """An amount in whole kroner, for an axis."""
    return money(oere // 100 * 100, language).replace(",00", "").replace(".00", "")
