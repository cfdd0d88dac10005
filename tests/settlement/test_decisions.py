"""Decisions: only what was approved is taken back; what was rejected is not billed again unless it changed."""

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from settlement.agreements import SHIPPED, load
from settlement.closing import close_month
from settlement.decisions import Decision, Verdict, latest, standing_charges, verdict_of
from settlement.explaining import explain
from settlement.lines import Claim, Line, LineKind
from settlement.periods import Month
from settlement.pricing import price
from settlement.records import Action, Record, WeightCategory
from tests.settlement.building import DIRECTORY, admission, discharge, folded, treatment, visit, when

SILENT = load(SHIPPED / "iv-midtjylland.toml")
STRICT = replace(SILENT, decision_required=True)
OCTOBER, NOVEMBER, DECEMBER = Month(2026, 10), Month(2026, 11), Month(2026, 12)
COURSE: list[Record] = [admission("2026-10-01"), discharge("2026-10-05"), treatment("2026-10-05"), visit("2026-10-06")]
CHANGED = [*COURSE, treatment("2026-11-03", None, WeightCategory.THREE)]
GONE = [*COURSE, treatment("2026-10-05", action=Action.CANCELLED, stated="2026-11-03")]


def decided(line: Line, approved: int, at: str = "2026-11-10", reason: str = "") -> Decision:
    return Decision(line.id, approved, reason, "", when(at), f"m-{line.id}-{at}")


def closed(month: Month, records: list[Record], billed: list[Line], decisions: Iterable[Decision] = ()) -> list[Line]:
    return [line for claim in claims(month, records, billed, decisions) for line in claim.lines]


def claims(
    month: Month, records: list[Record], billed: list[Line], decisions: Iterable[Decision] = ()
) -> tuple[Claim, ...]:
    return close_month(month, folded(*records), STRICT, billed, DIRECTORY, decisions)


OCTOBERS = closed(OCTOBER, COURSE, [])
(LINE,) = OCTOBERS


def amounts(lines: Iterable[Line]) -> list[tuple[LineKind, int]]:
    return [(line.kind, line.amount) for line in lines]


def test_an_approved_line_is_reversed_when_the_course_changes() -> None:
    november = closed(NOVEMBER, CHANGED, OCTOBERS, [decided(LINE, LINE.amount)])
    assert amounts(november) == [(LineKind.REVERSAL, -507_000), (LineKind.CHARGE, 912_600)]


def test_a_rejected_line_is_never_reversed_and_is_billed_again_only_when_the_course_changes() -> None:
    rejected = [decided(LINE, 0, reason="no-registration")]
    assert closed(NOVEMBER, COURSE, OCTOBERS, rejected) == []
    november = closed(NOVEMBER, CHANGED, OCTOBERS, rejected)
    assert amounts(november) == [(LineKind.CHARGE, 912_600)]
    assert november[0].replaces == LINE.id
    assert closed(NOVEMBER, GONE, OCTOBERS, rejected) == []


def test_of_a_reduced_line_only_what_was_approved_is_taken_back() -> None:
    reduced = [decided(LINE, 300_000, reason="category-mismatch")]
    assert closed(NOVEMBER, COURSE, OCTOBERS, reduced) == []
    reversal, charge = closed(NOVEMBER, CHANGED, OCTOBERS, reduced)
    assert (reversal.amount, reversal.approved, charge.amount) == (-300_000, 300_000, 912_600)
    assert "-3.000,00 kr." in reversal.explanation["da"]
    assert explain(reversal, STRICT, None, DIRECTORY).agrees


def test_a_correction_waits_for_the_decision_and_says_so() -> None:
    (waiting,) = claims(NOVEMBER, CHANGED, OCTOBERS)
    assert waiting.lines == ()
    assert [item.reason for item in waiting.withheld] == ["awaiting-decision"]
    assert LINE.id in waiting.withheld[0].explanation["en"]
    (vanished,) = claims(NOVEMBER, [], OCTOBERS)
    assert (vanished.lines, [item.reason for item in vanished.withheld]) == ((), ["awaiting-decision"])
    december = closed(DECEMBER, CHANGED, OCTOBERS, [decided(LINE, LINE.amount)])
    assert amounts(december) == [(LineKind.REVERSAL, -507_000), (LineKind.CHARGE, 912_600)]


