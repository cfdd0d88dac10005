"""Explaining: a line is calculated again, and says whether its course still says the same."""

from dataclasses import replace

from settlement.explaining import explain
from tests.settlement.building import DIRECTORY, folded
from tests.settlement.test_closing import AGREEMENT, COURSE, MONTHS, closed


def test_explain_calculates_again() -> None:
    (line,) = closed(MONTHS[0], COURSE, [])
    (episode,) = folded(*COURSE)
    found = explain(line, AGREEMENT, episode, DIRECTORY)
    assert found.agrees
    assert "siger stadig det samme" in found.text["da"]
    assert not explain(replace(line, amount=1), AGREEMENT, episode, DIRECTORY).agrees
    assert "has changed since" in explain(line, AGREEMENT, None, DIRECTORY).text["en"]
    assert explain(replace(line, category="9"), AGREEMENT, None, DIRECTORY).recalculated is None
    (back,) = closed(MONTHS[1], [], [line])
    assert explain(back, AGREEMENT, None, DIRECTORY).agrees
