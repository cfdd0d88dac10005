"""The crash campaign itself: it finds nothing in a sound store, and finds what is planted in an unsound one."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from gateway.build import build
from gateway.settings import Settings
from tests.bench.messages import letter_id, notification
from tests.crash.campaign import inspect, run


def fill(folder: Path, numbers: range) -> None:
    gateway = build(Settings(data_folder=folder))

    async def send() -> None:
        for number in numbers:
            await gateway.intake.take(
                notification("crash", number), channel="http", family=None, media_type="", peer=None
            )

    asyncio.run(send())
    gateway.close()


def test_two_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    found = run(2, seed=7, folder=tmp_path)
    assert found.clean, found
    assert found.resendings > 0


def test_an_acknowledged_letter_that_is_not_stored_is_counted_as_lost(tmp_path: Path) -> None:
    fill(tmp_path, range(3))
    assert inspect(tmp_path, {letter_id("crash", number) for number in range(5)})["lost"] == 2


def test_a_letter_taken_in_twice_is_counted_as_doubled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.intake._scoped", lambda *_: "")  # a gateway that knows no letter again
    fill(tmp_path, range(2))
    fill(tmp_path, range(2))
    assert inspect(tmp_path, set())["doubled"] == 2
