"""Group commit: arrivals share commits, and a failing disk or server is told to everyone who waits."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from gateway.errors import StoreError
from gateway.settings import Settings
from gateway.store.contract import Kept, MessageSearch
from gateway.store.group_commit import GroupCommit
from gateway.store.opening import DATABASE_FILE, open_store
from gateway.store.sqlite import SqliteHand
from mappings.reading import Outcome
from tests.gateway.store.samples import answer, arrival


@pytest.fixture
def hand(tmp_path: Path) -> Iterator[SqliteHand]:
    """The writing connection of an empty SQLite store."""
    open_store(Settings.model_validate({"data_folder": tmp_path}), {}).close()
    hand = SqliteHand(tmp_path / DATABASE_FILE)
    hand.begin()
    hand.rollback()
    yield hand
    hand.close()


async def test_arrivals_share_commits(hand: SqliteHand) -> None:
    statements: list[str] = []
    assert hand._connection is not None
    hand._connection.set_trace_callback(statements.append)
    writer = GroupCommit(hand)
    kept = await asyncio.gather(*(writer.keep(arrival(f"a{number}"), answer) for number in range(500)))
    writer.close()
    assert [item.outcome for item in kept] == [Outcome.ACCEPTED] * 500
    assert statements.count("COMMIT") <= 50


async def test_a_full_disk_is_told_to_all_and_the_next_commit_starts_anew(hand: SqliteHand) -> None:
    assert hand._connection is not None
    hand._connection.execute("PRAGMA max_page_count=1")
    writer = GroupCommit(hand)
    jobs = (writer.keep(arrival(f"a{number}"), answer) for number in range(100))
    results = await asyncio.gather(*jobs, return_exceptions=True)
    failed = [result for result in results if isinstance(result, StoreError)]
    assert failed
    again = await asyncio.gather(
        *(writer.keep(arrival(f"a{number}", envelope=f"b{number}"), answer) for number in range(100))
    )
    assert sum(kept.outcome is Outcome.ACCEPTED for kept in again) == len(failed)
    writer.close()


@pytest.mark.postgresql
async def test_a_lost_server_connection_is_told_and_made_anew(postgresql_database: str, tmp_path: Path) -> None:
    store = open_store(Settings.model_validate({"data_folder": tmp_path, "database_url": postgresql_database}), {})
    await store.keep(arrival("a"), answer)
    with psycopg.connect(postgresql_database, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend' AND query = 'COMMIT'"
        )
    with pytest.raises(StoreError):
        await store.keep(arrival("b"), answer)
    assert (await store.keep(arrival("b"), answer)).outcome is Outcome.ACCEPTED
    assert store.count_messages(MessageSearch()) == 2
    store.close()


async def test_a_caller_that_left_does_no_harm(hand: SqliteHand) -> None:
    writer = GroupCommit(hand)
    leaving = asyncio.create_task(writer.keep(arrival("a"), answer))
    await asyncio.sleep(0)
    leaving.cancel()
    kept = await writer.keep(arrival("a", envelope="b"), answer)
    assert isinstance(kept, Kept)
    assert kept.outcome is Outcome.DUPLICATE
    writer.close()
