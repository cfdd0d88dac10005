"""Monitoring: counts, budgets, and a test of drift that chance seldom sets off."""

import random
from dataclasses import replace
from fractions import Fraction

import pytest

from settlement.episodes import Episode
from settlement.monitoring import activity, counted, drift, economy, rank_sum
from settlement.periods import Month
from tests.settlement.building import HOSPITAL, discharge, folded, treatment, visit
from tests.settlement.test_reconciling import line

BEFORE, AFTER = (Month(2026, 1), Month(2026, 6)), (Month(2026, 7), Month(2026, 9))


def course(month: int, minutes: int, number: int) -> Episode:
    day = f"2026-{month:02}-05"
    (episode,) = folded(
        discharge(day, citizen=f"c{number}"),
        treatment(day, ends=f"2026-{month:02}-08", citizen=f"c{number}"),
        visit(f"2026-{month:02}-06 08:00", minutes, citizen=f"c{number}"),
        discharge("2026-12-01", stay="later", citizen=f"c{number}"),
    )[:1]
    return episode


def test_activity_counts_courses_and_minutes() -> None:
    rows = activity([course(3, 30, 1), course(3, 45, 2), course(8, 20, 3)], (Month(2026, 1), Month(2026, 7)))
    assert [(row.month, row.hospital, row.iv_type, row.category, row.courses, row.minutes) for row in rows] == [
        ("2026-03", HOSPITAL.name, "antibiotic", "2", 2, 75)
    ]


def test_economy_against_the_years_budget() -> None:
    lines = [line(number=1), replace(line(number=2), month="2026-11"), replace(line(number=3), month="2027-01")]
    rows = economy(lines, {("iv", "0751", 2026): 400_000}, (Month(2026, 11), Month(2027, 1)))
    assert [(row.month, row.amount, row.so_far, row.spent) for row in rows] == [
        ("2026-11", 100_000, 200_000, Fraction(50)),
        ("2026-12", 0, 200_000, Fraction(50)),
        ("2027-01", 100_000, 100_000, None),
    ]


def test_a_budget_of_which_nothing_is_spent_is_there_and_other_years_are_not() -> None:
    budgets = {("iv", "0730", 2026): 100, ("iv", "0751", 2025): 100}
    (row,) = economy([replace(line(), month="2025-12")], budgets, (Month(2026, 2), Month(2026, 2)))
    assert (row.agreement, row.municipality, row.amount, row.spent) == ("iv", "0730", 0, Fraction(0))


def test_courses_are_counted_by_any_of_their_fields() -> None:
    rows = activity([course(3, 30, 1), course(3, 45, 2), course(8, 20, 3)], (Month(2026, 1), Month(2026, 12)))
    assert counted(rows, "month") == {("2026-03",): 2, ("2026-08",): 1}
    assert counted(rows, "municipality", "category") == {("0751", "2"): 3}
    assert counted(rows) == {(): 3}


def test_drift_is_found_where_the_time_moved_and_not_where_it_did_not() -> None:
    chance = random.Random(1)  # noqa: S311
    early = [course(1 + number % 6, chance.randint(60, 120), number) for number in range(40)]
    same = [course(7 + number % 3, chance.randint(60, 120), 100 + number) for number in range(30)]
    more = [course(7 + number % 3, chance.randint(90, 180), 200 + number) for number in range(30)]
    (steady,) = drift([*early, *same], BEFORE, AFTER)
    (moved,) = drift([*early, *more], BEFORE, AFTER)
    assert (steady.drifted, moved.drifted) == (False, True)
    assert (moved.before[0], moved.after[0]) == (40, 30)
    (few,) = drift([*early, *more[:5]], BEFORE, AFTER)
    assert (few.likelihood, few.drifted) == (None, False)


@pytest.mark.parametrize(
    ("one", "other", "likelihood"),
    [
        ([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 1.0),
        ([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [11, 12, 13, 14, 15, 16, 17, 18, 19, 20], 0.000183),
        ([5] * 10, [5] * 10, 1.0),
    ],
)
def test_rank_sum(one: list[int], other: list[int], likelihood: float) -> None:
    """The second is R's wilcox.test(1:10, 11:20, exact = FALSE): W = 0, p = 0.0001827."""
    assert rank_sum(one, other) == pytest.approx(likelihood, abs=1e-6)
    assert rank_sum(one, other) == pytest.approx(rank_sum(other, one))


def test_chance_seldom_looks_like_drift() -> None:
    chance = random.Random(7)  # noqa: S311
    alarms = sum(
        rank_sum([chance.randint(30, 90) for _ in range(20)], [chance.randint(30, 90) for _ in range(20)]) < 0.01
        for _ in range(500)
    )
    assert alarms < 15
