"""Plain arithmetic: exact, and conserved where it splits."""

from datetime import date
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from settlement.clauses.amounts import Choose, Difference, Limit, PercentOf, PriceIndex, Share, Sum, whole_weights
from tests.settlement.clauses.working import BY_KEY, KEYS, OERE, PERCENT, amount, done, reason


@given(OERE, PERCENT)
def test_percent_of(base: Fraction, percent: Fraction) -> None:
    assert amount(PercentOf("x", percent), x=base) * 100 == base * percent
    rest = amount(PercentOf("x", 100 - percent), x=base)
    assert amount(PercentOf("x", percent), x=base) + rest == base


@given(OERE, OERE, OERE)
def test_limit(value: Fraction, one: Fraction, other: Fraction) -> None:
    low, high = sorted((one, other))
    found = amount(Limit("x", low, high), x=value)
    assert low <= found <= high
    assert found == value or not low <= value <= high
    assert amount(Limit("x"), x=value) == value


@given(OERE, OERE, OERE)
def test_sum_and_difference(one: Fraction, other: Fraction, third: Fraction) -> None:
    total = amount(Sum(("x", "y"), ("z",)), x=one, y=other, z=third)
    assert total == one + other - third
    assert amount(Difference("x", "y"), x=one, y=other) - amount(Difference("x", "y"), x=other, y=one) == one - other
    assert amount(Sum((), ("x",)), x=one) == -one


@given(OERE, st.dictionaries(st.sampled_from(["region", "kommune", "stat"]), st.integers(0, 100).map(Fraction)))
def test_shares_are_whole_oere_and_sum_to_the_amount(whole: Fraction, weights: dict[str, Fraction]) -> None:
    weights = weights | {"region": Fraction(70)}
    parts = [amount(Share("x", weights, name), x=whole) for name in weights]
    assert sum(parts) == whole
    assert all(part.denominator == 1 for part in parts)


@given(BY_KEY)
def test_whole_weights_keep_the_proportion(values: dict[str, Fraction]) -> None:
    thirds = {key: value / 3 for key, value in values.items()}
    whole = whole_weights(thirds)
    assert all(
        weight * other == value * other_weight
        for weight, value in zip(whole, thirds.values(), strict=True)
        for other_weight, other in zip(whole, thirds.values(), strict=True)
    )


def test_choose() -> None:
    rule = Choose("how", {"one": Fraction(100), "other": "x"})
    assert amount(rule, how="one", x=Fraction(5)) == 100
    assert amount(rule, how="other", x=Fraction(5)) == 5
    assert reason(rule, {"how": "neither"}) == "no-such-option"


def test_price_index_is_exact_over_years_and_never_guesses_one() -> None:
    rule = PriceIndex("x", 2021, {"2022": Fraction("1.4"), "2023": Fraction("2")})
    assert amount(rule, date(2022, 3, 1), x=Fraction(100_000)) == 101_400
    assert amount(rule, date(2023, 3, 1), x=Fraction(100_000)) == 103_428
    assert amount(rule, date(2021, 3, 1), x=Fraction(100_000)) == 100_000
    assert reason(rule, {"x": Fraction(1)}, date(2024, 1, 1)) == "no-index"
    assert "1,4 % (2022)" in done(rule, date(2022, 3, 1), x=Fraction(100_000)).steps["da"]


@given(st.dictionaries(KEYS, OERE, min_size=1), OERE, st.sampled_from("abcdx"))
def test_choose_gives_what_was_chosen_and_nothing_else(options: dict[str, Fraction], other: Fraction, how: str) -> None:
    rule = Choose("how", {**options, "x": "elsewhere"})
    if how in {*options, "x"}:
        assert amount(rule, how=how, elsewhere=other) == (other if how == "x" else options[how])
    else:
        assert reason(rule, {"how": how, "elsewhere": other}) == "no-such-option"


@given(
    OERE, st.lists(st.integers(-500, 2_000).map(lambda each: Fraction(each, 100)), min_size=1, max_size=6), st.data()
)
def test_a_price_index_goes_by_way_of_any_year_between(
    base: Fraction, percents: list[Fraction], data: st.DataObject
) -> None:
    index = {str(2021 + number): percent for number, percent in enumerate(percents)}
    last, between = 2020 + len(percents), data.draw(st.integers(2020, 2020 + len(percents)))
    at_once = amount(PriceIndex("x", 2020, index), date(last, 7, 1), x=base)
    half = amount(PriceIndex("x", 2020, index), date(between, 7, 1), x=base)
    assert amount(PriceIndex("x", between, index), date(last, 7, 1), x=half) == at_once
    assert reason(PriceIndex("x", 2020, index), {"x": base}, date(last + 1, 1, 1)) == "no-index"
