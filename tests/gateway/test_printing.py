"""How values are written for people."""

from __future__ import annotations

import pytest

from gateway.printing import value_of
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
