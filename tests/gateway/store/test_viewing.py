"""Views: one moment of the store, named by a position, whatever is kept meanwhile; on both databases."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from gateway.errors import StoreError
from gateway.settings import Settings
from gateway.store import viewing
from gateway.store.batch import Job, keep_batch
from gateway.store.contract import Arrival, Kept, Store, View
from gateway.store.opening import open_store
from gateway.store.postgresql import PostgresqlHand, read_url
from tests.gateway.store.samples import answer, arrival, claim, closing, episode, line

MANY = 40


def keep(store: Store, *names: str, citizen: str = "citizen-1") -> None:
    """Keep arrivals, one after the other."""
    for name in names:
        asyncio.run(_kept(store, arrival(name, citizen=citizen)))


async def _kept(store: Store, came: Arrival) -> Kept:
    return await store.keep(came, answer)


def seen(view: View) -> tuple[int, int, list[str], list[str], list[str]]:
    """What a view shows."""
    records = len(view.records("citizen-1"))
    episodes = [made.id for made in view.every_episode("0751")]
    return view.position, records, view.stale_citizens(), episodes, view.places()


def test_an_empty_store_has_an_empty_view(store: Store) -> None:
    with store.snapshot() as view:
        assert seen(view) == (0, 0, [], [], [])


def test_a_view_shows_what_was_kept_before_and_nothing_that_comes_meanwhile(store: Store) -> None:
    keep(store, "a", "b")
    with store.snapshot() as view:
        before = seen(view)
        assert before[1:] == (2, ["citizen-1"], [], [])
        keep(store, "c")
        keep(store, "d", citizen="citizen-2")
        assert store.save_episodes("citizen-1", [episode("e1")], 3)
        assert seen(view) == before
    with store.snapshot() as view:
        assert view.position == before[0] + 2
        assert seen(view)[1:] == (3, ["citizen-2"], ["e1"], ["0751"])


def test_a_month_closed_meanwhile_is_not_in_the_view(store: Store) -> None:
    billed = line("l1")
    with store.snapshot() as view:
        assert store.save_claims(closing("2026-10"), [claim("c1", billed)])
        assert list(view.billed("iv", "0751")) == []
    with store.snapshot() as view:
        assert list(view.billed("iv", "0751")) == [billed]
        assert view.claim_places("iv") == view.claim_places() == ["0751"]
        assert view.claim_places("acute") == []


def test_episodes_and_lines_are_read_side_by_side(store: Store) -> None:
    episodes = [episode(f"e{number:04}") for number in range(1201)]
    lines = [line(f"l{number:04}", key=f"k{number}") for number in range(1201)]
    store.save_episodes("citizen-1", episodes, 0)
    store.save_claims(closing("2026-10"), [claim("c1", *lines)])
    with store.snapshot() as view:
        pairs = list(zip(view.every_episode("0751"), view.billed("iv", "0751"), strict=True))
    assert pairs == list(zip(episodes, lines, strict=True))


def test_stale_citizens_are_all_of_them_or_as_many_as_asked_for(store: Store) -> None:
    for number in range(3):
        keep(store, f"a{number}", citizen=f"citizen-{number}")
    assert store.stale_citizens() == store.stale_citizens(5) == ["citizen-0", "citizen-1", "citizen-2"]
    assert store.stale_citizens(1) == ["citizen-0"]


def test_every_view_under_traffic_shows_exactly_the_messages_up_to_its_position(settings: Settings) -> None:
    """Two writers, as two processes would have them; on PostgreSQL their commits overlap."""
    stores = [open_store(settings, {}), open_store(settings, {})]
    views: list[tuple[int, int]] = []
    with ThreadPoolExecutor(2) as pool:
        writing = [pool.submit(asyncio.run, _keep_many(store, number)) for number, store in enumerate(stores)]
        while not all(done.done() for done in writing):
            with stores[0].snapshot() as view:
                views.append((view.position, len(view.records("citizen-1"))))
        for done in writing:
            done.result()
    positions = [message.position for message in stores[0].in_arrival_order()]
    assert len(positions) == 2 * MANY
    assert [records for _, records in views] == [sum(one <= last for one in positions) for last, _ in views]
    for store in stores:
        store.close()


async def _keep_many(store: Store, writer: int) -> None:
    for number in range(MANY):
        await store.keep(arrival(f"{writer}-{number}"), answer)


class _Slow(PostgresqlHand):
    """A hand that takes its time before it commits."""

    def __init__(self, url: str) -> None:
        super().__init__(read_url(url))
        self.written, self.may_go = threading.Event(), threading.Event()

    def commit(self) -> None:
        self.written.set()
        self.may_go.wait(10)
        super().commit()


@pytest.fixture
def slow_batch(settings: Settings) -> Iterator[_Slow]:
    """A batch that has drawn its position, the first, and is not committed before it is told to."""
    if not settings.database_url:
        pytest.skip("SQLite has one writer at a time")
    open_store(settings, {}).close()
    hand = _Slow(settings.database_url)
    with ThreadPoolExecutor(1) as pool:
        batch = pool.submit(keep_batch, hand, [Job(arrival("early"), answer)])
        assert hand.written.wait(10)
        yield hand
        hand.may_go.set()
        batch.result()
    hand.close()


@pytest.mark.postgresql
def test_a_view_waits_for_a_batch_that_drew_its_positions_before(settings: Settings, slow_batch: _Slow) -> None:
    store = open_store(settings, {})
    keep(store, "late", citizen="citizen-2")

    def look() -> tuple[int, int, int]:
        with store.snapshot() as view:
            return view.position, len(view.records("citizen-1")), len(view.records("citizen-2"))

    with ThreadPoolExecutor(1) as pool:
        looking = pool.submit(look)
        assert not threading.Event().wait(0.3)
        assert not looking.done()
        slow_batch.may_go.set()
        assert looking.result() == (2, 1, 1)
    store.close()


@pytest.mark.postgresql
def test_a_batch_that_hangs_stops_the_view_and_not_the_messages(
    settings: Settings, slow_batch: _Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(viewing, "_PATIENCE", "SET LOCAL lock_timeout = '100ms'")
    store = open_store(settings, {})
    with pytest.raises(StoreError), store.snapshot():
        pass
    assert not slow_batch.may_go.is_set()
    keep(store, "late", citizen="citizen-2")
    assert [message.id for message in store.in_arrival_order()] == ["message-of-late"]
    store.close()
