"""SQLite: how it is opened for writing messages and for everything else."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event

from gateway.errors import StoreError
from gateway.store.deciding import EnvelopeOwner, LetterOwner
from gateway.store.faults import UnfitError
from gateway.store.hand import (
    ENVELOPES,
    LETTERS,
    Row,
    envelope_owners,
    inserts,
    letter_owners,
)
from gateway.store.ledger import BILLED, FREE, Billed, Place, billed_lines

_WAIT_SECONDS = 30
_AMONG = "IN (SELECT value FROM json_each(?))"
_UNFIT = (sqlite3.DataError, sqlite3.IntegrityError, sqlite3.InterfaceError, sqlite3.ProgrammingError, OverflowError)


def prepare_file(path: Path) -> None:
    """Make the database file, readable by its owner only, in WAL mode. Raises StoreError when that is not possible."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        _enter_wal(path)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"The database {path} cannot be opened ({error}). Check the folder and its rights.") from error


def _enter_wal(path: Path) -> None:
    """Turn WAL on. SQLite does not wait for its turn here, so we do."""
    give_up = time.monotonic() + _WAIT_SECONDS
    while True:
        try:
            connect(path).close()
        except sqlite3.OperationalError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.02)
        else:
            return


def connect(path: Path) -> sqlite3.Connection:
    """A connection in WAL mode that waits for its turn and syncs every commit (`synchronous=FULL`).

    Ids come in no order, so every message touches pages all over their indexes: with a write-ahead log of 16 MB (and
    64 MB of pages in the memory of the hand that writes) a page is written back once for many messages.
    """
    connection = sqlite3.connect(path, timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "wal_autocheckpoint=4000"):
            connection.execute(f"PRAGMA {pragma}")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def make_engine(path: Path) -> Engine:
    """The engine for everything but messages. Transactions with the option `writes` take the write lock at once."""
    engine = create_engine("sqlite+pysqlite://", creator=_creator(path), poolclass=QueuePool, hide_parameters=True)
    event.listen(engine, "begin", _begin)
    return engine


def _creator(path: Path) -> Callable[[], sqlite3.Connection]:
    return lambda: connect(path)


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


class SqliteHand:
    """The writing connection of the hot path."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._inserts = inserts("?")
        self._connection: sqlite3.Connection | None = None

    def begin(self) -> None:
        """Take the write lock."""
        with _errors():
            if self._connection is None:
                self._connection = connect(self._path)
                self._connection.execute("PRAGMA cache_size=-65536")
            self._connection.execute("BEGIN IMMEDIATE")

    def letters(self, keys: Sequence[str]) -> dict[str, LetterOwner]:
        """The owners of those letter keys that have one."""
        with _errors():
            return letter_owners(self._open().execute(LETTERS + _AMONG, (json.dumps(keys),)))

    def envelopes(self, keys: Sequence[str]) -> dict[str, EnvelopeOwner]:
        """The owners of those envelope keys that have one."""
        with _errors():
            return envelope_owners(self._open().execute(ENVELOPES + _AMONG, (json.dumps(keys),)))

    def billed(self, lines: Sequence[str]) -> dict[str, Billed]:
        """Those lines that are charges; the write lock holds them."""
        with _errors():
            return billed_lines(self._open().execute(BILLED + _AMONG, (json.dumps(lines),)))

    def free(self, places: Sequence[Place]) -> None:
        """Give back the places of billable keys."""
        with _errors():
            self._open().executemany(FREE.format("?"), places)

    def positions(self, count: int) -> Sequence[int]:
        """The next positions; nobody else writes while this transaction lasts."""
        with _errors():
            (last,) = self._open().execute("SELECT coalesce(max(position), 0) FROM messages").fetchone()
        return range(last + 1, last + 1 + count)

    def claim(self, into: str, rows: Sequence[Row]) -> None:
        """Insert keys. The write lock is held since they were looked up, so nobody else has them."""
        self.write(into, rows)

    def write(self, into: str, rows: Sequence[Row]) -> None:
        """Insert rows."""
        with _errors():
            self._open().executemany(self._inserts[into], rows)

    def commit(self) -> None:
        """Sync to disk."""
        with _errors():
            self._open().execute("COMMIT")

    def rollback(self) -> None:
        """Forget the transaction."""
        if self._connection is not None and self._connection.in_transaction:
            try:
                self._connection.execute("ROLLBACK")
            except sqlite3.Error:
                self.close()

    def close(self) -> None:
        """Let go of the connection; whatever was not committed is gone."""
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.close()
            except sqlite3.Error:
                return  # it is let go of either way

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            raise StoreError("No transaction has begun.")
        return self._connection


@contextmanager
def _errors() -> Iterator[None]:
    """SQLite's errors as ours. Values are not repeated in the text: they may be personal data."""
    try:
        yield
    except _UNFIT as error:
        raise UnfitError(f"The message does not fit into the database ({type(error).__name__}).") from error
    except sqlite3.Error as error:
        raise StoreError(f"SQLite could not store the message ({type(error).__name__}: {error}).") from error
