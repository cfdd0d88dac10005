"""Decisions beside their messages, and what they do to the places of billable keys, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from gateway.errors import ConflictError, StoreError
from gateway.store.contract import Kept, Store, View
from gateway.store.opening import SqlStore
from mappings.reading import Outcome, Verdict
from settlement.billing import Billed
from settlement.decisions import Decision
from settlement.lines import Line
from settlement.payments import Payment
from tests.gateway.store.samples import NOON, answer, arrival, claim, closing, line, reversal

CHARGE = line("l1", key="k1", amount=1000)
ANEW = line("l2", key="k1", month="2026-11", amount=1200)


def decision(of: Line, approved: int, hours: int = 0, message: str = "m") -> Decision:
    return Decision(of.id, approved, "" if approved else "no-service", "", NOON + timedelta(hours=hours), message)


async def decide(store: Store, name: str, *decisions: Decision) -> Kept:
    """Keep a message of decisions."""
    came = arrival(name, content=name, citizen="", records=())
    reading = replace(came.reading, decisions=tuple(replace(one, message=came.id) for one in decisions), citizen=None)
    return await store.keep(replace(came, reading=reading), answer)


def close(store: Store, month: str, *lines: Line, position: int = 99) -> bool:
    return store.save_claims(closing(month, position=position), [claim(month, *lines, month=month)])


def decisions_seen(view: View) -> int:
    return sum(len(one.decisions) for one in view.billed_courses("iv", "0751"))


def codes(kept: Kept) -> list[str]:
    return [issue.code for issue in kept.verdict.issues]


async def test_decisions_are_kept_with_their_message(store: Store) -> None:
    close(store, "2026-10", CHARGE)
    kept = await decide(store, "a", decision(CHARGE, 600), decision(line("elsewhere"), 5))
    assert kept.outcome is Outcome.ACCEPTED
    found = store.decisions_of_month("2026-10")
    assert found == store.decisions_of_line("l1") == [replace(decision(CHARGE, 600), message=kept.id)]
    with store.snapshot() as view:
        assert list(view.billed_courses("iv", "0751")) == [Billed(CHARGE.episode, (CHARGE,), tuple(found))]
        assert list(view.billed_courses("iv", "0101")) == list(view.billed_courses("acute", "0751")) == []
    assert store.lines(["l1", "never"]) == {"l1": CHARGE}


async def test_a_view_has_the_decisions_up_to_its_position(store: Store) -> None:
    close(store, "2026-10", CHARGE)
    await decide(store, "a", decision(CHARGE, 600))
    with store.snapshot() as view:
        assert decisions_seen(view) == 1
        await decide(store, "b", decision(CHARGE, 500, hours=1))
        assert decisions_seen(view) == 1
    assert len(store.decisions_of_line("l1")) == 2


async def test_a_refused_message_decides_nothing(store: Store) -> None:
    close(store, "2026-10", CHARGE)
    came = arrival("a", verdict=Verdict(Outcome.REFUSED), citizen="", records=())
    reading = replace(came.reading, decisions=(decision(CHARGE, 0),))
    await store.keep(replace(came, reading=reading), answer)
    assert store.decisions_of_line("l1") == []
    with pytest.raises(StoreError, match="billable key"):
        close(store, "2026-11", ANEW)


async def test_a_repeated_message_decides_once(store: Store) -> None:
    close(store, "2026-10", CHARGE)
    first, again = [await decide(store, "a", decision(CHARGE, 600)) for _ in range(2)]
    assert (first.outcome, again.outcome) == (Outcome.ACCEPTED, Outcome.DUPLICATE)
    assert len(store.decisions_of_line("l1")) == 1


async def test_a_rejected_charge_leaves_its_key_free(store: Store) -> None:
    close(store, "2026-10", CHARGE)
    await decide(store, "a", decision(CHARGE, 0))
    assert close(store, "2026-11", ANEW)


async def test_a_reduced_charge_keeps_its_key(store: Store) -> None:
    close(store, "2026-10", CHARGE)
    await decide(store, "a", decision(CHARGE, 1))
    with pytest.raises(StoreError, match="billable key"):
        close(store, "2026-11", ANEW)


async def test_a_rejected_charge_cannot_be_taken_back(store: Store) -> None:
    close(store, "2026-10", CHARGE)
    await decide(store, "a", decision(CHARGE, 0))
    with pytest.raises(StoreError, match="reversal"):
        close(store, "2026-11", reversal(CHARGE, "2026-11"))


async def test_a_rejection_that_is_withdrawn_takes_the_key_back(store: Store) -> None:
    close(store, "2026-10", CHARGE)
    await decide(store, "a", decision(CHARGE, 0))
    await decide(store, "b", decision(CHARGE, 1000, hours=1))
    with pytest.raises(StoreError, match="billable key"):
        close(store, "2026-11", ANEW)
    assert close(store, "2026-11", reversal(CHARGE, "2026-11"), ANEW)


async def test_an_older_decision_that_comes_late_changes_nothing(store: Store) -> None:
    close(store, "2026-10", CHARGE)
    await decide(store, "a", decision(CHARGE, 1000, hours=1))
    await decide(store, "b", decision(CHARGE, 0))
    with pytest.raises(StoreError, match="billable key"):
        close(store, "2026-11", ANEW)


async def test_a_charge_that_was_charged_anew_is_not_approved_after_all(store: Store) -> None:
    close(store, "2026-10", CHARGE)
    await decide(store, "a", decision(CHARGE, 0))
    close(store, "2026-11", ANEW)
    kept = await decide(store, "b", decision(CHARGE, 1000, hours=1))
    assert (kept.outcome, codes(kept)) == (Outcome.REFUSED, ["line-charged-anew"])
    assert [one.approved for one in store.decisions_of_line("l1")] == [0]
    assert codes(await decide(store, "b", decision(CHARGE, 1000, hours=1))) == ["line-charged-anew"]
    assert (await decide(store, "c", decision(ANEW, 0, hours=2))).outcome is Outcome.ACCEPTED
    assert (await decide(store, "d", decision(CHARGE, 1000, hours=3))).outcome is Outcome.ACCEPTED


async def test_a_charge_taken_back_stays_decided_as_it_was(store: Store) -> None:
    close(store, "2026-10", CHARGE)
    close(store, "2026-11", reversal(CHARGE, "2026-11"))
    kept = await decide(store, "a", decision(CHARGE, 0))
    assert (kept.outcome, codes(kept)) == (Outcome.REFUSED, ["line-taken-back"])
    assert (await decide(store, "b", decision(CHARGE, 1000))).outcome is Outcome.ACCEPTED


async def test_one_impossible_decision_stops_all_of_its_message(store: Store) -> None:
    other = line("l9", key="k9")
    close(store, "2026-10", CHARGE, other)
    close(store, "2026-11", reversal(CHARGE, "2026-11"))
    await decide(store, "a", decision(other, 0), decision(CHARGE, 0))
    assert store.decisions_of_month("2026-10") == []
    with pytest.raises(StoreError, match="billable key"):
        close(store, "2026-12", line("l10", key="k9", month="2026-12"))


async def test_a_month_computed_before_a_decision_is_not_saved(store: Store) -> None:
    close(store, "2026-10", CHARGE)
    await decide(store, "a", decision(CHARGE, 600))
    with pytest.raises(ConflictError, match="Close it again"):
        close(store, "2026-11", reversal(CHARGE, "2026-11"), position=0)
    assert [closed.month for closed in store.months()] == ["2026-10"]
    assert close(store, "2026-11", reversal(CHARGE, "2026-11"), position=1)


async def test_a_parked_message_of_decisions_is_released(store: Store) -> None:
    close(store, "2026-10", CHARGE)
    parked = arrival("a", verdict=Verdict(Outcome.PARKED), citizen="", records=(), letter="", envelope="")
    kept = await store.keep(parked, answer)
    read = arrival("a", citizen="", records=())
    reading = replace(read.reading, decisions=(replace(decision(CHARGE, 0), message=read.id),))
    assert store.release(kept.id, replace(read, reading=reading), answer).outcome is Outcome.ACCEPTED
    assert [one.approved for one in store.decisions_of_line("l1")] == [0]
    assert close(store, "2026-11", ANEW)


PAYMENT = Payment("2026-10", "4711", date(2026, 11, 30), 1000, "m")


async def pay(store: Store, name: str, payment: Payment) -> Kept:
    """Keep a message of one payment."""
    came = arrival(name, content=name, citizen="", records=())
    return await store.keep(replace(came, reading=replace(came.reading, payments=(payment,), citizen=None)), answer)


async def test_payments_are_kept_with_their_message_in_the_order_they_came(store: Store) -> None:
    close(store, "2026-10", CHARGE)
    corrected = replace(PAYMENT, amount=900)
    for name, payment in (("a", PAYMENT), ("b", corrected), ("c", replace(PAYMENT, claim="no such claim"))):
        await pay(store, name, payment)
    assert store.payments_of_month("2026-10") == [PAYMENT, corrected]
    assert store.payments_of_month("2026-11") == []


async def test_a_parked_payment_is_released(store: Store) -> None:
    close(store, "2026-10", CHARGE)
    parked = arrival("a", verdict=Verdict(Outcome.PARKED), citizen="", records=(), letter="", envelope="")
    kept = await store.keep(parked, answer)
    read = arrival("a", citizen="", records=())
    store.release(kept.id, replace(read, reading=replace(read.reading, payments=(PAYMENT,))), answer)
    assert store.payments_of_month("2026-10") == [PAYMENT]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE decisions SET line = ''",
        "DELETE FROM decisions",
        "UPDATE payments SET claim = ''",
        "DELETE FROM payments",
    ],
)
async def test_the_database_refuses_to_change_a_decision_or_a_payment(store: Store, change: str) -> None:
    close(store, "2026-10", CHARGE)
    await decide(store, "a", decision(CHARGE, 600))
    await pay(store, "p", PAYMENT)
    assert isinstance(store, SqlStore)
    with pytest.raises(StoreError, match="never changed"), store._write() as connection:
        connection.execute(text(change))
