"""Tariffs: rates change on the day they say; days beyond a limit are paid in the month they lie in."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settlement.agreements import SHIPPED, load
from settlement.clauses.tariffs import RateVersion, Tariff
from tests.settlement.clauses.working import amount, done, reason

SHIPPED_TARIFF = next(
    clause.rule for clause in load(SHIPPED / "iv-midtjylland.toml").clauses if isinstance(clause.rule, Tariff)
)
VERSION = RateVersion("v", date(2026, 1, 1), date(2026, 12, 31), "2026", "none", {("1",): 100}, {})


@pytest.mark.parametrize(
    ("day", "version", "oere"),
    [
        (date(2025, 1, 1), "2025", 250_000),
        (date(2025, 12, 31), "2025", 250_000),
        (date(2026, 1, 1), "2026", 253_500),
        (date(2026, 12, 31), "2026", 253_500),
    ],
)
def test_the_day_picks_the_rate(day: date, version: str, oere: int) -> None:
    found = done(SHIPPED_TARIFF, day, category="1")
    assert (found.version, int(found.amount)) == (version, oere)


@pytest.mark.parametrize(
    ("day", "category"), [(date(2024, 12, 31), "1"), (date(2027, 1, 1), "1"), (date(2026, 5, 1), "5")]
)
def test_no_rate_is_a_reason(day: date, category: str) -> None:
    assert reason(SHIPPED_TARIFF, {"category": category}, day) == "no-rate-in-force"


MONTHS = st.dictionaries(st.sampled_from(["2026-01", "2026-02", "2026-03"]), st.integers(0, 31).map(Fraction))


@given(MONTHS, st.integers(0, 40).map(Fraction))
def test_days_beyond_a_limit_by_month(days: dict[str, Fraction], beyond: Fraction) -> None:
    rule = Tariff(("category",), (VERSION,), "days", beyond)
    on = date(2026, 1, 1)
    assert amount(rule, on, category="1", days=days) == 100 * max(sum(days.values()) - beyond, Fraction())
    whole = done(Tariff(("category",), (VERSION,), "days"), on, category="1", days=days).parts
    parts = done(rule, on, category="1", days=days).parts
    assert all(parts.get(month, 0) <= whole[month] for month in whole)


def test_the_first_days_are_the_unpaid_ones() -> None:
    days = {"2026-01": Fraction(10), "2026-02": Fraction(28)}
    rule = Tariff(("category",), (VERSION,), "days", Fraction(14))
    assert done(rule, date(2026, 1, 1), category="1", days=days).parts == {"2026-02": 2_400}


def test_a_number_is_a_key_too() -> None:
    version = RateVersion("v", date(2026, 1, 1), date(2026, 12, 31), "2026", "none", {("4",): 410}, {})
    assert amount(Tariff(("visits",), (version,)), date(2026, 1, 1), visits=Fraction(4)) == 410


@given(st.dates(date(2023, 1, 1), date(2028, 12, 31)), st.sampled_from(["1", "2", "3", "4", "chemotherapy", "5", ""]))
def test_any_day_has_the_one_rate_that_is_in_force_or_none(day: date, category: str) -> None:
    assert isinstance(SHIPPED_TARIFF, Tariff)
    in_force = [one for one in SHIPPED_TARIFF.version if one.valid_from <= day <= one.valid_to]
    rates = [one.rates[(category,)] for one in in_force if (category,) in one.rates]
    assert len(in_force) <= 1
    if rates:
        assert amount(SHIPPED_TARIFF, day, category=category) == rates[0]
    else:
        assert reason(SHIPPED_TARIFF, {"category": category}, day) == "no-rate-in-force"
