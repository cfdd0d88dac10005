"""Months: previewing and closing them, and the quarter's report."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from gateway.organisations import Register
from gateway.projection import Projection
from gateway.store.contract import Store
from settlement.lines import Claim, Document
from settlement.measures import Result
from settlement.periods import Month, Quarter


class Months:
    """(interim)"""

    def __init__(self, store: Store, projection: Projection, register: Register, now: Callable[[], datetime]) -> None:
        self._store = store
        self._projection = projection
        self._register = register
        self._now = now

    def preview(self, month: Month) -> tuple[Claim, ...]:
        return ()

    def close(self, month: Month) -> tuple[Document, ...]:
        return ()

    def report(self, quarter: Quarter) -> tuple[Result, ...]:
        return ()

    def publish(self, quarter: Quarter) -> tuple[Document, ...]:
        return ()