def test_silence_approves_where_the_agreement_asks_for_no_decision() -> None:
    november = [
        line for claim in close_month(NOVEMBER, folded(*CHANGED), SILENT, OCTOBERS, DIRECTORY) for line in claim.lines
    ]
    assert amounts(november) == [(LineKind.REVERSAL, -507_000), (LineKind.CHARGE, 912_600)]


def test_the_latest_decision_counts_in_any_order() -> None:
    first, second = decided(LINE, 0, "2026-11-10"), decided(LINE, LINE.amount, "2026-11-20")
    assert latest([first, second]) == latest([second, first]) == {LINE.id: second}
    assert verdict_of(LINE, 0) is Verdict.REJECTED
    assert verdict_of(LINE, 1) is Verdict.REDUCED
    assert verdict_of(LINE, LINE.amount) is Verdict.APPROVED


CATEGORIES = st.sampled_from(list(WeightCategory)[:4])
MONTHS = [OCTOBER, NOVEMBER, DECEMBER, Month(2027, 1)]
HISTORIES = st.lists(st.tuples(st.booleans(), CATEGORIES, st.integers(0, 3)), min_size=4, max_size=4)


@settings(max_examples=300, deadline=None)
@given(HISTORIES, st.randoms(use_true_random=False))
def test_over_any_history_only_what_is_owed_is_taken_back_and_no_key_is_owed_twice(
    history: list[tuple[bool, WeightCategory, int]], chance: random.Random
) -> None:
    records, billed, decisions = list(COURSE), list[Line](), list[Decision]()
    for month, (changes, category, decision) in zip(MONTHS, history, strict=True):
        if changes:
            at = month.first_day + timedelta(days=2)
            records.append(treatment(at.isoformat(), None, category))
        before = standing_charges(billed, latest(decisions), silence_approves=False)
        chance.shuffle(decisions)
        new = closed(month, records, billed, decisions)
        for line in new:
            if line.kind is LineKind.REVERSAL:
                charge = before[line.key]
                assert charge.line.id == line.reverses
                assert charge.owed
                assert line.amount == -charge.owed
        billed += new
        charges = [line for line in new if line.kind is LineKind.CHARGE]
        assert all(
            not before[line.key].owed or any(one.reverses for one in new) for line in charges if line.key in before
        )
        share = (None, 0, 1, 2)[decision]
        decisions += [
            decided(line, line.amount * share // 2, month.last_day.isoformat()) for line in charges if share is not None
        ]
    standing = standing_charges(billed, latest(decisions), silence_approves=False)
    owed = sum(charge.owed or 0 for charge in standing.values())
    paid = sum(line.amount if line.kind is LineKind.REVERSAL else (charge_paid(line, decisions)) for line in billed)
    assert paid == owed


def charge_paid(line: Line, decisions: list[Decision]) -> int:
    found = latest(decisions).get(line.id)
    return found.approved if found else 0


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.booleans(), CATEGORIES), min_size=4, max_size=4))
def test_where_all_is_approved_the_net_is_the_truth(history: list[tuple[bool, WeightCategory]]) -> None:
    records, billed, decisions = list(COURSE), list[Line](), list[Decision]()
    for month, (changes, category) in zip(MONTHS, history, strict=True):
        if changes:
            records.append(treatment((month.first_day + timedelta(days=2)).isoformat(), None, category))
        new = closed(month, records, billed, decisions)
        billed += new
        decisions += [decided(line, line.amount, month.last_day.isoformat()) for line in new if line.amount > 0]
        truth = price(folded(*records)[0], STRICT, DIRECTORY, month)
        assert isinstance(truth, tuple)
        assert sum(line.amount for line in billed) == sum(line.amount for line in truth)
