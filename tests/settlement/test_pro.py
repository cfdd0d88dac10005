"""PRO: the published health states have the published values."""

from fractions import Fraction

import pytest

from settlement.pro import ValueSet, score
from settlement.records import Answer

DANISH = ValueSet.load()
NAMES = ("MO", "SC", "UA", "PD", "AD")


def state(levels: str) -> list[Answer]:
    return [Answer(name, level, "") for name, level in zip(NAMES, levels, strict=True)]


@pytest.mark.parametrize(
    ("levels", "value"),
    [("11111", "1"), ("21111", ".959"), ("22222", ".771"), ("33333", ".571"), ("12345", "-.074"), ("55555", "-.758")],
)
def test_published_values(levels: str, value: str) -> None:
    """As the R package eq5d computes them; the paper's printed minimum of -0.757 is a rounding."""
    assert score(state(levels), DANISH) == Fraction(value)


def test_questions_and_levels_are_recognised_in_several_spellings() -> None:
    answers = [
        Answer("eq5d.mobility", "MO2", ""),
        Answer("Self-care", "", "1"),
        Answer("/usual-activities", "level-1", ""),
        Answer("pain-discomfort", "1", ""),
        Answer("AD", "1", ""),
        Answer("comment", "", "free text"),
    ]
    assert score(answers, DANISH) == Fraction("0.959")


@pytest.mark.parametrize(
    "answers",
    [
        [],
        state("11111")[:4],
        [*state("11111"), Answer("MO", "2", "")],
        [*state("11111")[:4], Answer("AD", "6", "")],
        [*state("11111")[:4], Answer("AD", "", "")],
    ],
)
def test_an_incomplete_response_has_no_score(answers: list[Answer]) -> None:
    assert score(answers, DANISH) is None
