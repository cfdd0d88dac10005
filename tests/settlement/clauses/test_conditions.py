"""Conditions: nothing is paid where one does not hold, and the reason says which."""

from fractions import Fraction

import pytest

from settlement.clauses.conditions import PASSED, Eligibility, Exclusion, Inclusion, Requirement, Threshold
from settlement.clauses.kinds import Rule
from settlement.clauses.sheet import Fact, Sheet
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
