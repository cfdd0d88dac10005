"""Disputes: raised, answered, closed; only added to, and never two open about one line."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settlement.disputes import LONGEST_TEXT, Dispute, DisputeEntry, DisputeError, Step, added, disputes, raised

AT = datetime(2026, 11, 5, 9, tzinfo=UTC)


def opened(line: str = "l1", *earlier: Dispute, reason: str = "wrong-category") -> Dispute:
    entry = raised(line, earlier, reason, " Kategori 2, ikke 3 ", "region", "anna", AT)
    return Dispute((entry,))


def then(dispute: Dispute, step: Step, text: str = "Enig", party: str = "") -> Dispute:
    who = party or ("region" if step is Step.CLOSED else "municipality")
    return Dispute((*dispute.entries, added(dispute, step, text, who, "bo", AT)))


def test_whoever_raised_a_dispute_closes_it_or_the_region_with_a_written_answer() -> None:
    by_region = opened()
    theirs = Dispute((raised("l1", (), "other", "", "municipality", "bo", AT),))
    with pytest.raises(DisputeError, match="Only the region"):
        then(by_region, Step.CLOSED, "Vi er uenige", "municipality")
    with pytest.raises(DisputeError, match="writes an answer"):
        then(theirs, Step.CLOSED, " ", "region")
    for dispute, party, text in ((by_region, "region", ""), (theirs, "municipality", ""), (theirs, "region", "Afvist")):
        assert not then(dispute, Step.CLOSED, text, party).is_open


def test_a_dispute_is_open_until_it_is_closed() -> None:
    first = opened()
    assert (first.state, first.is_open, first.reason, first.line) == (Step.RAISED, True, "wrong-category", "l1")
    assert first.entries[0].text == "Kategori 2, ikke 3"
    answered = then(first, Step.ANSWERED)
    assert (answered.state, answered.is_open, answered.id) == (Step.ANSWERED, True, first.id)
    closed = then(answered, Step.CLOSED, "")
    assert (closed.state, closed.is_open) == (Step.CLOSED, False)


def test_what_is_closed_takes_no_more_entries_but_the_line_may_be_disputed_again() -> None:
    closed = then(opened(), Step.CLOSED)
    with pytest.raises(DisputeError, match="closed"):
        added(closed, Step.ANSWERED, "Alligevel", "region", "", AT)
    again = opened("l1", closed)
    assert again.id != closed.id


def test_a_line_has_one_open_dispute() -> None:
    with pytest.raises(DisputeError, match="open dispute"):
        opened("l1", opened())


@pytest.mark.parametrize(
    ("reason", "text", "party", "told"),
    [
        ("because", "", "region", "wrong-category"),
        ("other", "x" * (LONGEST_TEXT + 1), "region", str(LONGEST_TEXT)),
        ("other", "", "hospital", "municipality"),
    ],
)
def test_what_cannot_be_raised_is_told(reason: str, text: str, party: str, told: str) -> None:
    with pytest.raises(DisputeError, match=told):
        raised("l1", (), reason, text, party, "", AT)


def test_an_answer_has_a_text_and_nothing_is_raised_twice() -> None:
    with pytest.raises(DisputeError, match="text"):
        added(opened(), Step.ANSWERED, "  ", "region", "", AT)
    with pytest.raises(DisputeError, match="once"):
        added(opened(), Step.RAISED, "x", "region", "", AT)


@given(st.lists(st.integers(1, 5), max_size=6), st.randoms(use_true_random=False))
def test_entries_may_come_in_any_order(counts: list[int], shuffle: random.Random) -> None:
    told = []
    for number, count in enumerate(counts):
        dispute = opened(f"l{number}")
        for _ in range(count - 1):
            dispute = then(dispute, Step.ANSWERED)
        told.append(dispute)
    entries: list[DisputeEntry] = [entry for dispute in told for entry in dispute.entries]
    shuffle.shuffle(entries)
    assert set(disputes(entries)) == set(told)


def test_disputes_come_as_they_were_raised() -> None:
    late = Dispute((raised("l0", (), "other", "", "region", "", AT + timedelta(days=1)),))
    early = opened("l9")
    assert disputes([*late.entries, *early.entries]) == (early, late)
