"""Keeps a batch of arrivals in one transaction: who they are, their answers, and every row that belongs to them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from gateway.errors import StoreError
from gateway.store.contract import Answer, Arrival, Kept
from gateway.store.deciding import (
    Decision,
    EnvelopeOwner,
    LetterOwner,
    decide,
    entered,
    owners_of,
    takes_records,
)
from gateway.store.faults import RacedError
from gateway.store.hand import Hand, Row
from gateway.store.ledger import Ledger
from gateway.store.message_rows import citizen_row, decision_rows, fitting, message_row, payment_rows, record_rows
from gateway.store.packing import pack, write_time
from mappings.reading import Receipt

_REPEATS = uuid.UUID("0b8f6f4e-6a55-5d0c-8a0e-54a7b5f1c9d2")
"""Names the rows of duplicates and reused ids, whose arrival id may be the first message's own."""


@dataclass(frozen=True, slots=True)
class Job:
    """One arrival that waits to be kept, and how its receipt is made."""

    arrival: Arrival
    answer: Answer


@dataclass(frozen=True, slots=True)
class _Placed:
    """An arrival with its row's position and id, what it is, and its packed body."""

    arrival: Arrival
    position: int
    id: str
    decision: Decision
    body: bytes


@dataclass(slots=True)
class _Claims:
    """Owners of ids: those of the database, and those this batch adds; and the charges that it decides about."""

    letters: dict[str, LetterOwner]
    envelopes: dict[str, EnvelopeOwner]
    ledger: Ledger
    new_letters: dict[str, Row] = field(default_factory=dict)
    new_envelopes: dict[str, Row] = field(default_factory=dict)


def keep_batch(hand: Hand, jobs: Sequence[Job]) -> list[Kept]:
    """Keep the jobs' arrivals, in order, in one transaction that is committed on return.

    Raises StoreError (nothing of the batch is kept), UnfitError when one of the rows is to blame, or whatever an
    answer raises; in the last two cases the caller rolls back.
    """
    bodies = [pack(job.arrival.raw) for job in jobs]
    placed = _place(hand, [fitting(job.arrival) for job in jobs], bodies)
    receipts = [job.answer(item.decision.verdict) for job, item in zip(jobs, placed, strict=True)]
    _write(hand, placed, receipts)
    hand.commit()
    return [
        Kept(item.id, item.decision.outcome, item.decision.verdict, receipt)
        for item, receipt in zip(placed, receipts, strict=True)
    ]


def _place(hand: Hand, arrivals: Sequence[Arrival], bodies: Sequence[bytes]) -> list[_Placed]:
    """Decide what each arrival is and claim its ids. Whoever loses an id to another process looks again: the winner
    has committed by then, so each id is lost once at most."""
    for _ in range(2 * len(arrivals) + 1):
        hand.begin()
        claims = _known(hand, arrivals)
        positions = hand.positions(len(arrivals))
        placed = [_placed(claims, *each) for each in zip(arrivals, positions, bodies, strict=True)]
        try:
            _claim(hand, claims)
        except RacedError:
            hand.rollback()
        else:
            return placed
    raise StoreError("The ids of a batch could not be claimed.")


def _known(hand: Hand, arrivals: Sequence[Arrival]) -> _Claims:
    letter_keys = sorted({arrival.letter_key for arrival in arrivals} - {""})
    envelope_keys = sorted({arrival.envelope_key for arrival in arrivals} - {""})
    lines = sorted({one.line for arrival in arrivals for one in arrival.reading.decisions})
    ledger = Ledger(hand.billed(lines) if lines else {})
    return _Claims(hand.letters(letter_keys), hand.envelopes(envelope_keys), ledger)


def _placed(claims: _Claims, arrival: Arrival, position: int, body: bytes) -> _Placed:
    decided = decide(arrival, owners_of(arrival, claims.letters, claims.envelopes))
    decision = entered(decided, arrival, claims.ledger)
    row_id = arrival.id if decision.is_new else str(uuid.uuid5(_REPEATS, f"{arrival.id}/{position}"))
    letter_hash = arrival.reading.letter_hash
    if decision.is_new and arrival.letter_key:
        claims.letters[arrival.letter_key] = LetterOwner(row_id, letter_hash, decision.verdict)
        claims.new_letters[arrival.letter_key] = (arrival.letter_key, row_id, letter_hash)
    if arrival.envelope_key and arrival.envelope_key not in claims.envelopes:
        owner = EnvelopeOwner(row_id, arrival.letter_key, letter_hash, decision.verdict)
        claims.envelopes[arrival.envelope_key] = owner
        claims.new_envelopes[arrival.envelope_key] = (arrival.envelope_key, row_id, arrival.letter_key, letter_hash)
    return _Placed(arrival, position, row_id, decision, body)


def _claim(hand: Hand, claims: _Claims) -> None:
    """Claims go in one order in every process, so that two never wait for each other."""
    hand.claim("letter_keys", [claims.new_letters[key] for key in sorted(claims.new_letters)])
    hand.claim("envelope_keys", [claims.new_envelopes[key] for key in sorted(claims.new_envelopes)])
    if freed := claims.ledger.freed():
        hand.free(freed)
    if taken := claims.ledger.taken():
        hand.claim("open_charges", taken)


def _write(hand: Hand, placed: Sequence[_Placed], receipts: Sequence[Receipt | None]) -> None:
    taken = [item for item in placed if item.decision.is_new and takes_records(item.decision.outcome)]
    hand.write("messages", [message_row(item.arrival, item.position, item.id, item.decision) for item in placed])
    hand.write("raw_messages", [(item.position, item.body) for item in placed])
    hand.write("receipts", list(_receipt_rows(placed, receipts)))
    hand.write("records", [row for item in taken for row in record_rows(item.position, item.arrival.reading.records)])
    decided = [row for item in taken for row in decision_rows(item.position, item.arrival.reading.decisions)]
    if decided:
        hand.write("decisions", decided)
    payments = [row for item in taken for row in payment_rows(item.position, item.arrival.reading.payments)]
    if payments:
        hand.write("payments", payments)
    hand.write("citizens", _by_key(_citizens(item) for item in placed if item.decision.is_new))
    hand.write("stale_citizens", _by_key(_stale(item) for item in taken))


def _receipt_rows(placed: Sequence[_Placed], receipts: Sequence[Receipt | None]) -> Iterable[Row]:
    for item, receipt in zip(placed, receipts, strict=True):
        if receipt is not None:
            yield (item.position, pack(receipt.body), receipt.media_type, receipt.is_message)


def _citizens(item: _Placed) -> list[Row]:
    citizen, key = item.arrival.reading.citizen, item.arrival.citizen_key
    return [citizen_row(key, citizen)] if citizen and key else []


def _stale(item: _Placed) -> list[Row]:
    marked = write_time(item.arrival.received_at)
    return [(citizen, marked) for citizen in {record.citizen for record in item.arrival.reading.records}]


def _by_key(groups: Iterable[list[Row]]) -> list[Row]:
    """One row for each key, the last counts; sorted, so that two processes lock in the same order."""
    rows = {str(row[0]): row for group in groups for row in group}
    return [rows[key] for key in sorted(rows)]
