"""Lists, searches and counts of messages, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from gateway.store.contract import MessageSearch, Store, Traffic
from gateway.store.messages import page
from mappings.reading import Outcome, Verdict
from tests.gateway.store.plans import plan
from tests.gateway.store.samples import NOON, answer, arrival

REFUSED = Verdict(Outcome.REFUSED)


async def fill(store: Store, count: int = 6) -> list[str]:
    """Messages a0, a1, ... an hour apart; every third is refused, of citizen-<number mod 2>."""
    ids = []
    for number in range(count):
        came = arrival(f"a{number}", citizen=f"citizen-{number % 2}")
        verdict = REFUSED if number % 3 == 2 else came.verdict
        at = NOON + timedelta(hours=number)
        ids.append((await store.keep(replace(came, received_at=at, verdict=verdict), answer)).id)
    return ids


async def test_pages_go_from_the_newest_and_meet_without_gaps(store: Store) -> None:
    ids = await fill(store)
    first = store.messages(MessageSearch(count=4))
    rest = store.messages(MessageSearch(count=4, before=first[-1].position))
    assert [message.id for message in first + rest] == ids[::-1]


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        (MessageSearch(outcome="refused"), [5, 2]),
        (MessageSearch(citizen_key="citizen-1"), [5, 3, 1]),
        (MessageSearch(format="hospital-notification", event="STIN", count=2), [5, 4]),
        (MessageSearch(format="xdis18"), []),
        (MessageSearch(since=NOON + timedelta(hours=4)), [5, 4]),
        (MessageSearch(until=(NOON + timedelta(hours=2)).astimezone(UTC)), [1, 0]),
        (MessageSearch(text="A3"), [3]),
        (MessageSearch(text=" prøvestadens "), [5, 4, 3, 2, 1, 0]),
        (MessageSearch(text="5790001348120", outcome="accepted", count=1), [4]),
        (MessageSearch(text="%"), []),
        (MessageSearch(text="2512489996"), []),
    ],
)
async def test_searches(store: Store, search: MessageSearch, expected: list[int]) -> None:
    ids = await fill(store)
    found = store.messages(search)
    assert [message.id for message in found] == [ids[number] for number in expected]
    everything = replace(search, count=100)
    assert store.count_messages(search) == len(store.messages(everything))


async def test_arrival_order_is_oldest_first_and_can_be_resumed(store: Store) -> None:
    ids = await fill(store)
    messages = list(store.in_arrival_order())
    assert [message.id for message in messages] == ids
    assert list(store.in_arrival_order(after=messages[3].position)) == messages[4:]
    assert all(store.raw(message.id) for message in messages)


async def test_traffic_counts_by_format_and_state(store: Store) -> None:
    await fill(store)
    counted = store.traffic(NOON + timedelta(hours=1), NOON + timedelta(hours=5))
    assert counted == [
        Traffic("hospital-notification", Outcome.ACCEPTED, 3),
        Traffic("hospital-notification", Outcome.REFUSED, 1),
    ]
    assert sum(traffic.count for traffic in store.traffic(NOON)) == 6


def test_what_is_not_there_is_none(store: Store) -> None:
    assert store.message("nothing") is None
    assert store.raw("nothing") is None
    assert store.receipt("nothing") is None


@pytest.mark.parametrize(
    ("search", "index"),
    [
        (MessageSearch(outcome="refused"), "messages_outcome"),
        (MessageSearch(event="STIN"), "messages_event"),
        (MessageSearch(citizen_key="citizen-1"), "messages_citizen"),
    ],
)
def test_searches_use_an_index(store: Store, search: MessageSearch, index: str) -> None:
    assert index in plan(store, page(search))
