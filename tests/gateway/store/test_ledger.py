"""The ledger of a batch: whose place a billable key is after each message, without a database."""

from __future__ import annotations

from datetime import timedelta

from gateway.store.ledger import Billed, Ledger
from settlement.decisions import Decision
from tests.gateway.store.samples import NOON

OPEN = Billed("l1", "k1", 1000, "l1")
REJECTED = Billed("l1", "k1", 1000, "", None, (Decision("l1", 0, "no-service", "", NOON, "m-1"),))


def decision(line: str, approved: int, hours: int = 1) -> Decision:
    return Decision(line, approved, "", "", NOON + timedelta(hours=hours), f"m-{hours}")


def test_messages_of_one_batch_follow_each_other() -> None:
    ledger = Ledger({"l1": OPEN})
    assert ledger.decide([decision("l1", 0)]) == ()
    assert (ledger.freed(), ledger.taken()) == ([("k1", "l1")], [])
    assert ledger.decide([decision("l1", 500, hours=2)]) == ()
    assert (ledger.freed(), ledger.taken()) == ([], [])


def test_two_charges_of_one_key_change_places_in_one_batch() -> None:
    ledger = Ledger(
        {"l1": Billed("l1", "k1", 1000, "l2", None, REJECTED.decisions), "l2": Billed("l2", "k1", 1000, "l2")}
    )
    assert [issue.code for issue in ledger.decide([decision("l1", 5)])] == ["line-charged-anew"]
    assert ledger.decide([decision("l2", 0)]) == ()
    assert ledger.decide([decision("l1", 5, hours=2)]) == ()
    assert (ledger.freed(), ledger.taken()) == ([("k1", "l2")], [("k1", "l1")])


def test_a_message_that_cannot_be_entered_leaves_no_trace() -> None:
    ledger = Ledger({"l1": OPEN, "l9": Billed("l9", "k9", 900, "", taken_back=700)})
    issues = ledger.decide([decision("l1", 0), decision("l9", 600)])
    assert [(issue.code, issue.kind) for issue in issues] == [("line-taken-back", "conflict")]
    assert (ledger.freed(), ledger.taken()) == ([], [])
    assert ledger.decide([decision("l9", 700)]) == ()


def test_only_the_latest_decision_counts() -> None:
    ledger = Ledger({"l1": REJECTED})
    assert ledger.decide([decision("l1", 500, hours=-1)]) == ()
    assert (ledger.freed(), ledger.taken()) == ([], [])
    assert ledger.decide([decision("l1", 500)]) == ()
    assert ledger.taken() == [("k1", "l1")]


def test_all_of_nothing_is_approved_and_keeps_its_place() -> None:
    ledger = Ledger({"l1": Billed("l1", "k1", 0, "l1")})
    assert ledger.decide([decision("l1", 0)]) == ()
    assert (ledger.freed(), ledger.taken()) == ([], [])


def test_a_negative_charge_that_is_rejected_gives_its_place_back() -> None:
    ledger = Ledger({"l1": Billed("l1", "k1", -1000, "l1")})
    assert ledger.decide([decision("l1", -400)]) == ()
    assert ledger.freed() == []
    assert ledger.decide([decision("l1", 0, hours=2)]) == ()
    assert ledger.freed() == [("k1", "l1")]


def test_lines_that_are_no_charges_are_nobodys_place() -> None:
    ledger = Ledger({})
    assert ledger.decide([decision("reversal", -500)]) == ()
    assert (ledger.freed(), ledger.taken()) == ([], [])
