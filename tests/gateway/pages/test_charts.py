"""Charts and timelines as SVG: well-formed, inside their frame, in proportion."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from gateway.pages.charts import LABEL, VALUE, WIDTH, Bar, Part, stacked_bars
from gateway.pages.timeline import Scale

ROWS = st.lists(st.tuples(st.text("abcæøå<&\"' ", max_size=40), st.integers(0, 10**12), st.text("<1", max_size=5)))


def rects(drawing: str) -> list[tuple[int, int]]:
    """The left edge and width of every bar."""
    root = etree.fromstring(drawing)
    return [(int(rect.attrib["x"]), int(rect.attrib["width"])) for rect in root.iter("rect")]


def test_nothing_to_draw_is_nothing() -> None:
    assert stacked_bars([], "title") == ""


@given(ROWS)
def test_bars_stay_inside_their_room(rows: list[tuple[str, int, str]]) -> None:
    bars = [Bar(label, (Part(size, "tone-1", value),), value) for label, size, value in rows]
    drawing = stacked_bars(bars, "<title>")
    if rows:
        assert all(left >= LABEL and left + width <= WIDTH - VALUE + 2 for left, width in rects(drawing))


def test_parts_are_in_proportion_and_side_by_side() -> None:
    bar = Bar("label", (Part(30, "tone-1", "a"), Part(10, "tone-2", "b")), "40")
    (first, wide), (second, narrow) = rects(stacked_bars([bar], "t"))
    assert (first, second) == (LABEL, LABEL + wide)
    assert abs(wide - 3 * narrow) <= 3


@given(st.integers(1, 3000))
def test_a_timeline_has_a_readable_number_of_days(days: int) -> None:
    start = datetime(2026, 3, 20, 6, 0, tzinfo=UTC)
    ticks = list(Scale(start, start + timedelta(days=days)).days())
    assert len(ticks) <= 22
    assert ticks == sorted(set(ticks))
