"""Steps and trends as SVG, in the colours of the style sheet; like every chart they stand beside their table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from gateway.pages.charts import BAR, LABEL, ROW, VALUE, WIDTH
from gateway.pages.render import static_file

HEIGHT = 190
LEFT, RIGHT, TOP, BOTTOM = 70, 14, 12, 24
MOST_LABELS = 12
_CHART_RULES = re.compile(r"(?:^:root|\.chart|\.trend|(?:rect|circle)\.tone)[^{}]*\{[^}]*\}", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Step:
    """One row of steps: a bar from one amount to another, with its class in the style sheet and the value beside it."""

    label: str
    start: int
    end: int
    tone: str
    value: str


@dataclass(frozen=True, slots=True)
class Trend:
    """One line of a trend: its name, its class in the style sheet, and a value for each place."""

    name: str
    tone: str
    values: tuple[int, ...]


def steps(rows: Sequence[Step], title: str) -> Markup:
    """How one amount becomes another: bars from amount to amount on one scale. Nothing to draw gives nothing."""
    ends = [0, *(end for row in rows for end in (row.start, row.end))]
    low, room = min(ends), WIDTH - LABEL - VALUE
    if not rows or max(ends) == low:
        return Markup()
    scale = max(ends) - low
    drawn = Markup().join(_step(number, row, low, scale, room) for number, row in enumerate(rows))
    return _frame(WIDTH, ROW * len(rows), title, drawn)


def trends(found: Sequence[Trend], places: Sequence[str], texts: Sequence[str], title: str) -> Markup:
    """Values over places (months) as lines from zero. texts: the least and the greatest value as people write them.

    Nothing to draw gives nothing.
    """
    values = [value for trend in found for value in trend.values]
    if not values or max(values) == min(0, *values):
        return Markup()
    low, high = min(0, *values), max(0, *values)
    axis = Markup('<line class="tick" x1="{}" y1="{}" x2="{}" y2="{}"/>')
    label = Markup('<text x="{}" y="{}" class="chart-label" text-anchor="end">{}</text>')
    drawn = Markup()
    for value, text in zip((low, high), texts, strict=True):
        y = _y(value, low, high)
        drawn += axis.format(LEFT, y, WIDTH - RIGHT, y) + label.format(LEFT - 6, y + 4, text)
    drawn += _places(places)
    drawn += Markup().join(_trend(trend, places, low, high) for trend in found)
    return _frame(WIDTH, HEIGHT, title, drawn)


def as_file(drawing: Markup) -> bytes:
    """A chart as a file of its own, with the colours of the style sheet in it; without a drawing an empty one."""
    style = "\n".join(_CHART_RULES.findall(static_file("pages.css").decode()))
    inside = re.sub(r"^<svg |</svg>$", "", drawing or f'<svg viewBox="0 0 {WIDTH} {HEIGHT}"></svg>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {inside.replace(">", f"><style>{style}</style>", 1)}</svg>'.encode()
    )


def _step(number: int, row: Step, low: int, scale: int, room: int) -> Markup:
    top, first, last = number * ROW, min(row.start, row.end), max(row.start, row.end)
    left, width = LABEL + (first - low) * room // scale, max((last - first) * room // scale, 2)
    middle = top + ROW // 2 + 5
    bar = Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="2"><title>{}</title></rect>')
    text = Markup('<text x="{}" y="{}" class="{}" text-anchor="{}">{}</text>')
    drawn = bar.format(row.tone, left, top + (ROW - BAR) // 2, width, BAR, f"{row.label}: {row.value}")
    name = text.format(0, middle, "chart-label", "start", row.label)
    return name + drawn + text.format(WIDTH, middle, "chart-value", "end", row.value)


def _places(places: Sequence[str]) -> Markup:
    """The places' names below, so many that they do not run into each other."""
    every = -(-len(places) // MOST_LABELS)
    text = Markup('<text x="{}" y="{}" class="tick-label" text-anchor="middle">{}</text>')
    named = [(number, name) for number, name in enumerate(places) if number % every == 0]
    short = [(number, name[2:] if len(places) > MOST_LABELS // 2 else name) for number, name in named]
    return Markup().join(text.format(_x(number, len(places)), HEIGHT - 6, name) for number, name in short)


def _trend(trend: Trend, places: Sequence[str], low: int, high: int) -> Markup:
    points = [(_x(number, len(places)), _y(value, low, high)) for number, value in enumerate(trend.values)]
    line = Markup('<polyline class="trend {}" points="{}"><title>{}</title></polyline>')
    dot = Markup('<circle class="trend-point {}" cx="{}" cy="{}" r="3"><title>{}</title></circle>')
    drawn = line.format(trend.tone, " ".join(f"{x},{y}" for x, y in points), trend.name)
    told = zip(points, places, trend.values, strict=True)
    return drawn + Markup().join(dot.format(trend.tone, x, y, f"{trend.name}, {place}") for (x, y), place, _ in told)


def _x(number: int, count: int) -> int:
    room = WIDTH - LEFT - RIGHT - 20
    return LEFT + 10 + (number * room // (count - 1) if count > 1 else room // 2)


def _y(value: int, low: int, high: int) -> int:
    return TOP + (high - value) * (HEIGHT - TOP - BOTTOM) // (high - low)


def _frame(width: int, height: int, title: str, drawn: Markup) -> Markup:
    frame = Markup('<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}"><title>{}</title>{}</svg>')
    return frame.format(width, height, title, title, drawn)
