"""Projection: keeps the stored episodes equal to the fold of their records.

Taking a message in only marks its citizen stale, so the acknowledgement path does not grow with a citizen's history;
whoever reads episodes refreshes first. A background task keeps the list short, and takes a tenth of the time at most:
doors come first.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager

from gateway.standing import Standing
from gateway.store.contract import Store
from settlement.episodes import fold
from settlement.organisations import Directory

BATCH = 200
SLICE_SECONDS = 0.02
REST_SECONDS = 9 * SLICE_SECONDS
PAUSE_SECONDS = 0.5


class Projection:
    """Folds stale citizens into episodes."""

    def __init__(self, store: Store, directory: Directory) -> None:
        self._store = store
        self._directory = directory

    def refresh(self) -> None:
        """Fold every citizen that is stale. Safe to run twice at once."""
        while citizens := self._store.stale_citizens(BATCH):
            for citizen in citizens:
                self._fold(citizen)

    def refresh_some(self) -> bool:
        """Fold stale citizens for a short while; returns whether any are left."""
        until = time.monotonic() + SLICE_SECONDS
        for citizen in self._store.stale_citizens(BATCH):
            if time.monotonic() > until:
                return True
            self._fold(citizen)
        return False

    @contextmanager
    def standing(self) -> Iterator[Standing]:
        """What all messages that are here now come to. Those that come while it is open are not in it, nor do they
        wait for it. Raises StoreError."""
        for citizen in self._store.stale_citizens():
            self._fold(citizen)
        with self._store.snapshot() as view:
            yield Standing(view, self._directory)

    def _fold(self, citizen: str) -> None:
        records = self._store.records(citizen)
        self._store.save_episodes(citizen, fold(records, self._directory), len(records))

    async def run(self, stop: asyncio.Event) -> None:
        """Refresh a little again and again until `stop` is set."""
        while not stop.is_set():
            more = await asyncio.to_thread(self.refresh_some)
            try:
                await asyncio.wait_for(stop.wait(), REST_SECONDS if more else PAUSE_SECONDS)
            except TimeoutError:
                continue
