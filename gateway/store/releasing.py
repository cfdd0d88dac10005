"""Releasing: a parked message that can be read now gets its ids, its records and its final state."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, select, text, update

from gateway.errors import ConflictError
from gateway.store.contract import Answer, Arrival, Kept
from gateway.store.deciding import Decision, decide, entered, owners_of, takes_records
from gateway.store.hand import ENVELOPES, LETTERS, envelope_owners, letter_owners
from gateway.store.ledger import BILLED, HOLD, Ledger, billed_lines
from gateway.store.message_rows import (
    citizen_row,
    clean,
    decision_rows,
    fitting,
    organisations,
    payment_rows,
    record_rows,
    words,
)
from gateway.store.packing import pack, write_time, write_verdict
from gateway.store.postgresql import BATCHES
from gateway.store.shelf import Shelf, last_position, upsert
from gateway.store.tables import table
from mappings.reading import Outcome, Receipt

MESSAGES = table("messages")


class ReleaseShelf(Shelf):
    """What a person, or a newer version of the program, does with parked messages."""

    def release(self, message_id: str, arrival: Arrival, answer: Answer) -> Kept:
        """Give a parked message its final state, all in one transaction.

        arrival: the same bytes as they are read now. The row takes the arrival's id, unless its letter has come and
        been taken in meanwhile, and the last position: months are closed over all messages up to one. Raises
        ConflictError when the message is not parked, and StoreError when nothing could be stored.
        """
        arrival = fitting(arrival)
        with self._write() as connection:
            position = _moved_last(connection, _parked(connection, message_id))
            _disown(connection, message_id)
            ledger = _ledger(connection, arrival)
            decision = entered(_decision(connection, arrival), arrival, ledger)
            row_id = arrival.id if decision.is_new else message_id
            receipt = answer(decision.verdict)
            _rewrite(connection, position, row_id, arrival, decision)
            if decision.is_new:
                _claim(connection, row_id, arrival)
                _keep_reading(connection, position, arrival, decision)
                _move_places(connection, ledger)
            _keep_receipt(connection, position, receipt)
        return Kept(row_id, decision.outcome, decision.verdict, receipt)


def _parked(connection: Connection, message_id: str) -> int:
    """The position of a parked message; it stays ours until the transaction ends."""
    statement = select(MESSAGES.c.position).where(
        MESSAGES.c.id == message_id, MESSAGES.c.outcome == Outcome.PARKED.value
    )
    row = connection.execute(statement.with_for_update()).first()
    if row is None:
        raise ConflictError("The message is not parked: only parked messages are released.")
    return int(row.position)


def _moved_last(connection: Connection, parked: int) -> int:
    """Move a message behind all others, with its bytes and its receipt. Returns its new position."""
    position = _next_position(connection)
    for name in ("messages", "raw_messages", "receipts"):
        rows = table(name)
        connection.execute(update(rows).where(rows.c.position == parked).values(position=position))
    return position


def _next_position(connection: Connection) -> int:
    """Drawn as batches draw theirs: under the write lock on SQLite, from the sequence on PostgreSQL."""
    if connection.dialect.name != "postgresql":
        return last_position(connection) + 1
    connection.execute(text("SELECT pg_advisory_xact_lock_shared(:batches)"), {"batches": BATCHES})
    return int(connection.execute(text("SELECT nextval('message_position')")).scalar_one())


def _disown(connection: Connection, message_id: str) -> None:
    """Ids that the message took when it was parked are decided about anew, with what is read now."""
    for keys in (table("letter_keys"), table("envelope_keys")):
        connection.execute(keys.delete().where(keys.c.message == message_id))


def _decision(connection: Connection, arrival: Arrival) -> Decision:
    letters = connection.execute(text(LETTERS + "= :key"), {"key": arrival.letter_key})
    envelopes = connection.execute(text(ENVELOPES + "= :key"), {"key": arrival.envelope_key})
    owners = owners_of(arrival, letter_owners(_rows(letters)), envelope_owners(_rows(envelopes)))
    return decide(arrival, owners)


def _ledger(connection: Connection, arrival: Arrival) -> Ledger:
    """The charges that the message decides about, held as they stand until the transaction ends."""
    lines = sorted({one.line for one in arrival.reading.decisions})
    among: BindParameter[list[str]] = bindparam("lines", lines, expanding=True)
    if lines and connection.dialect.name == "postgresql":
        connection.execute(text(HOLD.format(among="IN :lines")).bindparams(among))
    rows = connection.execute(text(BILLED + "IN :lines").bindparams(among)) if lines else ()
    return Ledger(billed_lines(_rows(rows)))


def _move_places(connection: Connection, ledger: Ledger) -> None:
    """Give back and take the places of billable keys; whoever took one since makes the transaction fail."""
    for key, line in ledger.freed():
        places = table("open_charges")
        connection.execute(places.delete().where(places.c.key == key, places.c.line == line))
    for key, line in ledger.taken():
        connection.execute(table("open_charges").insert().values(key=key, line=line))


def _rows(result: Any) -> list[Any]:
    return [tuple(row) for row in result]


def _claim(connection: Connection, row_id: str, arrival: Arrival) -> None:
    """The ids now belong to this message; whoever took one since it was looked up makes the transaction fail."""
    letter_hash = arrival.reading.letter_hash
    if arrival.letter_key:
        row = {"key": arrival.letter_key, "message": row_id, "letter_hash": letter_hash}
        connection.execute(table("letter_keys").insert().values(row))
    if arrival.envelope_key:
        row = {"key": arrival.envelope_key, "message": row_id, "letter_hash": letter_hash}
        connection.execute(table("envelope_keys").insert().values(row | {"letter_key": arrival.letter_key}))


def _rewrite(connection: Connection, position: int, row_id: str, arrival: Arrival, decision: Decision) -> None:
    """What the message list shows, as read now."""
    names = ("sender_sor", "sender_gln", "sender_name", "receiver_sor", "receiver_gln", "receiver_name")
    reading = arrival.reading
    values = {
        **dict(zip(names, organisations(reading), strict=True)),
        "id": row_id,
        "format": reading.format,
        "family": reading.family.value,
        "event": clean(reading.event),
        "envelope_id": clean(reading.envelope_id),
        "letter_id": clean(reading.letter_id),
        "letter_hash": reading.letter_hash,
        "citizen_key": arrival.citizen_key,
        "outcome": decision.outcome.value,
        "verdict": write_verdict(decision.verdict),
        "duplicate_of": decision.duplicate_of,
        "words": words(row_id, reading),
    }
    connection.execute(update(MESSAGES).where(MESSAGES.c.position == position).values(values))


def _keep_reading(connection: Connection, position: int, arrival: Arrival, decision: Decision) -> None:
    """The citizen, and the records of a message that is taken in; their citizens are stale from now on."""
    reading = arrival.reading
    if reading.citizen and arrival.citizen_key:
        citizens = table("citizens")
        values = dict(zip(citizens.columns.keys(), citizen_row(arrival.citizen_key, reading.citizen), strict=True))
        upsert(connection, citizens, values)
    if not takes_records(decision.outcome):
        return
    records = table("records")
    for record in record_rows(position, reading.records):
        connection.execute(records.insert().values(record))
    decisions = table("decisions")
    for decided in decision_rows(position, reading.decisions):
        connection.execute(decisions.insert().values(decided))
    payments = table("payments")
    for paid in payment_rows(position, reading.payments):
        connection.execute(payments.insert().values(paid))
    for citizen in sorted({record.citizen for record in reading.records}):
        mark_stale(connection, citizen, write_time(arrival.received_at))


def mark_stale(connection: Connection, citizen: str, marked: str) -> None:
    """Mark a citizen's episodes as behind their records, and hold the mark until the transaction ends."""
    stale = table("stale_citizens")
    upsert(connection, stale, {"citizen": citizen, "marked": marked}, replace=("citizen",))


def _keep_receipt(connection: Connection, position: int, receipt: Receipt | None) -> None:
    if receipt is None:
        return
    values = {
        "position": position,
        "body": pack(receipt.body),
        "media_type": receipt.media_type,
        "is_message": receipt.is_message,
    }
    upsert(connection, table("receipts"), values, replace=("body", "media_type", "is_message"))
