"""Views: the store as it stood at one moment, named by the last message it shows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, text

from gateway.store.citizens import CitizenShelf
from gateway.store.claims import ClaimShelf
from gateway.store.contract import View
from gateway.store.postgresql import BATCHES
from gateway.store.shelf import Shelf, errors, last_position

_PATIENCE = "SET LOCAL lock_timeout = '10s'"
"""A batch takes milliseconds. When one hangs, whoever asks for a view gives up, so that messages get on."""


class ViewShelf(Shelf):
    """Opens views."""

    @contextmanager
    def snapshot(self) -> Iterator[View]:
        """The store as it stands now. Raises StoreError."""
        with errors(), self._engine.connect() as connection:
            on_postgresql = connection.dialect.name == "postgresql"
            position = _after_batches(self._engine, connection) if on_postgresql else _first_look(connection)
            yield _StoredView(connection, position)


class _StoredView(CitizenShelf, ClaimShelf):
    """Reads in one transaction, which sees what was committed before its first look."""

    def __init__(self, connection: Connection, position: int) -> None:
        super().__init__(connection.engine)
        self._connection = connection
        self.position = position

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with errors():
            yield self._connection


def _first_look(connection: Connection) -> int:
    """The last position there is; the transaction sees nothing newer from now on. On SQLite positions are given under
    the write lock, so nothing below the last one is still to come."""
    return last_position(connection)


def _after_batches(engine: Engine, connection: Connection) -> int:
    """The same on PostgreSQL, where batches commit in another order than they draw positions: the first look is taken
    at an instant when no batch is under way, so that no position below the last one is still to come."""
    connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with engine.begin() as gate:
        gate.execute(text(_PATIENCE))
        gate.execute(text("SELECT pg_advisory_xact_lock(:batches)"), {"batches": BATCHES})
        return _first_look(connection)
