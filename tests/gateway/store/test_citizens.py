"""Citizens, records and episodes, on both databases."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import select

from gateway.store.citizens import EPISODES, _filters
from gateway.store.contract import EpisodeSearch, Store
from mappings.reading import Citizen
from tests.gateway.store.plans import plan
from tests.gateway.store.samples import CITIZEN, answer, arrival, episode, stay_event, treatment


async def test_records_come_in_arrival_order_as_they_were(store: Store) -> None:
    first = (treatment("citizen-1", "message-of-a"), stay_event("citizen-1", "z", "message-of-a"))
    second = (stay_event("citizen-1", "a", "message-of-b"),)
    await store.keep(arrival("a", records=first), answer)
    await store.keep(arrival("b", records=second), answer)
    assert store.records("citizen-1") == [*first, *second]
    assert store.records("citizen-2") == []


async def test_episodes_replace_the_earlier_ones_and_the_citizen_is_fresh(store: Store) -> None:
    await store.keep(arrival("a"), answer)
    assert store.save_episodes("citizen-1", [episode("e1"), episode("e2")], read_at=1)
    assert store.stale_citizens(10) == []
    assert store.save_episodes("citizen-1", [episode("e3")], read_at=1)
    assert store.episode("e1") is None
    assert store.episode("e3") == episode("e3")


async def test_episodes_folded_from_too_few_records_are_not_saved(store: Store) -> None:
    await store.keep(arrival("a"), answer)
    assert store.save_episodes("citizen-1", [episode("e1")], read_at=1)
    await store.keep(arrival("b"), answer)
    assert not store.save_episodes("citizen-1", [episode("e2")], read_at=1)
    assert store.stale_citizens(10) == ["citizen-1"]
    assert [found.id for found in store.episodes(EpisodeSearch())] == ["e1"]


async def test_no_record_is_missed_while_episodes_are_saved(store: Store) -> None:
    async def keep_all() -> None:
        await asyncio.gather(*(store.keep(arrival(f"a{number}"), answer) for number in range(200)))

    def fold(stop: asyncio.Event) -> None:
        while not stop.is_set():
            store.save_episodes("citizen-1", [], len(store.records("citizen-1")))

    stop = asyncio.Event()
    folding = asyncio.create_task(asyncio.to_thread(fold, stop))
    await keep_all()
    stop.set()
    await folding
    read = len(store.records("citizen-1"))
    assert read == 200
    assert store.save_episodes("citizen-1", [], read)
    assert store.stale_citizens(10) == []


async def test_stale_citizens_wait_in_order(store: Store) -> None:
    for name in ("c", "a", "b"):
        await store.keep(arrival(name, citizen=f"citizen-{name}"), answer)
    assert store.stale_citizens(2) == ["citizen-a", "citizen-b"]
    assert len(store.stale_citizens(10)) == 3


async def test_citizens_are_looked_up_many_at_once(store: Store) -> None:
    for number in range(3):
        came = arrival(f"a{number}", citizen=f"citizen-{number}")
        person = Citizen("2512489996", given_name=f"Nummer {number}")
        await store.keep(replace(came, reading=replace(came.reading, citizen=person)), answer)
    found = store.citizens([*(f"citizen-{number}" for number in range(3)), *(f"nobody-{n}" for n in range(1200))])
    assert {key: person.given_name for key, person in found.items()} == {
        f"citizen-{number}": f"Nummer {number}" for number in range(3)
    }
    assert CITIZEN not in found.values()


def fill(store: Store) -> None:
    store.save_episodes("citizen-1", [episode("e1"), episode("e3", municipality="0101")], 0)
    store.save_episodes("citizen-2", [episode("e2", "citizen-2", category=""), episode("e4", "citizen-2", "", "3")], 0)


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        (EpisodeSearch(), ["e1", "e2", "e3", "e4"]),
        (EpisodeSearch(municipality="0751"), ["e1", "e2"]),
        (EpisodeSearch(citizen_key="citizen-2"), ["e2", "e4"]),
        (EpisodeSearch(status="active", category="2"), ["e1", "e3"]),
        (EpisodeSearch(iv_type="antibiotic", count=1), ["e1"]),
        (EpisodeSearch(missing="category"), ["e2"]),
        (EpisodeSearch(missing="cat"), []),
        (EpisodeSearch(after="e2"), ["e3", "e4"]),
        (EpisodeSearch(status="finished"), []),
    ],
)
def test_searches(store: Store, search: EpisodeSearch, expected: list[str]) -> None:
    fill(store)
    assert [found.id for found in store.episodes(search)] == expected
    everything = replace(search, count=100, after="")
    assert store.count_episodes(search) == len(store.episodes(everything))


def test_every_episode_streams_by_id(store: Store) -> None:
    many = [episode(f"e{number:04}") for number in range(1201)]
    store.save_episodes("citizen-1", reversed(many), 0)
    assert [found.id for found in store.every_episode()] == [made.id for made in many]
    assert len(list(store.every_episode("0751"))) == 1201
    assert list(store.every_episode("0101")) == []


def test_a_stream_that_is_left_holds_nothing(store: Store) -> None:
    fill(store)
    for _ in range(30):
        assert next(iter(store.every_episode())).id == "e1"
    assert store.save_episodes("citizen-1", [], 0)


def test_municipalities_are_those_with_episodes(store: Store) -> None:
    fill(store)
    assert store.municipalities() == ["0101", "0751"]


@pytest.mark.parametrize(
    ("search", "index"),
    [
        (EpisodeSearch(municipality="0751"), "episodes_municipality"),
        (EpisodeSearch(citizen_key="citizen-1"), "episodes_citizen"),
        (EpisodeSearch(iv_type="antibiotic"), "episodes_iv_type"),
        (EpisodeSearch(missing="category"), "episodes_missing"),
    ],
)
def test_searches_use_an_index(store: Store, search: EpisodeSearch, index: str) -> None:
    statement = select(EPISODES.c.body).where(*_filters(search)).order_by(EPISODES.c.id).limit(50)
    assert index in plan(store, statement)
