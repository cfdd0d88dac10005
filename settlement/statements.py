"""Statements: of everything said about the same thing, what counts in the end, whatever order it arrived in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from settlement.records import Action, Record, StayEvent, StayKind

_WEIGHT = {Action.NEW: 0, Action.REVISED: 1, Action.CANCELLED: 2}
_ORDER = {kind: place for place, kind in enumerate(StayKind, start=1)}


def current(records: Iterable[Record]) -> list[Record]:
    """What counts of each thing spoken of, in event order; withdrawn things are among it, as CANCELLED.

    Records of one class and key speak of the same thing. The one stated last counts; of two stated at the same
    time a withdrawal goes before a correction and that before a first statement, then the higher message id.
    """
    latest: dict[tuple[type, str], Record] = {}
    for record in records:
        thing = (type(record), record.key)
        other = latest.get(thing)
        if other is None or (record is not other and _outweighs(record, other)):
            latest[thing] = record
    return sorted(latest.values(), key=event_order)


def event_order(record: Record) -> tuple[Any, ...]:
    """Sort key: when it happened; at the same time admission, leave, return, discharge, death, then the rest."""
    place = _ORDER[record.kind] if isinstance(record, StayEvent) else len(_ORDER) + 1
    return record.at, place, record.stated_at, record.message, type(record).__name__, record.key


def _outweighs(record: Record, other: Record) -> bool:
    mine, theirs = _statement(record), _statement(other)
    return repr(record) > repr(other) if mine == theirs else mine > theirs


def _statement(record: Record) -> tuple[datetime, int, str]:
    return record.stated_at, _WEIGHT[record.action], record.message
