"""Samples: drawn again they are the same; risky lines are drawn more often; every stratum is looked at."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from settlement.sampling import RATES, Candidate, draw

LINES = [Candidate(f"l{number}", 1_000 * (1 + number % 50), number % 10 == 0) for number in range(1000)]


def test_the_same_seed_draws_the_same_whatever_the_order() -> None:
    assert draw(LINES, "2026-10") == draw(LINES[::-1], "2026-10")
    assert draw(LINES, "2026-10") != draw(LINES, "2026-11")


def test_strata_and_rates() -> None:
    remarked, large, usual = draw(LINES, "2026-10")
    assert [one.name for one in (remarked, large, usual)] == list(RATES)
    assert (remarked.size, len(remarked.drawn)) == (100, 50)
    assert remarked.size + large.size + usual.size == len(LINES)
    assert remarked.amount + large.amount + usual.amount == sum(one.amount for one in LINES)
    assert Fraction(len(usual.drawn), usual.size) >= usual.rate


@given(st.integers(0, 30), st.text())
def test_no_stratum_that_is_not_empty_goes_unseen(count: int, seed: str) -> None:
    for stratum in draw(LINES[:count], seed):
        assert len(stratum.drawn) == -(-stratum.size * stratum.rate.numerator // stratum.rate.denominator)
        assert bool(stratum.drawn) == bool(stratum.size)
        assert len(set(stratum.drawn)) == len(stratum.drawn)
