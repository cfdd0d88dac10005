"""Conditions: nothing is paid where one does not hold, and the reason says which."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settlement.clauses.conditions import PASSED, Eligibility, Exclusion, Inclusion, Requirement, Threshold
from settlement.clauses.kinds import Rule
from settlement.clauses.sheet import Fact, Sheet
from settlement.eligibility import PREDICATES, Case, Party, Terms
from settlement.records import IvType, Record, WeightCategory
from tests.settlement.building import discharge, folded, treatment, visit, when
from tests.settlement.clauses.working import DAY, reason


@pytest.mark.parametrize(
    ("rule", "holds", "fails", "code"),
    [
        (Exclusion("kind", ("x",)), {"kind": "y"}, {"kind": "x"}, "excluded"),
        (Inclusion("kind", ("x",)), {"kind": "x"}, {"kind": "y"}, "not-covered"),
        (Requirement("kept"), {"kept": True}, {"kept": False}, "requirement-not-met"),
        (Threshold("n", Fraction(1)), {"n": Fraction(1)}, {"n": Fraction(0)}, "outside-threshold"),
        (
            Threshold("n", None, "m"),
            {"n": Fraction(2), "m": Fraction(2)},
            {"n": Fraction(3), "m": Fraction(2)},
            "outside-threshold",
        ),
    ],
)
def test_conditions(rule: Rule, holds: dict[str, Fact], fails: dict[str, Fact], code: str) -> None:
    assert rule.work(Sheet(DAY, holds)) is PASSED
    assert reason(rule, fails) == code


def test_eligibility_is_not_asked_again_of_a_written_line() -> None:
    assert Eligibility(("visit",)).work(Sheet(DAY, {})) is PASSED


WORDS = st.text("abc", max_size=2)
NUMBERS = st.fractions(-100, 100)


@given(WORDS, st.lists(WORDS, max_size=4))
def test_what_is_excluded_is_what_is_not_included(value: str, values: list[str]) -> None:
    sheet = Sheet(DAY, {"kind": value})
    excluded = Exclusion("kind", tuple(values)).work(sheet) is not PASSED
    included = Inclusion("kind", tuple(values)).work(sheet) is PASSED
    assert excluded is included is (value in values)


@given(st.booleans())
def test_a_requirement_holds_where_it_is_said_to(kept: bool) -> None:
    assert (Requirement("kept").work(Sheet(DAY, {"kept": kept})) is PASSED) is kept


@given(NUMBERS, st.none() | NUMBERS, st.none() | NUMBERS)
def test_a_threshold_holds_from_its_least_to_its_most(
    value: Fraction, low: Fraction | None, high: Fraction | None
) -> None:
    holds = Threshold("n", low, high).work(Sheet(DAY, {"n": value})) is PASSED
    assert holds is ((low is None or value >= low) and (high is None or value <= high))


EPISODES = st.lists(
    st.sampled_from(
        [
            discharge("2026-10-05"),
            treatment("2026-10-05"),
            treatment("2026-10-05", None, None),
            treatment("2026-10-06", IvType.CHEMOTHERAPY, WeightCategory.ONE),
            visit("2026-10-06"),
            visit("2026-11-06"),
        ]
    ),
    min_size=1,
    unique_by=repr,
)


@given(EPISODES, st.permutations(list(PREDICATES)), st.sampled_from(["", "DK-82", "DK-81"]))
def test_eligibility_is_the_first_predicate_that_fails(records: list[Record], names: list[str], region: str) -> None:
    terms = Terms((Party("payer", "DK-82", DAY, date(2030, 1, 1)),), date(2026, 10, 31), when("2026-11-01 00:00"))
    for episode in folded(*records):
        start = episode.started_at.date() if episode.started_at else None
        case = Case(episode, terms, start, start or terms.last_day, region, tuple(episode.encounters))
        failing = [PREDICATES[name](case) for name in names]
        found = Eligibility(tuple(names)).work(Sheet(DAY, {}, case=case))
        assert found == next((one for one in failing if one is not None), PASSED)
