"""How the store writes things down: bodies packed, values as JSON, times as UTC text that sorts."""

from __future__ import annotations

import zlib
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

import msgspec

from gateway.errors import StoreError
from gateway.store.faults import UnfitError
from mappings.reading import Verdict
from settlement import records
from settlement.episodes import Episode
from settlement.records import Record

Value = TypeVar("Value")

KINDS: dict[str, type[Record]] = {
    kind.__name__: kind
    for kind in (records.StayEvent, records.Treatment, records.Encounter, records.Contact, records.Answers)
}
"""The classes of records, by the name they are stored under."""


class _Bodies(msgspec.Struct):
    """The records of an episode, still undecoded."""

    records: list[msgspec.Raw]


class _StoredEpisode(msgspec.Struct):
    """An episode as JSON, and the classes of its records, which JSON does not tell."""

    kinds: list[str]
    episode: msgspec.Raw


def pack(body: bytes) -> bytes:
    """Bytes for the disk: a message of 13 KB becomes 3 KB in 70 us. Level 6 takes twice as long for 3 % less, and the
    full window of 15 bits a third longer for nothing."""
    packer = zlib.compressobj(level=1, wbits=14)
    return packer.compress(body) + packer.flush()


def unpack(body: bytes) -> bytes:
    """The bytes as they were. Raises StoreError when the disk gives back something else."""
    try:
        return zlib.decompress(body)
    except zlib.error as error:
        raise StoreError("A stored body is damaged: restore the database from its backup.") from error


def write_time(at: datetime) -> str:
    """An aware time as UTC text of fixed width: earlier times sort first."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def read_time(text: str) -> datetime:
    """The time written by `write_time`, in UTC."""
    return datetime.fromisoformat(text)


def write_json(value: object) -> str:
    """A frozen dataclass as JSON text. Raises UnfitError for text that is no Unicode."""
    return json_bytes(value).decode()


def json_bytes(value: object) -> bytes:
    """The same as bytes."""
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError as error:
        raise UnfitError("A text of the message is no Unicode (half a surrogate pair).") from error


def read_json(text: str | bytes, kind: type[Value]) -> Value:
    """The dataclass that was written. Raises StoreError when the text is not one."""
    try:
        return msgspec.json.decode(text, type=kind)
    except msgspec.MsgspecError as error:
        raise StoreError(f"A stored {kind.__name__} cannot be read by this version of Overgang.") from error


def write_record(record: Record) -> tuple[str, str]:
    """The class name and the JSON text of a record."""
    return type(record).__name__, write_json(record)


def read_record(kind: str, body: str | bytes) -> Record:
    """The record written by `write_record`. Raises StoreError for a class this version does not know."""
    if kind not in KINDS:
        raise StoreError(f"A stored record is a {kind}, which this version of Overgang does not know.")
    return read_json(body, KINDS[kind])


def write_episode(episode: Episode) -> str:
    """An episode with all its records, as JSON text."""
    kinds = [type(record).__name__ for record in episode.records]
    return write_json({"kinds": kinds, "episode": episode})


def read_episode(text: str) -> Episode:
    """The episode written by `write_episode`."""
    stored = read_json(text, _StoredEpisode)
    bodies = read_json(bytes(stored.episode), _Bodies).records
    read = tuple(read_record(kind, bytes(body)) for kind, body in zip(stored.kinds, bodies, strict=True))
    return replace(read_json(bytes(stored.episode), Episode), records=read)


def write_verdict(verdict: Verdict) -> str:
    """A verdict with its issues, as JSON text."""
    return write_json(verdict)


def read_verdict(text: str) -> Verdict:
    """The verdict written by `write_verdict`."""
    return read_json(text, Verdict)
