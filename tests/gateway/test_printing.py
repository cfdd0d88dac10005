"""How values are written for people."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from gateway.printing import as_json, each_as_json, listing_as_json, listings_as_json, value_of
from settlement.measures import Count


@pytest.mark.parametrize(
    ("count", "unit", "shown"),
    [
        (Count(23676900, 1), "oere", "DKK 236,769.00"),
        (Count(2, 39), "1", "5.1 %"),
        (Count(1, 1), "1", "100.0 %"),
        (Count(9483, 37), "min", "256.3 min"),
        (Count(39, 1), "course", "39 courses"),
        (Count(1, 1), "course", "1 course"),
        (Count(0, 0), "1", "-"),
    ],
)
def test_a_value_by_its_unit(count: Count, unit: str, shown: str) -> None:
    assert value_of(count, unit) == shown


@pytest.mark.parametrize("values", [[], [1], [{"b": 1, "a": [1, {}]}, "x", []]])
def test_values_printed_one_by_one_are_the_same_list(values: list[object]) -> None:
    one, other = io.StringIO(), io.StringIO()
    as_json(values, Console(file=one))
    each_as_json(iter(values), Console(file=other))
    assert one.getvalue() == other.getvalue()


@pytest.mark.parametrize("values", [[], [1], [{"b": "x\ny", "a": [1, {}]}, "x", []]])
@pytest.mark.parametrize("rest", [{}, {"month": "2026-10", "zero": []}])
def test_a_listing_is_an_object_with_the_rest_beside_it(values: list[object], rest: dict[str, object]) -> None:
    one, other = io.StringIO(), io.StringIO()
    as_json({"lines": values, **rest}, Console(file=one))
    listing_as_json("lines", iter(values), lambda: rest, Console(file=other))
    assert one.getvalue() == other.getvalue()


def test_listings_are_a_list_of_such_objects() -> None:
    for several in ([], [[1, {"a": [2]}]], [[], [3]]):
        one, other = io.StringIO(), io.StringIO()
        as_json([{"lines": values, "month": "2026-10"} for values in several], Console(file=one))
        told = ((iter(values), lambda: {"month": "2026-10"}) for values in several)
        listings_as_json("lines", told, Console(file=other))
        assert one.getvalue() == other.getvalue()
