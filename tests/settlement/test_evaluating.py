"""Evaluating: what is remembered is what would be calculated again."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from settlement.agreements import SHIPPED, load
from settlement.clauses.sheet import Sheet
from settlement.closing import close_month
from settlement.evaluating import Evaluator, evaluated, recalculated
from settlement.lines import Line
from settlement.periods import Month
from settlement.records import IvType, WeightCategory
from tests.settlement.building import DIRECTORY, discharge, folded, treatment, visit

AGREEMENT = load(SHIPPED / "iv-midtjylland.toml")
ASKED = st.lists(
    st.tuples(
        st.dates(date(2024, 1, 1), date(2027, 12, 31)),
        st.sampled_from([str(one) for one in IvType]),
        st.sampled_from(["", "9", *(str(one) for one in WeightCategory)]),
    ),
    max_size=20,
)


@given(ASKED)
def test_one_evaluator_for_many_says_what_a_fresh_one_says(asked: list[tuple[date, str, str]]) -> None:
    evaluator = Evaluator(AGREEMENT)
    for on, iv_type, category in asked * 2:
        facts = {"iv-type": iv_type, "category": category}
        assert evaluator.sheet(on, facts) == evaluated(AGREEMENT, Sheet(on, facts))
        assert evaluator.sheet(on, {**facts, "municipality": "0751"}) is evaluator.sheet(on, facts)


def test_lines_are_calculated_again_one_by_one_or_together() -> None:
    evaluator = Evaluator(AGREEMENT)
    for category in (WeightCategory.ONE, WeightCategory.FOUR, WeightCategory.ONE):
        line = charged(category)
        assert evaluator.line(line) == recalculated(line, AGREEMENT) == line.amount
        assert evaluator.line(replace(line, category="9")) is None


def charged(category: WeightCategory) -> Line:
    episodes = folded(discharge("2026-10-05"), treatment("2026-10-05", category=category), visit("2026-10-06"))
    (claim,) = close_month(Month(2026, 10), episodes, AGREEMENT, (), DIRECTORY)
    return claim.lines[0]
