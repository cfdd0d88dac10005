"""The jobs engine by itself: what is started runs, once, and again only when it asks for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gateway.delivery_jobs import Jobs, Try, sqlite_engine
from gateway.errors import StoreError
from gateway.settings import Settings


@contextmanager
def launched(folder: Path, work: Try) -> Iterator[Jobs]:
    jobs = Jobs(Settings(data_folder=folder), work, poll=0.05)
    jobs.launch()
    try:
        yield jobs
    finally:
        jobs.close()


def test_the_time_of_day_is_known_with_any_sqlite(tmp_path: Path) -> None:
    engine = sqlite_engine(f"sqlite:///{tmp_path / 'jobs.db'}")
    with engine.connect() as connection:
        milliseconds = connection.exec_driver_sql("SELECT unixepoch('subsec') * 1000").scalar_one()
    engine.dispose()
    assert abs(milliseconds / 1000 - time.time()) < 60


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_job_started_twice_runs_once(tmp_path: Path) -> None:
    ran: list[tuple[str, str, int]] = []
    gate = threading.Event()

    def work(document: str, endpoint: str, tries: int) -> None:
        ran.append((document, endpoint, tries))
        gate.wait(10)

    with launched(tmp_path, work) as jobs:
        jobs.start("a.x", "a", "x")
        jobs.start("a.x", "a", "x")
        wait_for(lambda: bool(ran))
        jobs.start("a.x", "a", "x")
        assert jobs.live() == {"a.x"}
        gate.set()
        wait_for(lambda: not jobs.live())
    assert ran == [("a", "x", 0)]


def test_a_try_that_asks_for_another_gets_it_and_counts_up(tmp_path: Path) -> None:
    tries_seen: list[int] = []

    def work(_document: str, _endpoint: str, tries: int) -> float | None:
        tries_seen.append(tries)
        return 0.01 if tries < 2 else None

    with launched(tmp_path, work) as jobs:
        jobs.start("a.x", "a", "x")
        wait_for(lambda: not jobs.live())
    assert tries_seen == [0, 1, 2]


def test_a_job_that_ended_or_broke_can_be_started_again(tmp_path: Path) -> None:
    ran: list[int] = []

    def work(_document: str, _endpoint: str, tries: int) -> None:
        ran.append(tries)
        if len(ran) == 1:
            raise StoreError("251248-9996")

    with launched(tmp_path, work) as jobs:
        for _ in range(3):
            jobs.start("a.x", "a", "x")
            wait_for(lambda: not jobs.live())
    assert ran == [0, 0, 0]
    stored = b"".join(file.read_bytes() for file in tmp_path.glob("deliveries.db*"))
    assert b"9996" not in stored


def test_what_waits_is_taken_up_by_the_next_launch(tmp_path: Path) -> None:
    tries_seen: list[int] = []

    def work(_document: str, _endpoint: str, tries: int) -> float | None:
        tries_seen.append(tries)
        return 0.5 if tries == 0 else None

    with launched(tmp_path, work) as jobs:
        jobs.start("a.x", "a", "x")
        wait_for(lambda: bool(tries_seen))
    with launched(tmp_path, work) as jobs:
        wait_for(lambda: not jobs.live())
    assert tries_seen == [0, 1]


def test_a_database_that_cannot_be_opened_is_a_store_error_and_the_next_launch_may_work(tmp_path: Path) -> None:
    folder = tmp_path / "missing"
    jobs = Jobs(Settings(data_folder=folder), lambda *_: None, poll=0.05)
    with pytest.raises(StoreError):
        jobs.launch()
    folder.mkdir()
    jobs.launch()
    try:
        assert jobs.live() == frozenset()
    finally:
        jobs.close()
