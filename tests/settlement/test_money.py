"""Money: sums are conserved, rounding is where it is said to be, texts are as people write them."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settlement.money import indexed, kroner, oere, rounded, split

AMOUNTS = st.integers(-(10**12), 10**12)
WEIGHTS = st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(any)


@given(AMOUNTS, WEIGHTS)
def test_split_conserves_the_sum_and_is_fair(amount: int, weights: list[int]) -> None:
    parts = split(amount, weights)
    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Fraction(amount * weight, sum(weights))) < 1


@given(AMOUNTS, WEIGHTS)
def test_split_of_a_debt_is_the_debt_of_the_split(amount: int, weights: list[int]) -> None:
    assert split(-amount, weights) == tuple(-part for part in split(amount, weights))


def test_instalments_of_the_gp_subsidy() -> None:
    """S4: 44 000 kr. in three instalments is no whole number of oere."""
    assert split(4_400_000, [1, 1, 1]) == (1_466_667, 1_466_667, 1_466_666)


@pytest.mark.parametrize("weights", [[], [0], [1, -1], [2, -1]])
def test_split_needs_weights(weights: list[int]) -> None:
    with pytest.raises(ValueError, match=r"weights|empty"):
        split(100, weights)


def test_price_level() -> None:
    """PL 1.4 % 2021-22: 1000.00 kr. becomes 1014.00 kr."""
    assert rounded(indexed(100_000, Decimal("1.4"))) == 101_400


@given(st.fractions(-(10**9), 10**9), st.sampled_from([1, 25, 100]))
def test_rounding_goes_to_the_nearest(amount: Fraction, to: int) -> None:
    result = rounded(amount, to)
    assert result % to == 0
    assert 2 * abs(result - amount) <= to
    assert rounded(-amount, to) == -result


def test_halves_go_away_from_zero() -> None:
    assert [rounded(Fraction(n, 2)) for n in (1, 3, 5, -1, -3)] == [1, 2, 3, -1, -2]
    assert rounded(Fraction(14_950), 100) == 15_000


@pytest.mark.parametrize(
    ("amount", "danish", "english"),
    [
        (123_450, "1.234,50 kr.", "DKK 1,234.50"),
        (-5, "-0,05 kr.", "-DKK 0.05"),
        (100_000_000, "1.000.000,00 kr.", "DKK 1,000,000.00"),
    ],
)
def test_texts(amount: int, danish: str, english: str) -> None:
    assert kroner(amount, "da") == danish
    assert kroner(amount, "en") == english


def test_kroner_become_oere() -> None:
    assert oere(Decimal("1234.5")) == 123_450
    assert oere(7) == 700
    for bad in (Decimal("0.001"), Decimal("NaN"), Decimal("Infinity")):
        with pytest.raises(ValueError, match="amount"):
            oere(bad)
