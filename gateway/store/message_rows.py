"""Arrivals and readings as rows of the tables, column by column in the tables' own order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gateway.store.contract import Arrival
from gateway.store.deciding import Decision
from gateway.store.hand import Row
from gateway.store.packing import write_json, write_record, write_time, write_verdict
from mappings.reading import Citizen, Reading
from settlement.decisions import Decision as LineDecision
from settlement.payments import Payment
from settlement.records import Record


def fitting(arrival: Arrival) -> Arrival:
    """The arrival with keys that any database takes; nearly always the arrival itself."""
    letter_key, envelope_key = clean(arrival.letter_key), clean(arrival.envelope_key)
    if (letter_key, envelope_key) == (arrival.letter_key, arrival.envelope_key):
        return arrival
    return replace(arrival, letter_key=letter_key, envelope_key=envelope_key)


def message_row(arrival: Arrival, position: int, row_id: str, decision: Decision) -> Row:
    """A row of `messages`."""
    reading = arrival.reading
    return (
        position,
        row_id,
        write_time(arrival.received_at),
        arrival.channel,
        clean(arrival.peer),
        reading.format,
        reading.family.value,
        clean(reading.event),
        clean(arrival.media_type),
        clean(reading.envelope_id),
        clean(reading.letter_id),
        reading.letter_hash,
        *organisations(reading),
        arrival.citizen_key,
        decision.outcome.value,
        write_verdict(decision.verdict),
        decision.duplicate_of,
        len(arrival.raw),
        arrival.sha256,
        words(row_id, reading),
    )


def organisations(reading: Reading) -> tuple[str, ...]:
    """Sender's and receiver's SOR, GLN and name."""
    sender, receiver = reading.sender, reading.receiver
    named = (sender.sor, sender.gln, sender.name, receiver.sor, receiver.gln, receiver.name)
    return tuple(clean(text) for text in named)


def words(row_id: str, reading: Reading) -> str:
    """What free text is looked up in: ids, event and organisations, lower case. Never the citizen."""
    parts = (row_id, clean(reading.envelope_id), clean(reading.letter_id), clean(reading.event))
    return " ".join((*parts, *organisations(reading))).lower()


def record_rows(position: int, records: Sequence[Record]) -> list[Row]:
    """Rows of `records` for a message's records, numbered in their order."""
    return [(record.citizen, position, number, *write_record(record)) for number, record in enumerate(records)]


def decision_rows(position: int, decisions: Sequence[LineDecision]) -> list[Row]:
    """Rows of `decisions` for what a message decides, numbered in its order."""
    return [(position, number, clean(one.line), write_json(one)) for number, one in enumerate(decisions)]


def payment_rows(position: int, payments: Sequence[Payment]) -> list[Row]:
    """Rows of `payments` for what a message says was paid, numbered in its order."""
    return [(position, number, clean(one.claim), write_json(one)) for number, one in enumerate(payments)]


def citizen_row(key: str, citizen: Citizen) -> Row:
    """A row of `citizens`."""
    texts = (citizen.identifier, citizen.system, citizen.family_name, citizen.given_name)
    return (key, *(clean(text) for text in texts))


def clean(text: str) -> str:
    """Text any database takes: NUL and half surrogate pairs become the replacement character. The raw bytes tell."""
    if text.isascii() and "\0" not in text:
        return text
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
