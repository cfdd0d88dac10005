"""PostgreSQL: how it is opened for writing messages and for everything else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from gateway.errors import SettingsError, StoreError
from gateway.store.deciding import EnvelopeOwner, LetterOwner
from gateway.store.faults import RacedError, UnfitError
from gateway.store.hand import (
    ENVELOPES,
    LETTERS,
    Row,
    envelope_owners,
    inserts,
    letter_owners,
)
from gateway.store.ledger import BILLED, FREE, HOLD, Billed, Place, billed_lines

_AMONG = "= ANY(%s)"
_UNFIT = (psycopg.DataError, psycopg.IntegrityError, psycopg.ProgrammingError, psycopg.NotSupportedError)
_CONNECT_SECONDS = 5
BATCHES = 0x4F564553
"""Number of the lock that every batch shares from the moment it draws positions until it is committed. Whoever holds
it alone knows that all positions drawn so far are committed, or never will be."""


def read_url(text: str) -> URL:
    """The database's url. Raises SettingsError when it is not one of PostgreSQL's."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as error:
        raise SettingsError("database_url is not a url. Write postgresql://user:password@host:5432/name.") from error
    if url.get_backend_name() not in ("postgresql", "postgres"):
        raise SettingsError("database_url must begin with postgresql://. Leave it empty to use SQLite.")
    return url.set(drivername="postgresql+psycopg")


_CONNECTING: dict[str, Any] = {"connect_timeout": _CONNECT_SECONDS, "client_encoding": "utf8"}


def make_engine(url: URL) -> Engine:
    """The engine for everything but messages."""
    engine = create_engine(url, pool_pre_ping=True, hide_parameters=True, connect_args=_CONNECTING)
    event.listen(engine, "connect", _sync_commits)
    return engine


def _sync_commits(connection: psycopg.Connection, _: object = None) -> None:
    """A commit returns when it is on disk, whatever the server's own setting. Committed: a rollback would undo it."""
    connection.execute("SET synchronous_commit = on")
    connection.commit()


class PostgresqlHand:
    """The writing connection of the hot path. Each process has its own; unique keys arbitrate between them."""

    def __init__(self, url: URL) -> None:
        self._url = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._inserts = inserts("%s")
        self._connection: psycopg.Connection | None = None
        self._waiting: list[tuple[str, Sequence[Row]]] = []

    def begin(self) -> None:
        """Be connected; the first statement starts the transaction."""
        self._waiting = []
        if self._connection is None:
            with _errors():
                self._connection = psycopg.connect(self._url, prepare_threshold=2, **_CONNECTING)
                _sync_commits(self._connection)

    def letters(self, keys: Sequence[str]) -> dict[str, LetterOwner]:
        """The owners of those letter keys that have one."""
        with _errors():
            return letter_owners(self._open().execute(LETTERS + _AMONG, (list(keys),)))

    def envelopes(self, keys: Sequence[str]) -> dict[str, EnvelopeOwner]:
        """The owners of those envelope keys that have one."""
        with _errors():
            return envelope_owners(self._open().execute(ENVELOPES + _AMONG, (list(keys),)))

    def billed(self, lines: Sequence[str]) -> dict[str, Billed]:
        """Those lines that are charges; a month about to take one of them back waits, or was waited for."""
        with _errors():
            self._open().execute(HOLD.format(among=_AMONG), (list(lines),))
            return billed_lines(self._open().execute(BILLED + _AMONG, (list(lines),)))

    def free(self, places: Sequence[Place]) -> None:
        """Give back the places of billable keys."""
        with _errors(), self._open().cursor() as cursor:
            cursor.executemany(FREE.format("%s"), places)

    def positions(self, count: int) -> Sequence[int]:
        """The next positions of the sequence. A transaction that is rolled back leaves a gap."""
        with _errors():
            self._open().execute("SELECT pg_advisory_xact_lock_shared(%s)", (BATCHES,))
            rows = self._open().execute("SELECT nextval('message_position') FROM generate_series(1, %s)", (count,))
            return [position for (position,) in rows]

    def claim(self, into: str, rows: Sequence[Row]) -> None:
        """Insert keys; waits for other processes that are about to take the same."""
        try:
            with _errors():
                self._insert(into, rows)
        except UnfitError as error:
            if isinstance(error.__cause__, psycopg.errors.UniqueViolation):
                raise RacedError("The id is taken.") from error
            raise

    def write(self, into: str, rows: Sequence[Row]) -> None:
        """Insert rows; they are sent together when the batch is committed, and that waits for the server once."""
        if rows:
            self._waiting.append((into, rows))

    def commit(self) -> None:
        """Send what was written, and flush it to disk."""
        with _errors():
            connection, waiting = self._open(), self._waiting
            with connection.pipeline():
                for into, rows in waiting:
                    self._insert(into, rows)
            connection.commit()

    def rollback(self) -> None:
        """Forget the transaction."""
        if self._connection is not None:
            try:
                self._connection.rollback()
            except psycopg.Error:
                self.close()

    def close(self) -> None:
        """Let go of the connection; whatever was not committed is gone."""
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.close()
            except psycopg.Error:
                return  # it is let go of either way

    def _insert(self, into: str, rows: Sequence[Row]) -> None:
        if rows:
            with self._open().cursor() as cursor:
                cursor.executemany(self._inserts[into], rows)

    def _open(self) -> psycopg.Connection:
        if self._connection is None:
            raise StoreError("No transaction has begun.")
        return self._connection


@contextmanager
def _errors() -> Iterator[None]:
    """PostgreSQL's errors as ours. The server's text may quote values, so it is not repeated."""
    try:
        yield
    except _UNFIT as error:
        raise UnfitError(f"The message does not fit into the database ({type(error).__name__}).") from error
    except psycopg.Error as error:
        raise StoreError(f"PostgreSQL could not store the message ({type(error).__name__}).") from error
