"""Steps and trends as SVG: well-formed, inside their frame, in proportion."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from gateway.pages.charts import LABEL, VALUE, WIDTH
from gateway.pages.curves import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, Step, Trend, as_file, steps, trends

AMOUNTS = st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=12)


@given(AMOUNTS)
def test_steps_stay_inside_their_room(amounts: list[int]) -> None:
    rows = [Step("<a&b>", start, end, "tone-1", "v") for start, end in zip([0, *amounts], amounts, strict=False)]
    drawing = steps(rows, "title")
    if drawing:
        bars = [(int(bar.attrib["x"]), int(bar.attrib["width"])) for bar in etree.fromstring(drawing).iter("rect")]
        assert len(bars) == len(rows)
        assert all(left >= LABEL and left + width <= WIDTH - VALUE + 2 for left, width in bars)


def test_a_step_begins_where_the_one_before_ended() -> None:
    drawing = steps([Step("a", 0, 100, "t", "1"), Step("b", 100, 40, "t", "2"), Step("c", 0, 40, "t", "3")], "t")
    first, second, third = etree.fromstring(drawing).iter("rect")
    right = int(first.attrib["x"]) + int(first.attrib["width"])
    assert abs(int(second.attrib["x"]) + int(second.attrib["width"]) - right) <= 1
    assert abs(int(third.attrib["x"]) + int(third.attrib["width"]) - int(second.attrib["x"])) <= 1


@given(st.lists(AMOUNTS, min_size=1, max_size=4))
def test_trends_stay_inside_their_room(rows: list[list[int]]) -> None:
    places = [f"2026-{number + 1:02}" for number in range(max(map(len, rows)))]
    found = [Trend("<n>", "tone-1", tuple(row + [0] * (len(places) - len(row)))) for row in rows]
    drawing = trends(found, places, ("0", "9"), "title")
    if drawing:
        points = [
            tuple(map(int, point.split(",")))
            for line in etree.fromstring(drawing).iter("polyline")
            for point in str(line.attrib["points"]).split()
        ]
        assert len(points) == len(found) * len(places)
        assert all(LEFT <= x <= WIDTH - RIGHT and TOP <= y <= HEIGHT - BOTTOM for x, y in points)


def test_nothing_to_draw_is_nothing() -> None:
    assert steps([], "t") == ""
    assert trends([], [], ("", ""), "t") == ""
    assert trends([Trend("a", "t", (0, 0))], ["1", "2"], ("0", "0"), "t") == ""


def test_a_chart_as_a_file_brings_its_colours() -> None:
    drawing = trends([Trend("<a>", "tone-1", (1, 2))], ["2026-01", "2026-02"], ("0", "2"), "t > u")
    root = etree.fromstring(as_file(drawing))
    style = root.findtext("{*}style") or ""
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert ".trend.tone-1" in style
    assert "--ink" in style
    assert len(root.findall(".//{*}polyline")) == 1
    assert etree.fromstring(as_file(trends([], [], ("", ""), "t"))).findall("{*}style")
