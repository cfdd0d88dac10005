"""Charts as SVG drawn here: colours are classes of the style sheet, and every chart stands beside its table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

WIDTH = 480
LABEL = 165
VALUE = 110
ROW = 26
BAR = 16
LONGEST_LABEL = 21


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a bar. tone: its class in the style sheet ("tone-accepted"); label: what it is, for its tooltip."""

    size: int
    tone: str
    label: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a chart: its label, its parts in order, and the value written at its end."""

    label: str
    parts: tuple[Part, ...]
    value: str


def stacked_bars(bars: Sequence[Bar], title: str) -> Markup:
    """Horizontal bars made of parts, on a common scale. Nothing to draw gives nothing."""
    if not bars:
        return Markup()
    largest = max((sum(part.size for part in bar.parts) for bar in bars), default=0) or 1
    rows = Markup().join(_row(number, bar, largest) for number, bar in enumerate(bars))
    frame = Markup('<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}"><title>{}</title>{}</svg>')
    return frame.format(WIDTH, ROW * len(bars), title, title, rows)


def _row(number: int, bar: Bar, largest: int) -> Markup:
    room = WIDTH - LABEL - VALUE
    top = number * ROW
    drawn = Markup()
    left = LABEL
    for part in bar.parts:
        width = max(part.size, 0) * room // largest
        if part.size > 0:
            drawn += _part(part, left, top, max(width, 2))
            left += max(width, 2)
    middle = top + ROW // 2 + 5
    text = Markup('<text x="{}" y="{}" class="{}" text-anchor="{}">{}</text>')
    label = text.format(0, middle, "chart-label", "start", _short(bar.label))
    return label + drawn + text.format(left + 8, middle, "chart-value", "start", bar.value)


def _part(part: Part, left: int, top: int, width: int) -> Markup:
    rect = Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="2"><title>{}</title></rect>')
    return rect.format(part.tone, left, top + (ROW - BAR) // 2, width, BAR, part.label)


def _short(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1]}…"
