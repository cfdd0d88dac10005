"""kill -9 under load, again and again: whatever was acknowledged is there, once.

(This shows what a process crash does. That commits survive a power failure rests on `synchronous=FULL` and
`synchronous_commit=on`, which `test_opening` looks at.)
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

from gateway.settings import Settings
from gateway.store.contract import MessageSearch, Store
from gateway.store.opening import open_store

PROJECT = Path(__file__).parents[3]
CYCLES = 3


def start(settings: Settings, what: str) -> subprocess.Popen[bytes]:
    """A process of `loading`."""
    command = [sys.executable, "-m", "tests.gateway.store.loading", str(settings.data_folder), settings.database_url]
    return subprocess.Popen([*command, what], cwd=PROJECT, stdout=subprocess.PIPE)  # noqa: S603


def crash(settings: Settings, cycle: str, seconds: float) -> list[list[str]]:
    """Load a store for a while, kill the process, and return what it acknowledged: letter, message id, state."""
    with start(settings, cycle) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(seconds)
        process.kill()
        rest = process.stdout.read()
    whole = (first + rest).decode().rpartition("\n")[0]
    return [line.split() for line in whole.splitlines()]


def check(store: Store, acknowledged: list[list[str]]) -> None:
    """Every acknowledged message is there with bytes and receipt, and every letter was taken in once."""
    for letter, message_id, state in acknowledged:
        message = store.message(message_id)
        assert message is not None
        assert (message.letter_id, store.raw(message_id) is not None) == (letter, True)
        assert store.receipt(message_id) is not None
        assert (message.duplicate_of != "") == (state == "duplicate")
        assert len(store.records(f"citizen-{letter}")) == 1


def test_nothing_acknowledged_is_lost_and_nothing_is_taken_in_twice(settings: Settings) -> None:
    chance = random.Random(20261001)  # noqa: S311
    for number in range(CYCLES):
        acknowledged = crash(settings, f"cycle{number}", chance.uniform(0.05, 0.4))
        assert acknowledged
        store = open_store(settings, {})
        check(store, acknowledged[-300:])
        new = {message.letter_id for message in store.in_arrival_order() if not message.duplicate_of}
        assert len(new) == store.count_messages(MessageSearch(outcome="accepted"))
        assert {letter for letter, _, _ in acknowledged} <= new
        store.close()


def test_several_processes_start_at_once_on_nothing(settings: Settings) -> None:
    processes = [start(settings, "open") for _ in range(4)]
    outputs = [process.communicate(timeout=60)[0] for process in processes]
    assert outputs == [b"open\n"] * 4
