"""Pools: nobody gets more than their right, and the rights are the pool."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settlement.clauses.pools import Approval, Goals, PerUnit, Pool, Staircase, shared
from tests.settlement.clauses.working import BY_KEY, KEYS, OERE, amount, done, reason

FLAGS = st.dictionaries(KEYS, st.integers(0, 1).map(Fraction))


@given(st.integers(0, 10**12), BY_KEY)
def test_rights_are_whole_oere_and_sum_to_the_pool(total: int, weights: dict[str, Fraction]) -> None:
    rights = shared(total, weights)
    assert sum(rights.values()) == (total if any(weights.values()) else 0)
    assert all(right.denominator == 1 for right in rights.values())


@given(OERE, BY_KEY, BY_KEY)
def test_nobody_draws_beyond_their_right(
    total: Fraction, weights: dict[str, Fraction], drawn: dict[str, Fraction]
) -> None:
    rights = done(Pool("t", "w"), t=total, w=weights).parts
    parts = done(Pool("t", "w", "d"), t=total, w=weights, d=drawn).parts
    assert all(parts[key] == min(drawn.get(key, Fraction()), right) for key, right in rights.items())
    assert amount(Pool("t", "w", "d"), t=total, w=weights, d=drawn) <= total


@given(BY_KEY, FLAGS, OERE)
def test_only_what_is_approved_is_paid_and_never_more_than_the_pool(
    asked: dict[str, Fraction], approved: dict[str, Fraction], pool: Fraction
) -> None:
    found = done(Approval("x", "y", "p"), x=asked, y=approved, p=pool)
    yes = {key: asked[key] for key in asked if approved.get(key)}
    assert set(found.parts) == set(yes)
    assert found.amount == (min(sum(yes.values()), pool) if yes else 0)
    assert amount(Approval("x", "y"), x=asked, y=approved) == sum(yes.values())


@given(FLAGS, OERE)
def test_goals(met: dict[str, Fraction], each: Fraction) -> None:
    assert amount(Goals("e", "m"), e=each, m=met) == each * sum(met.values())


@given(st.dictionaries(st.sampled_from(["a", "b"]), st.integers(0, 120).map(Fraction)), OERE)
def test_a_staircase_pays_at_most_its_pool_and_more_for_more(achieved: dict[str, Fraction], pool: Fraction) -> None:
    steps = ((Fraction(90), Fraction(50)), (Fraction(100), Fraction(100)))
    rule = Staircase("p", {"a": Fraction(1), "b": Fraction(3)}, "x", steps)
    found = amount(rule, p=pool, x=achieved)
    assert 0 <= found <= pool
    better = {key: value + 10 for key, value in achieved.items()}
    assert amount(rule, p=pool, x=better) >= found


@pytest.mark.parametrize(("achieved", "paid"), [("89.99", 0), ("90", 50), ("99.9", 50), ("100", 100), ("110", 100)])
def test_a_step_is_reached_exactly(achieved: str, paid: int) -> None:
    steps = ((Fraction(90), Fraction(50)), (Fraction(100), Fraction(100)))
    rule = Staircase(Fraction(100), {"a": Fraction(1)}, "x", steps)
    assert amount(rule, x={"a": Fraction(achieved)}) == paid


@given(OERE, st.integers(0, 366).map(Fraction))
def test_per_unit(each: Fraction, units: Fraction) -> None:
    assert amount(PerUnit("e", "u"), e=each, u=units) == each * units
    assert amount(PerUnit("e", "u", Fraction(366)), e=each, u=units) * 366 == each * units
    assert reason(PerUnit("e", "u", Fraction(0)), {"e": each, "u": units}) == "outside-threshold"
