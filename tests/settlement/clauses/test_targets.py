"""Targets: measures of the founding documents, by arithmetic; verdicts on the exact figure, never as it is shown."""

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settlement.clauses.forms import read_fields
from settlement.clauses.sheet import Sheet
from settlement.clauses.targets import Judged, Target
from settlement.datafile import Section, read
from tests.settlement.clauses.working import DAY, amount, done, reason

FILE = Path(__file__).parents[2] / "scenarios" / "targets" / "measures.toml"
CASES = read(FILE).tables("target")
NOWHERE = Sheet(DAY, {})


@pytest.mark.parametrize("case", CASES, ids=[case.text("what") for case in CASES])
def test_measures_of_the_documents(case: Section) -> None:
    case.only("what", "figure", "says", "met", "discrepancy")
    rule = read_fields(Target, case.table("figure"))
    judged = rule.judged(NOWHERE)
    assert isinstance(judged, Judged)
    assert judged.met is case.flag("met")
    assert done(rule).steps["en"].split(";")[0] == case.text("says")
    assert amount(rule) == 0


def test_a_target_says_figure_goal_and_verdict_in_both_languages() -> None:
    rule = Target("x", "n", Fraction(100), at_least=Fraction(90))
    found = done(rule, x=Fraction(68), n=Fraction(91)).steps
    assert found == {
        "da": "74,73 %; mål mindst 90: ikke opfyldt",
        "en": "74.73 %; goal at least 90: not met",
    }


def test_what_cannot_be_divided_is_a_reason() -> None:
    assert reason(Target("x", "n"), {"x": Fraction(1), "n": Fraction(0)}) == "outside-threshold"
    relative = Target("x", before="n", relative=True)
    assert reason(relative, {"x": Fraction(1), "n": Fraction(0)}) == "outside-threshold"


FIGURES = st.fractions(-1000, 1000, max_denominator=1000)


@given(FIGURES, FIGURES)
def test_each_goal_is_its_own_comparison_and_strict_ones_leave_the_boundary_out(
    value: Fraction, goal: Fraction
) -> None:
    rules = {
        "at_least": Target(value, at_least=goal),
        "more_than": Target(value, more_than=goal),
        "at_most": Target(value, at_most=goal),
        "less_than": Target(value, less_than=goal),
    }
    held = {name: rule.judged(NOWHERE) for name, rule in rules.items()}
    met = {name: judged.met for name, judged in held.items() if isinstance(judged, Judged)}
    assert met == {
        "at_least": value >= goal,
        "more_than": value > goal,
        "at_most": value <= goal,
        "less_than": value < goal,
    }


@given(FIGURES, FIGURES.filter(bool), FIGURES.filter(lambda one: one > 0))
def test_a_relative_change_does_not_depend_on_the_unit(now: Fraction, before: Fraction, unit: Fraction) -> None:
    one = Target(now, before=before, relative=True).judged(NOWHERE)
    other = Target(now * unit, before=before * unit, relative=True).judged(NOWHERE)
    assert one == other
    change = Target(now, before=before).judged(NOWHERE)
    assert isinstance(change, Judged)
    assert change.figure == now - before
