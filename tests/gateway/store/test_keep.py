"""The durable path, on both databases: what an arrival is, and that nobody's answer goes out too early."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from gateway.errors import StoreError
from gateway.settings import Settings
from gateway.store.contract import Kept, MessageSearch, Store
from gateway.store.opening import open_store
from mappings.reading import Outcome, Receipt, Verdict
from profiles.issue import error
from tests.gateway.store.samples import ACCEPTED, CITIZEN, answer, arrival, stay_event

REFUSED = Verdict(Outcome.REFUSED, (error("cpr-date", "Patient.identifier", "The date is not one."),))
PARKED = Verdict(Outcome.PARKED)


def codes(kept: Kept) -> list[str]:
    return [issue.code for issue in kept.verdict.issues]


async def test_a_new_letter_is_stored_whole(store: Store) -> None:
    came = arrival("a")
    kept = await store.keep(came, answer)
    assert kept == Kept(came.id, Outcome.ACCEPTED, ACCEPTED, answer(ACCEPTED))
    assert store.raw(came.id) == came.raw
    assert store.receipt(came.id) == answer(ACCEPTED)
    assert store.records("citizen-1") == list(came.reading.records)
    assert store.citizen("citizen-1") == CITIZEN
    assert store.stale_citizens(10) == ["citizen-1"]


async def test_message_metadata_reads_back(store: Store) -> None:
    came = arrival("a")
    message = store.message((await store.keep(came, answer)).id)
    assert message is not None
    assert (message.received_at, message.size, message.sha256) == (came.received_at, len(came.raw), came.sha256)
    assert (message.format, message.family, message.event) == ("hospital-notification", "fhir", "STIN")
    assert (message.letter_id, message.envelope_id, message.duplicate_of) == ("a", "a", "")
    assert (message.sender_sor, message.receiver_name) == (came.reading.sender.sor, came.reading.receiver.name)
    assert (message.citizen_key, message.outcome, message.verdict) == ("citizen-1", Outcome.ACCEPTED, ACCEPTED)


async def test_a_known_letter_is_a_duplicate_with_the_first_verdict(store: Store) -> None:
    first = await store.keep(arrival("a"), answer)
    again = await store.keep(arrival("a", envelope="other", verdict=REFUSED), answer)
    assert (again.outcome, again.verdict, again.receipt) == (Outcome.DUPLICATE, ACCEPTED, answer(ACCEPTED))
    assert again.id != first.id
    row = store.message(again.id)
    assert row is not None
    assert (row.outcome, row.verdict, row.duplicate_of) == (Outcome.DUPLICATE, ACCEPTED, first.id)
    assert len(store.records("citizen-1")) == 1


async def test_a_refused_letter_keeps_its_id_and_its_answer(store: Store) -> None:
    await store.keep(arrival("a", verdict=REFUSED), answer)
    again = await store.keep(arrival("a", envelope="other"), answer)
    assert (again.outcome, again.verdict) == (Outcome.DUPLICATE, REFUSED)
    assert store.records("citizen-1") == []
    assert store.stale_citizens(10) == []


async def test_a_letter_id_with_other_content_is_refused_and_stays_with_its_owner(store: Store) -> None:
    await store.keep(arrival("a"), answer)
    other = await store.keep(arrival("a", envelope="b", content="other"), answer)
    assert (other.outcome, codes(other)) == (Outcome.REFUSED, ["letter-id-reused"])
    assert other.receipt == answer(other.verdict)
    again = await store.keep(arrival("a", envelope="c"), answer)
    assert (again.outcome, again.verdict) == (Outcome.DUPLICATE, ACCEPTED)
    assert len(store.records("citizen-1")) == 1


async def test_an_envelope_id_around_another_letter_is_refused(store: Store) -> None:
    await store.keep(arrival("a", envelope="e"), answer)
    other = await store.keep(arrival("b", envelope="e"), answer)
    assert (other.outcome, codes(other)) == (Outcome.REFUSED, ["envelope-id-reused"])
    corrected = await store.keep(arrival("b", envelope="f"), answer)
    assert corrected.outcome is Outcome.ACCEPTED


async def test_a_duplicates_envelope_id_is_used_up_too(store: Store) -> None:
    await store.keep(arrival("a", envelope="e1"), answer)
    await store.keep(arrival("a", envelope="e2"), answer)
    other = await store.keep(arrival("b", envelope="e2"), answer)
    assert codes(other) == ["envelope-id-reused"]


async def test_a_known_letter_counts_before_its_envelope(store: Store) -> None:
    await store.keep(arrival("a", envelope="e"), answer)
    await store.keep(arrival("b", envelope="f"), answer)
    crossed = await store.keep(arrival("a", envelope="f"), answer)
    assert crossed.outcome is Outcome.DUPLICATE


async def test_without_a_letter_id_the_envelope_tells_repeats(store: Store) -> None:
    first = await store.keep(arrival("a", letter="", envelope="e"), answer)
    again = await store.keep(arrival("a", letter="", envelope="e"), answer)
    other = await store.keep(arrival("b", letter="", envelope="e", content="other"), answer)
    assert (first.outcome, again.outcome) == (Outcome.ACCEPTED, Outcome.DUPLICATE)
    assert codes(other) == ["envelope-id-reused"]


async def test_messages_without_ids_are_all_kept(store: Store) -> None:
    unreadable = arrival("x", letter="", envelope="", verdict=REFUSED, citizen="", records=())
    for number in range(3):
        kept = await store.keep(replace(unreadable, id=f"unreadable-{number}"), lambda _: None)
        assert (kept.outcome, kept.receipt) == (Outcome.REFUSED, None)
        assert store.receipt(kept.id) is None
    assert store.count_messages(MessageSearch(outcome="refused")) == 3


async def test_a_thousand_at_once_with_repeats_are_new_once_each(store: Store) -> None:
    arrivals = [arrival(f"a{number % 250}", envelope=f"e{number}") for number in range(1000)]
    kept = await asyncio.gather(*(store.keep(came, answer) for came in arrivals))
    new = [item.id for item in kept if item.outcome is Outcome.ACCEPTED]
    assert len(new) == len(set(new)) == 250
    assert sum(item.outcome is Outcome.DUPLICATE for item in kept) == 750
    assert len({item.id for item in kept}) == store.count_messages(MessageSearch()) == 1000
    assert len(store.records("citizen-1")) == 250


async def test_two_processes_at_once_agree_who_was_first(settings: Settings) -> None:
    one, two = open_store(settings, {}), open_store(settings, {})
    arrivals = [arrival(f"a{number // 2}", envelope=f"e{number}") for number in range(600)]
    try:
        stores = (one, two)
        kept = await asyncio.gather(*(stores[number % 2].keep(came, answer) for number, came in enumerate(arrivals)))
        assert sum(item.outcome is Outcome.ACCEPTED for item in kept) == 300
        assert sum(item.outcome is Outcome.DUPLICATE for item in kept) == 300
        assert len(one.records("citizen-1")) == 300
    finally:
        one.close()
        two.close()


async def test_all_that_is_kept_is_there_after_a_restart(settings: Settings) -> None:
    before = open_store(settings, {})
    kept = await before.keep(arrival("a"), answer)
    message = before.message(kept.id)
    before.close()
    after = open_store(settings, {})
    try:
        assert after.message(kept.id) == message
        assert (await after.keep(arrival("a", envelope="b"), answer)).outcome is Outcome.DUPLICATE
    finally:
        after.close()


async def test_an_answer_that_fails_stops_nobody_else_and_stores_nothing(store: Store) -> None:
    def failing(_: Verdict) -> Receipt:
        raise ZeroDivisionError

    jobs = [store.keep(arrival(f"a{number}"), failing if number == 5 else answer) for number in range(10)]
    results = await asyncio.gather(*jobs, return_exceptions=True)
    assert [type(result) for result in results].count(Kept) == 9
    assert isinstance(results[5], ZeroDivisionError)
    assert store.message(arrival("a5").id) is None
    assert (await store.keep(arrival("a5"), answer)).outcome is Outcome.ACCEPTED


async def test_a_row_that_does_not_fit_stops_nobody_else(store: Store) -> None:
    bad = replace(stay_event("citizen-bad"), key="half a pair: \ud800")
    jobs = [
        store.keep(arrival("bad", records=(bad,)), answer),
        *(store.keep(arrival(f"a{n}"), answer) for n in range(5)),
    ]
    results = await asyncio.gather(*jobs, return_exceptions=True)
    assert isinstance(results[0], StoreError)
    assert [type(result) for result in results[1:]] == [Kept] * 5


async def test_odd_characters_in_what_the_lists_show_do_no_harm(store: Store) -> None:
    came = arrival("a")
    odd = replace(came.reading, event="nul \0 and half a pair \ud800 å")
    kept = await store.keep(replace(came, reading=odd), answer)
    message = store.message(kept.id)
    assert message is not None
    assert message.event.startswith("nul \ufffd and half a pair ")
    assert message.event.endswith(" å")


async def test_odd_characters_in_ids_still_tell_repeats(store: Store) -> None:
    outcomes = [
        (await store.keep(arrival("a", letter="nul \0 \ud800 å", envelope=f"\0 {number}"), answer)).outcome
        for number in range(2)
    ]
    assert outcomes == [Outcome.ACCEPTED, Outcome.DUPLICATE]


async def test_after_close_nothing_is_taken(settings: Settings) -> None:
    store = open_store(settings, {})
    store.close()
    with pytest.raises(StoreError):
        await store.keep(arrival("a"), answer)


async def test_a_parked_message_is_released_once_with_its_records(store: Store) -> None:
    came = arrival("a", verdict=PARKED)
    kept = await store.keep(came, answer)
    assert (kept.outcome, store.records("citizen-1")) == (Outcome.PARKED, [])
    released = store.release(kept.id, replace(came, verdict=ACCEPTED), answer)
    assert (released.id, released.outcome) == (kept.id, Outcome.ACCEPTED)
    message = store.message(kept.id)
    assert message is not None
    assert (message.outcome, message.verdict) == (Outcome.ACCEPTED, ACCEPTED)
    assert store.receipt(kept.id) == answer(ACCEPTED)
    assert store.records("citizen-1") == list(came.reading.records)
    assert store.stale_citizens(10) == ["citizen-1"]
    again = await store.keep(arrival("a", envelope="b"), answer)
    assert (again.outcome, again.verdict) == (Outcome.DUPLICATE, ACCEPTED)
    with pytest.raises(Exception, match="not parked"):
        store.release(kept.id, came, answer)


async def test_a_released_message_is_the_last_from_then_on(store: Store) -> None:
    parked = await store.keep(arrival("a", verdict=PARKED), answer)
    await store.keep(arrival("b"), answer)
    with store.snapshot() as view:
        before = view.position
        store.release(parked.id, arrival("a"), answer)
        assert len(view.records("citizen-1")) == 1
    assert [message.position > before for message in store.in_arrival_order()] == [False, True]
    assert [message.id for message in store.in_arrival_order()][-1] == parked.id
    assert store.raw(parked.id) == arrival("a").raw
    assert store.receipt(parked.id) == answer(ACCEPTED)
    await store.keep(arrival("c"), answer)
    assert [message.letter_id for message in store.in_arrival_order()] == ["b", "a", "c"]


async def test_a_released_letter_takes_its_ids_and_is_known_again(store: Store) -> None:
    came = arrival("a")
    nameless = replace(came, id="row", letter_key="", envelope_key="", verdict=PARKED)
    kept = await store.keep(nameless, answer)
    released = store.release(kept.id, came, answer)
    assert (released.id, released.outcome) == (came.id, Outcome.ACCEPTED)
    assert store.message("row") is None
    again = await store.keep(arrival("a", envelope="b"), answer)
    assert again.outcome is Outcome.DUPLICATE
    assert store.records("citizen-1") == list(came.reading.records)


async def test_a_letter_that_came_again_meanwhile_is_not_processed_twice(store: Store) -> None:
    came = arrival("a")
    kept = await store.keep(replace(came, id="row", letter_key="", envelope_key="", verdict=PARKED), answer)
    await store.keep(arrival("a", envelope="b"), answer)
    released = store.release(kept.id, came, answer)
    assert (released.id, released.outcome) == ("row", Outcome.DUPLICATE)
    assert len(store.records("citizen-1")) == len(came.reading.records)


async def test_the_latest_name_of_a_citizen_counts_and_no_name_changes_nothing(store: Store) -> None:
    for name, family_name in (("a", "Prøve"), ("b", "Nyt"), ("c", "")):
        came = arrival(name)
        citizen = replace(CITIZEN, family_name=family_name)
        await store.keep(replace(came, reading=replace(came.reading, citizen=citizen)), answer)
    assert store.citizen("citizen-1") == replace(CITIZEN, family_name="Nyt")
    assert store.citizen("nobody") is None
