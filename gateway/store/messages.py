"""Messages, their bytes, receipts and counts, for pages, jobs and the command line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select, update

from gateway.errors import ConflictError
from gateway.store.contract import Message, MessageSearch, Traffic
from gateway.store.message_rows import citizen_row, clean, organisations, record_rows, takes_records, words
from gateway.store.packing import pack, read_time, read_verdict, unpack, write_time, write_verdict
from gateway.store.shelf import EMPTY, AnyRow, Shelf, upsert
from gateway.store.tables import table
from mappings.reading import Outcome, Reading, Receipt, Verdict

MESSAGES = table("messages")
RAW = table("raw_messages")
RECEIPTS = table("receipts")

_HIDDEN = ("letter_hash", "words")
_MESSAGE = select(*(column for column in MESSAGES.columns if column.name not in _HIDDEN))


class MessageShelf(Shelf):
    """The stored messages."""

    def message(self, message_id: str) -> Message | None:
        """A message by its id, None when there is none."""
        row = self._first(_MESSAGE.where(MESSAGES.c.id == message_id))
        return _message(row) if row else None

    def messages(self, search: MessageSearch) -> list[Message]:
        """The newest messages that fit, at most `search.count`."""
        return [_message(row) for row in self._all(page(search))]

    def count_messages(self, search: MessageSearch) -> int:
        """How many messages fit, over all pages."""
        return self._number(select(func.count()).select_from(MESSAGES).where(*_filters(search)))

    def raw(self, message_id: str) -> bytes | None:
        """The bytes of a message as they came."""
        row = self._first(_beside(RAW.c.body, message_id))
        return unpack(row.body) if row else None

    def receipt(self, message_id: str) -> Receipt | None:
        """What was answered to a message; None where nothing was."""
        row = self._first(
            _beside(RECEIPTS.c.body, message_id).add_columns(RECEIPTS.c.media_type, RECEIPTS.c.is_message)
        )
        return Receipt(unpack(row.body), row.media_type, bool(row.is_message)) if row else None

    def in_arrival_order(self, after: int = 0) -> Iterator[Message]:
        """Every message with a position above `after`, oldest first, as they stood when the first was asked for."""
        statement = _MESSAGE.where(MESSAGES.c.position > after).order_by(MESSAGES.c.position)
        return map(_message, self._stream(statement))

    def traffic(self, since: datetime, until: datetime | None = None) -> list[Traffic]:
        """Messages received from `since` to before `until`, counted by format and state."""
        by = (MESSAGES.c.format, MESSAGES.c.outcome)
        period = _filters(MessageSearch(since=since, until=until))
        statement = select(*by, func.count().label("number")).where(*period).group_by(*by).order_by(*by)
        return [Traffic(row.format, Outcome(row.outcome), row.number) for row in self._all(statement)]

    def release(self, message_id: str, reading: Reading, verdict: Verdict, receipt: Receipt | None) -> None:
        """Give a parked message its final state and its records, all in one transaction.

        The records are complete (citizen and message filled in). Raises ConflictError when the message is not parked,
        and StoreError when nothing could be stored.
        """
        with self._write() as connection:
            row = connection.execute(
                select(MESSAGES.c.position, MESSAGES.c.received_at, MESSAGES.c.citizen_key)
                .where(MESSAGES.c.id == message_id, MESSAGES.c.outcome == Outcome.PARKED.value)
                .with_for_update()
            ).first()
            if row is None:
                raise ConflictError("The message is not parked: only parked messages are released.")
            citizen_key = row.citizen_key or next((record.citizen for record in reading.records), "")
            _rewrite(connection, message_id, citizen_key, reading, verdict)
            _keep_reading(connection, row, citizen_key, reading, verdict)
            if receipt is not None:
                _keep_receipt(connection, row.position, receipt)


def page(search: MessageSearch) -> Select[*tuple[Any, ...]]:
    """The statement behind one page of the message list."""
    statement = _MESSAGE.where(*_filters(search)).order_by(MESSAGES.c.position.desc()).limit(search.count)
    return statement if search.before is None else statement.where(MESSAGES.c.position < search.before)


def _beside(column: Any, message_id: str) -> Select[Any]:
    """A column of a table beside `messages`, for one message."""
    return (
        select(column).join(MESSAGES, MESSAGES.c.position == column.table.c.position).where(MESSAGES.c.id == message_id)
    )


def _message(row: AnyRow) -> Message:
    values = row._asdict()
    values["received_at"] = read_time(row.received_at)
    values["outcome"] = Outcome(row.outcome)
    values["verdict"] = read_verdict(row.verdict)
    return Message(**values)


def _filters(search: MessageSearch) -> list[ColumnElement[bool]]:
    """The search's filters. Free text is looked for anywhere in ids, event and organisations, newest first."""
    columns = MESSAGES.c
    filters = [
        columns[name] == value
        for name in ("format", "outcome", "event", "citizen_key")
        if (value := getattr(search, name))
    ]
    if search.citizen_key:
        filters.append(columns.citizen_key != EMPTY)
    if search.text.strip():
        filters.append(columns.words.contains(clean(search.text).strip().lower(), autoescape=True))
    if search.since is not None:
        filters.append(columns.received_at >= write_time(search.since))
    if search.until is not None:
        filters.append(columns.received_at < write_time(search.until))
    return filters


def _rewrite(connection: Connection, message_id: str, citizen_key: str, reading: Reading, verdict: Verdict) -> None:
    """What the message list shows, as read now."""
    names = ("sender_sor", "sender_gln", "sender_name", "receiver_sor", "receiver_gln", "receiver_name")
    values = {
        **dict(zip(names, organisations(reading), strict=True)),
        "format": reading.format,
        "family": reading.family.value,
        "event": clean(reading.event),
        "envelope_id": clean(reading.envelope_id),
        "letter_id": clean(reading.letter_id),
        "letter_hash": reading.letter_hash,
        "citizen_key": citizen_key,
        "outcome": verdict.outcome.value,
        "verdict": write_verdict(verdict),
        "words": words(message_id, reading),
    }
    connection.execute(update(MESSAGES).where(MESSAGES.c.id == message_id).values(values))


def _keep_reading(connection: Connection, row: AnyRow, citizen_key: str, reading: Reading, verdict: Verdict) -> None:
    """The citizen, and the records of a message that is taken in; their citizens are stale from now on."""
    if reading.citizen and citizen_key:
        citizens = table("citizens")
        values = dict(zip(citizens.columns.keys(), citizen_row(citizen_key, reading.citizen), strict=True))
        upsert(connection, citizens, values)
    if not takes_records(verdict.outcome):
        return
    records = table("records")
    for record in record_rows(row.position, reading.records):
        connection.execute(records.insert().values(record))
    for citizen in sorted({record.citizen for record in reading.records}):
        mark_stale(connection, citizen, row.received_at)


def mark_stale(connection: Connection, citizen: str, marked: str) -> None:
    """Mark a citizen's episodes as behind their records, and hold the mark until the transaction ends."""
    stale = table("stale_citizens")
    upsert(connection, stale, {"citizen": citizen, "marked": marked}, replace=("citizen",))


def _keep_receipt(connection: Connection, position: int, receipt: Receipt) -> None:
    values = {
        "position": position,
        "body": pack(receipt.body),
        "media_type": receipt.media_type,
        "is_message": receipt.is_message,
    }
    upsert(connection, RECEIPTS, values, replace=("body", "media_type", "is_message"))
