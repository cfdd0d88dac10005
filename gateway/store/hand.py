"""The hand that writes: one database connection as the hot path uses it, and the statements both databases share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from gateway.store.deciding import EnvelopeOwner, LetterOwner
from gateway.store.ledger import Billed, Place
from gateway.store.packing import read_verdict
from gateway.store.tables import table

Row = tuple[object, ...]


class Hand(Protocol):
    """One connection. Everything raises StoreError, and then the connection starts anew at the next `begin`."""

    def begin(self) -> None:
        """Start a transaction, connecting first where needed."""
        ...

    def letters(self, keys: Sequence[str]) -> dict[str, LetterOwner]: ...
    def envelopes(self, keys: Sequence[str]) -> dict[str, EnvelopeOwner]: ...

    def billed(self, lines: Sequence[str]) -> dict[str, Billed]:
        """The charges among those lines, held as they stand until the transaction ends."""
        ...

    def free(self, places: Sequence[Place]) -> None:
        """Give back the places of billable keys."""
        ...

    def positions(self, count: int) -> Iterable[int]:
        """Positions for that many messages, in order."""
        ...

    def claim(self, into: str, rows: Sequence[Row]) -> None:
        """Insert keys that nobody has. Raises RacedError when somebody has by now."""
        ...

    def write(self, into: str, rows: Sequence[Row]) -> None:
        """Insert rows, at once or when the transaction is committed; whichever it is raises UnfitError when one does
        not fit."""
        ...

    def commit(self) -> None: ...
    def rollback(self) -> None: ...

    def close(self) -> None:
        """Let go of the connection; `begin` makes another."""
        ...


_ON_CONFLICT = {
    "citizens": (
        " ON CONFLICT (key) DO UPDATE SET family_name = excluded.family_name, given_name = excluded.given_name"
        " WHERE excluded.family_name <> '' AND (citizens.family_name <> excluded.family_name"
        " OR citizens.given_name <> excluded.given_name)"
    ),
    "stale_citizens": " ON CONFLICT (citizen) DO UPDATE SET marked = stale_citizens.marked",
}
"""A citizen's latest name counts. The stale mark is written anew so that its row is locked until the commit: whoever
saves episodes meanwhile waits, and then sees the new records."""

LETTERS = (
    "SELECT k.key, k.message, k.letter_hash, m.verdict FROM letter_keys k JOIN messages m ON m.id = k.message"
    " WHERE k.key "
)
ENVELOPES = (
    "SELECT k.key, k.message, k.letter_key, k.letter_hash, m.verdict FROM envelope_keys k"
    " JOIN messages m ON m.id = k.message WHERE k.key "
)


def insert(into: str, placeholder: str) -> str:
    """The statement that inserts one whole row into a table, with the driver's placeholder."""
    columns = table(into).columns.keys()
    values = ", ".join([placeholder] * len(columns))
    return f"INSERT INTO {into} ({', '.join(columns)}) VALUES ({values})" + _ON_CONFLICT.get(into, "")  # noqa: S608


def inserts(placeholder: str) -> Mapping[str, str]:
    """The insert statements of every table the hot path writes."""
    names = ("messages", "raw_messages", "receipts", "letter_keys", "envelope_keys", "citizens", "records")
    more = ("stale_citizens", "decisions", "payments", "open_charges")
    return {name: insert(name, placeholder) for name in (*names, *more)}


def letter_owners(rows: Iterable[tuple[str, str, str, str]]) -> dict[str, LetterOwner]:
    """Rows of LETTERS, by letter key."""
    return {key: LetterOwner(message, digest, read_verdict(verdict)) for key, message, digest, verdict in rows}


def envelope_owners(rows: Iterable[tuple[str, str, str, str, str]]) -> dict[str, EnvelopeOwner]:
    """Rows of ENVELOPES, by envelope key."""
    return {
        key: EnvelopeOwner(message, letter, digest, read_verdict(verdict))
        for key, message, letter, digest, verdict in rows
    }
