"""How values are written for people."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from gateway.printing import as_json, each_as_json, value_of
from settlement.measures import Count


@pytest.mark.parametrize(
    ("count", "unit", "shown"),
    [
        (Count(23676900, 1), "oere", "DKK 236,769.00"),
        (Count(2, 39), "1", "5.1 %"),
        (Count(1, 1), "1", "100.0 %"),
        (Count(9483, 37), "min", "256.3 min"),
        (Count(39, 1), "course", "39 course"),
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
