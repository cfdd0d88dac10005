"""Tracing: the rate versions a line rests on, and the other lines of its billable key."""

from dataclasses import replace

from settlement.agreements import SHIPPED, load
from settlement.lines import LineKind
from settlement.periods import Month
from settlement.pricing import price
from settlement.tracing import clause_of, history, rates_of
from tests.settlement.building import DIRECTORY, discharge, folded, treatment, visit
from tests.settlement.test_reconciling import line

AGREEMENT = load(SHIPPED / "iv-midtjylland.toml")


def test_a_line_names_its_clause_and_its_rate_version() -> None:
    (episode,) = folded(discharge("2026-10-05"), treatment("2026-10-05"), visit("2026-10-06"))
    priced = price(episode, AGREEMENT, DIRECTORY, Month(2026, 10))
    assert isinstance(priced, tuple)
    clause = clause_of(priced[0], AGREEMENT)
    assert clause is not None
    assert clause.title["en"] == "Course tariff by weight category"
    (rate,) = rates_of(priced[0], AGREEMENT)
    assert (rate.id, rate.valid_from.isoformat(), rate.valid_to.isoformat()) == ("2026", "2026-01-01", "2026-12-31")


def test_two_rate_versions_are_both_named_and_unknown_ones_are_none() -> None:
    one = replace(line(), clause="course-tariff", rate_version="2025, 2026")
    assert [rate.id for rate in rates_of(one, AGREEMENT)] == ["2025", "2026"]
    assert rates_of(replace(one, rate_version="1999"), AGREEMENT) == ()
    assert rates_of(replace(one, clause="gone"), AGREEMENT) == ()
    assert clause_of(replace(one, clause="gone"), AGREEMENT) is None


def test_a_history_is_of_one_key_in_the_order_it_was_billed() -> None:
    charge = line()
    back = replace(charge, id="l2", kind=LineKind.REVERSAL, month="2026-11", reverses="l1")
    again = replace(charge, id="l0", month="2026-11")
    other = line(number=7)
    assert [one.id for one in history(charge, [again, other, back])] == ["l1", "l2", "l0"]
    assert history(again, [charge, back, again]) == history(charge, [again, back])
