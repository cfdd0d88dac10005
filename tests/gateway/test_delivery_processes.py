"""Deliveries by whole processes: killed again and again, and several on one PostgreSQL database."""

from __future__ import annotations

import asyncio
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway import delivery_jobs
from gateway.delivery import Delivery
from gateway.organisations import load_register
from gateway.settings import Settings
from gateway.store.contract import Store
from gateway.store.opening import open_store
from tests.gateway.delivery_process import QUICK
from tests.gateway.region_server import Region, region_server
from tests.gateway.store.conftest import postgresql_database, postgresql_server
from tests.gateway.test_delivery import document

__all__ = ["postgresql_database", "postgresql_server"]  # fixtures

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def region() -> Iterator[Region]:
    with region_server() as running:
        running.conditional = False  # so that only asking keeps a document from being stored twice
        yield running


def organisations(folder: Path, region: Region) -> Path:
    file = folder / "organisations.toml"
    file.write_text(
        f'[[organisation]]\nname = "Region"\nrole = "region"\nregion = "DK-82"\nendpoint = "{region.base}"\n'
    )
    return file


@contextmanager
def opened(settings: Settings) -> Iterator[Store]:
    store = open_store(settings, load_register(settings.organisations).endpoints)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def process(settings: Settings, port: int = 8080) -> Iterator[subprocess.Popen[bytes]]:
    """A delivering gateway, killed at the end of the block."""
    environment = {**os.environ, "OVERGANG_DATABASE_URL": settings.database_url, "OVERGANG_HTTP_PORT": str(port)}
    command = [sys.executable, "-m", "tests.gateway.delivery_process", str(settings.data_folder)]
    command.append(str(settings.organisations))
    child = subprocess.Popen(command, cwd=PROJECT, env=environment, stderr=subprocess.DEVNULL)  # noqa: S603
    try:
        yield child
    finally:
        child.kill()
        child.wait()


def wait_until_done(store: Store) -> None:
    """Wait until every delivery is accepted, 60 seconds at most."""
    end = time.monotonic() + 60
    while {row.state for row in store.deliveries()} != {"accepted"}:
        assert time.monotonic() < end, Counter(row.state for row in store.deliveries())
        time.sleep(0.1)


def test_a_gateway_killed_again_and_again_delivers_everything_exactly_once(region: Region, tmp_path: Path) -> None:
    region.slow = 0.1
    settings = Settings(data_folder=tmp_path / "data", organisations=organisations(tmp_path, region))
    dice = random.Random(20261102)  # noqa: S311
    papers = [document(f"d{number}") for number in range(30)]
    with opened(settings) as store:
        store.save_documents(papers)
        for _ in range(6):
            with process(settings):
                time.sleep(0.8 + dice.random())
        with process(settings):
            wait_until_done(store)
    assert Counter(region.stored) == Counter(paper.body for paper in papers)


@pytest.mark.postgresql
def test_several_gateways_on_one_database_share_the_work(
    region: Region, tmp_path: Path, postgresql_database: str
) -> None:
    settings = Settings.model_validate(
        {
            "data_folder": tmp_path / "data",
            "organisations": organisations(tmp_path, region),
            "database_url": postgresql_database,
        }
    )
    papers = [document(f"d{number}") for number in range(20)]
    region.slow = 0.1
    with opened(settings) as store:
        store.save_documents(papers)
        with process(settings, 8081), process(settings, 8082):
            wait_until_done(store)
    assert Counter(region.stored) == Counter(paper.body for paper in papers)
    assert region.posts == len(papers)


def test_work_that_died_with_another_machine_is_taken_over(
    region: Region, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(data_folder=tmp_path / "data", organisations=organisations(tmp_path, region))
    region.hold = threading.Event()
    with opened(settings) as store:
        store.save_documents([document("d1")])
        with process(settings, 8081):
            assert region.on_stored.wait(30)
        region.hold.set()
        monkeypatch.setattr(delivery_jobs, "ABANDONED_SECONDS", 0)
        asyncio.run(deliver_until_done(settings, store))
    assert (len(region.stored), region.posts) == (1, 1)


async def deliver_until_done(settings: Settings, store: Store) -> None:
    register, stop = load_register(settings.organisations), asyncio.Event()
    task = asyncio.create_task(Delivery(store, register, settings, lambda: datetime.now(UTC), QUICK).run(stop))
    try:
        await asyncio.to_thread(wait_until_done, store)
    finally:
        stop.set()
        await task
