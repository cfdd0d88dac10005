"""Replay: raw is truth. What is rebuilt equals what is stored, and a changed store is found out."""

from __future__ import annotations

import asyncio
import sqlite3
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from gateway.build import Gateway
from gateway.demo.cast import course
from gateway.demo.month import course_sendings
from gateway.intake import Intake
from gateway.months import Months
from gateway.replay import Replayed, replay
from gateway.settings import Settings
from gateway.store.opening import open_store
from settlement.periods import Month, Quarter
from settlement.records import WeightCategory
from tests.gateway.test_months import changed_category
from tests.gateway.traffic import interrupted
from tests.gateway.world import deciding, send, world


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


LATE = (changed_category(0, WeightCategory.FOUR), *course_sendings(course(3)), *course_sendings(course(7)))


def test_what_came_while_a_month_was_closed_is_no_difference(tmp_path: Path) -> None:
    with world(tmp_path / "store", 0, 2, 4) as gateway:
        interrupted(gateway, *LATE).months.close(Month.parse("2026-09"))
        send(gateway, *course_sendings(course(5)))
        gateway.months.close(Month.parse("2026-10"))
        found = replayed(gateway, tmp_path / "scratch")
    assert found.identical
    assert found.claims.compared >= 3


def test_what_came_while_a_report_was_written_is_no_difference(tmp_path: Path) -> None:
    with world(tmp_path / "store", 0, 2, 4) as gateway:
        gateway.quality.publish(Quarter.parse("2026-Q3"))
        send(gateway, *course_sendings(course(6)))
        interrupted(gateway, *LATE).quality.publish(Quarter.parse("2026-Q3"))
        assert len({published.position for published in gateway.store.published()}) > 1
        assert replayed(gateway, tmp_path / "scratch").identical


def test_months_closed_and_reports_written_under_traffic_are_rebuilt_the_same(tmp_path: Path) -> None:
    """Three months are closed and reports written while a thread takes messages in, and another folds them."""
    with world(tmp_path / "store", 0) as gateway, ThreadPoolExecutor(2) as pool:
        traffic = pool.submit(_all_courses, gateway)
        folding = pool.submit(_fold_until, gateway, traffic)
        for month in ("2026-08", "2026-09", "2026-10"):
            gateway.months.close(Month.parse(month))
            gateway.quality.publish(Quarter.parse("2026-Q3"))
        traffic.result()
        folding.result()
        found = replayed(gateway, tmp_path / "scratch")
    assert found.identical
    assert found.messages.compared > 100


def _all_courses(gateway: Gateway) -> None:
    for number in range(1, 30):
        send(gateway, *course_sendings(course(number)))


def _fold_until(gateway: Gateway, traffic: Future[None]) -> None:
    while not traffic.done():
        gateway.projection.refresh_some()


def test_what_an_earlier_version_closed_is_placed_by_its_time(tmp_path: Path) -> None:
    """It noted no positions: what was closed before a message came, by the clock, is closed before it."""
    clock = [datetime(2026, 11, day, tzinfo=UTC) for day in (1, 2, 3)]
    with world(tmp_path / "store", 0, 2, 4, now=clock[0]) as gateway:
        later = replace(gateway, now=lambda: clock[1])
        months = Months(later.store, later.projection, later.register, later.months.agreements, later.now)
        months.close(Month.parse("2026-09"))
        intake = Intake(gateway.store, lambda: clock[2], gateway.intake.pseudonym_key, deciding(gateway))
        send(replace(gateway, intake=intake), *LATE)
        with sqlite3.connect(tmp_path / "store" / "overgang.db") as connection:
            connection.execute("DROP TRIGGER months_never_UPDATE")
            connection.execute("UPDATE months SET position = NULL")
        connection.close()
        assert replayed(gateway, tmp_path / "scratch").identical
