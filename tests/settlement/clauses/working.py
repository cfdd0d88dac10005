"""Short words for clauses in tests."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from hypothesis import strategies as st

from settlement.clauses.kinds import Rule
from settlement.clauses.sheet import Fact, Sheet, Worked
from settlement.eligibility import Reason

DAY = date(2016, 6, 1)
OERE = st.integers(0, 10**12).map(Fraction)
PERCENT = st.integers(0, 20_000).map(lambda value: Fraction(value, 100))
KEYS = st.sampled_from(["a", "b", "c", "d"])
BY_KEY = st.dictionaries(KEYS, OERE, min_size=1)


def done(rule: Rule, on: date = DAY, **facts: Fact) -> Worked:
    """What a rule comes to on these facts ("value_last_year" is fact "value_last_year")."""
    outcome = rule.work(Sheet(on, facts))
    assert isinstance(outcome, Worked), outcome
    return outcome


def amount(rule: Rule, on: date = DAY, **facts: Fact) -> Fraction:
    """The amount; and its parts, where there are any, sum to it."""
    found = done(rule, on, **facts)
    assert not found.parts or sum(found.parts.values()) == found.amount
    assert set(found.steps) == {"da", "en"}
    assert all(found.steps.values())
    return found.amount


def reason(rule: Rule, facts: Mapping[str, Fact], on: date = DAY) -> str:
    """Why a rule pays nothing."""
    outcome = rule.work(Sheet(on, facts))
    assert isinstance(outcome, Reason), outcome
    return outcome.code
