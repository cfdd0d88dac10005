"""Group commit: one thread writes, and everything that waits shares the next commit."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue

from gateway.errors import StoreError
from gateway.store.batch import Job, keep_batch
from gateway.store.contract import Answer, Arrival, Kept
from gateway.store.faults import UnfitError
from gateway.store.hand import Hand

LARGEST_BATCH = 256
LARGEST_BATCH_BYTES = 32_000_000


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A job, and who waits for it on which event loop."""

    job: Job
    future: asyncio.Future[Kept]
    loop: asyncio.AbstractEventLoop


class GroupCommit:
    """Owns the writing thread. `keep` may be called from any event loop."""

    def __init__(self, hand: Hand) -> None:
        self._hand = hand
        self._queue: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._closed = False
        self._door = threading.Lock()
        self._thread = threading.Thread(target=self._work, name="store-writer", daemon=True)
        self._thread.start()

    async def keep(self, arrival: Arrival, answer: Answer) -> Kept:
        """Returns once the arrival is on disk. Raises StoreError, and then it is not to be acknowledged."""
        loop = asyncio.get_running_loop()
        waiting = _Waiting(Job(arrival, answer), loop.create_future(), loop)
        with self._door:
            if self._closed:
                raise StoreError("The store is closed.")
            self._queue.put(waiting)
        return await waiting.future

    def close(self) -> None:
        """Keep what waits, then end the thread and its connection."""
        with self._door:
            if not self._closed:
                self._closed = True
                self._queue.put(None)
        self._thread.join()

    def _work(self) -> None:
        open_ = True
        while open_:
            batch, open_ = self._next_batch()
            if batch:
                self._settle(batch)
        self._hand.close()

    def _next_batch(self) -> tuple[list[_Waiting], bool]:
        """Whatever waits, at least one; and whether more may come."""
        batch: list[_Waiting] = []
        size = 0
        try:
            while len(batch) < LARGEST_BATCH and size < LARGEST_BATCH_BYTES:
                waiting = self._queue.get(block=not batch)
                if waiting is None:
                    return batch, False
                batch.append(waiting)
                size += len(waiting.job.arrival.raw)
        except Empty:
            pass
        return batch, True

    def _settle(self, batch: Sequence[_Waiting]) -> None:
        """Keep a batch. When one job is to blame, each is tried alone, so that it stops nobody else."""
        try:
            kept = keep_batch(self._hand, [waiting.job for waiting in batch])
        except UnfitError as error:
            self._settle_alone(batch, error)
        except StoreError as error:
            self._hand.close()
            _tell(batch, [error] * len(batch))
        except Exception as error:  # noqa: BLE001  (the thread's outermost layer: it must live, and the caller is told)
            self._settle_alone(batch, error)
        else:
            _tell(batch, kept)

    def _settle_alone(self, batch: Sequence[_Waiting], error: Exception) -> None:
        self._hand.rollback()
        if len(batch) == 1:
            _tell(batch, [error])
        else:
            for waiting in batch:
                self._settle([waiting])


def _tell(batch: Sequence[_Waiting], results: Sequence[Kept | Exception]) -> None:
    """Hand every result to its event loop, in one call for each loop."""
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Kept], Kept | Exception]]] = {}
    for waiting, result in zip(batch, results, strict=True):
        by_loop.setdefault(waiting.loop, []).append((waiting.future, result))
    for loop, pairs in by_loop.items():
        try:
            loop.call_soon_threadsafe(_resolve, pairs)
        except RuntimeError:
            continue  # the loop is closed: nobody waits any more


def _resolve(pairs: Sequence[tuple[asyncio.Future[Kept], Kept | Exception]]) -> None:
    for future, result in pairs:
        if future.done():
            continue
        if isinstance(result, Exception):
            future.set_exception(result)
        else:
            future.set_result(result)
