"""Subsidies: a base and an amount for every extra unit; instalments sum to the whole."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settlement.clauses.subsidies import BaseAndExtra, Instalments
from tests.settlement.clauses.working import OERE, amount, done


@pytest.mark.parametrize(("units", "kroner"), [(0, 0), (1, 24_000), (2, 34_000), (3, 44_000), (4, 54_000), (5, 64_000)])
def test_base_and_extra(units: int, kroner: int) -> None:
    rule = BaseAndExtra(Fraction(2_400_000), Fraction(1_000_000), "n")
    assert amount(rule, n=Fraction(units)) == 100 * kroner


@given(OERE, st.integers(1, 24))
def test_instalments_sum_to_the_whole_and_differ_by_an_oere_at_most(whole: Fraction, count: int) -> None:
    days = tuple(date(2026, 1, 1) + timedelta(days=30 * number) for number in range(count))
    parts = done(Instalments("x", days), x=whole).parts
    assert sum(parts.values()) == whole
    assert max(parts.values()) - min(parts.values()) <= 1
    assert list(parts) == [day.isoformat() for day in days]


@given(OERE, OERE, st.integers(0, 200))
def test_every_further_unit_adds_the_same(base: Fraction, extra: Fraction, units: int) -> None:
    rule = BaseAndExtra(base, extra, "n")
    step = amount(rule, n=Fraction(units + 1)) - amount(rule, n=Fraction(units))
    assert step == (extra if units else base)
