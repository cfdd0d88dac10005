"""Clauses: rates change on the day they say, and the calculation is told step by step."""

from datetime import date

import pytest

from settlement.agreements import load_all
from settlement.clauses import Draft, Eligibility, Tariff
from settlement.eligibility import Facts, Reason

(AGREEMENT,) = load_all()
TARIFF = next(clause for clause in AGREEMENT.clauses if isinstance(clause, Tariff))


@pytest.mark.parametrize(
    ("day", "version", "amount"),
    [
        (date(2025, 1, 1), "2025", 250_000),
        (date(2025, 12, 31), "2025", 250_000),
        (date(2026, 1, 1), "2026", 253_500),
        (date(2026, 12, 31), "2026", 253_500),
    ],
)
def test_the_day_picks_the_rate(day: date, version: str, amount: int) -> None:
    draft = TARIFF.recalculate(Facts(day, "fluid", "1"), Draft())
    assert isinstance(draft, Draft)
    assert (draft.rate_version, int(draft.amount), draft.clause) == (version, amount, "course-tariff")


@pytest.mark.parametrize(
    ("day", "category"), [(date(2024, 12, 31), "1"), (date(2027, 1, 1), "1"), (date(2026, 5, 1), "5")]
)
def test_no_rate_is_a_reason(day: date, category: str) -> None:
    assert TARIFF.recalculate(Facts(day, "fluid", category), Draft()) == Reason("no-rate-in-force")


def test_clauses_add_to_the_draft() -> None:
    draft = TARIFF.recalculate(Facts(date(2026, 5, 1), "fluid", "1"), Draft())
    assert isinstance(draft, Draft)
    twice = TARIFF.recalculate(Facts(date(2026, 5, 1), "fluid", "1"), draft)
    assert isinstance(twice, Draft)
    assert (int(twice.amount), len(twice.steps)) == (507_000, 2)


def test_eligibility_is_not_asked_again_of_a_written_line() -> None:
    clause = next(clause for clause in AGREEMENT.clauses if isinstance(clause, Eligibility))
    assert clause.recalculate(Facts(date(2026, 5, 1), "", ""), Draft()) == Draft()
