"""Projection: keeps the stored episodes equal to the fold of their records.

Taking a message in only marks its citizen stale, so the acknowledgement path does not grow with a citizen's history;
whoever reads episodes refreshes first, and a background task keeps the list short.
"""

from __future__ import annotations

import asyncio

from gateway.store.contract import Store
from settlement.episodes import fold
from settlement.organisations import Directory

BATCH = 200
PAUSE_SECONDS = 0.5


class Projection:
    """Folds stale citizens into episodes."""

    def __init__(self, store: Store, directory: Directory) -> None:
        self._store = store
        self._directory = directory

    def refresh(self) -> int:
        """Fold every citizen that is stale; returns how many were folded. Safe to run twice at once."""
        folded = 0
        while citizens := self._store.stale_citizens(BATCH):
            for citizen in citizens:
                self._fold(citizen)
            folded += len(citizens)
        return folded

    def _fold(self, citizen: str) -> None:
        records = self._store.records(citizen)
        self._store.save_episodes(citizen, fold(records, self._directory), len(records))

    async def run(self, stop: asyncio.Event) -> None:
        """Refresh again and again until `stop` is set."""
        while not stop.is_set():
            await asyncio.to_thread(self.refresh)
            try:
                await asyncio.wait_for(stop.wait(), PAUSE_SECONDS)
            except TimeoutError:
                continue
