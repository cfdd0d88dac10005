"""Messages, their bytes, receipts and counts, for pages, jobs and the command line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from gateway.store.contract import Message, MessageSearch, Traffic
from gateway.store.message_rows import clean
from gateway.store.packing import read_time, read_verdict, unpack, write_time
from gateway.store.shelf import EMPTY, AnyRow, Shelf
from gateway.store.tables import table
from mappings.reading import Outcome, Receipt

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
