"""Outcomes and whole courses."""

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from settlement.clauses.outcomes import Bundle, CaseMix, Deadline, ExpectedEffect
from tests.settlement.clauses.working import BY_KEY, OERE, amount

DAYS = st.dictionaries(st.text("abc", min_size=1), st.integers(0, 400).map(Fraction))


@given(OERE, OERE, DAYS, st.integers(0, 400))
def test_nothing_within_the_warranty_is_paid_extra(
    price: Fraction, extra: Fraction, events: dict[str, Fraction], warranty: int
) -> None:
    later = [days for days in events.values() if days > warranty]
    assert amount(Bundle("p", warranty, "e", "x"), p=price, e=events, x=extra) == price + extra * len(later)


@given(st.integers(0, 90), OERE)
def test_a_deadline_is_kept_on_its_last_day(days: int, tariff: Fraction) -> None:
    start = date(2015, 3, 1)
    rule = Deadline("t", Fraction(40), "s", "d", 30, Fraction(10))
    percent = 40 if days <= 30 else 10
    assert amount(rule, t=tariff, s=start, d=start + timedelta(days=days)) == tariff * percent / 100


@given(BY_KEY, BY_KEY, OERE)
def test_only_cases_that_reach_what_was_expected_are_paid(
    expected: dict[str, Fraction], actual: dict[str, Fraction], each: Fraction
) -> None:
    reached = [key for key, wanted in expected.items() if key in actual and actual[key] >= wanted]
    assert amount(ExpectedEffect("e", "x", "y"), e=each, x=expected, y=actual) == each * len(reached)


@given(BY_KEY, OERE)
def test_case_mix_follows_the_expected_cost(expected: dict[str, Fraction], price: Fraction) -> None:
    standard = Fraction(50_000)
    assert amount(CaseMix("p", "e", "s"), p=price, e=expected, s=standard) == price * sum(expected.values()) / standard
    assert amount(CaseMix("p", "e", "s"), p=price, e=expected, s=Fraction()) == 0
