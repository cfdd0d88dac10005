"""Replay: raw is truth. What is rebuilt equals what is stored, and a changed store is found out."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

from gateway.build import Gateway
from gateway.replay import Replayed, replay
from gateway.settings import Settings
from gateway.store.opening import open_store
from settlement.periods import Month, Quarter
from settlement.records import WeightCategory
from tests.gateway.test_months import changed_category
from tests.gateway.world import send, world


def replayed(gateway: Gateway, folder: Path) -> Replayed:
    scratch = open_store(Settings(data_folder=folder), {})
    try:
        return asyncio.run(replay(gateway, scratch))
    finally:
        scratch.close()


def test_everything_is_rebuilt_the_same(tmp_path: Path) -> None:
    with world(tmp_path / "store", 0, 2, 3, 4, 5, 6) as gateway:
        gateway.months.close(Month.parse("2026-09"))
        gateway.quality.publish(Quarter.parse("2026-Q3"))
        found = replayed(gateway, tmp_path / "scratch")
    assert found.identical
    assert found.messages.compared > 20
    assert found.episodes.compared == 6
    assert found.claims.compared >= 3
    assert found.documents.compared > 10


def test_a_change_in_the_stored_episodes_is_found(tmp_path: Path) -> None:
    with world(tmp_path / "store", 0, 3) as gateway:
        gateway.projection.refresh()
        changed = next(gateway.store.every_episode())
        with sqlite3.connect(tmp_path / "store" / "overgang.db") as connection:
            connection.execute("DELETE FROM episodes WHERE id = ?", (changed.id,))
        connection.close()
        found = replayed(gateway, tmp_path / "scratch")
    assert not found.identical
    assert found.episodes.different
    assert not found.messages.different


def test_nothing_is_changed_by_a_replay(tmp_path: Path) -> None:
    with world(tmp_path / "store", 0) as gateway:
        gateway.months.close(Month.parse("2026-09"))
        send(gateway, changed_category(0, WeightCategory.FOUR))
        gateway.projection.refresh()
        before = list(gateway.store.every_episode()), gateway.store.claims("2026-09")
        assert replayed(gateway, tmp_path / "scratch").messages.compared > 0
        assert (list(gateway.store.every_episode()), gateway.store.claims("2026-09")) == before
