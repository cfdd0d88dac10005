"""Whatever is written reads back equal."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import StoreError
from gateway.store.packing import (
    KINDS,
    pack,
    read_episode,
    read_json,
    read_record,
    read_time,
    read_verdict,
    unpack,
    write_episode,
    write_json,
    write_record,
    write_time,
    write_verdict,
)
from mappings.reading import Verdict
from settlement import records
from settlement.episodes import Episode
from settlement.lines import Line, Withheld
from settlement.records import Record

OFFSETS = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
TIMES = st.datetimes(datetime(1900, 1, 2), datetime(2999, 1, 1), timezones=OFFSETS)  # noqa: DTZ001
TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
st.register_type_strategy(datetime, TIMES)
st.register_type_strategy(str, TEXT)
RECORDS = st.one_of([st.builds(kind) for kind in KINDS.values()])


@given(RECORDS)
def test_records(record: Record) -> None:
    kind, body = write_record(record)
    read = read_record(kind, body)
    assert read == record
    assert type(read) is type(record)
    assert read.at.utcoffset() == record.at.utcoffset()


@given(st.builds(Episode, records=st.lists(RECORDS, max_size=4).map(tuple)))
def test_episodes(episode: Episode) -> None:
    read = read_episode(write_episode(episode))
    assert read == episode
    assert [type(record) for record in read.records] == [type(record) for record in episode.records]


@given(st.builds(Verdict))
def test_verdicts(verdict: Verdict) -> None:
    assert read_verdict(write_verdict(verdict)) == verdict


@given(st.one_of(st.builds(Line), st.builds(Withheld)))
def test_lines(line: Line | Withheld) -> None:
    assert read_json(write_json(line), type(line)) == line


@given(TIMES, TIMES)
def test_times_keep_the_instant_and_sort(one: datetime, other: datetime) -> None:
    assert read_time(write_time(one)) == one
    assert read_time(write_time(one)).tzinfo is UTC
    assert (write_time(one) < write_time(other)) == (one < other)


@given(st.binary())
def test_bodies(body: bytes) -> None:
    assert unpack(pack(body)) == body


@given(RECORDS)
def test_the_same_record_is_written_in_the_same_bytes(record: Record) -> None:
    assert write_record(record) == write_record(replace(record))


def test_every_class_of_records_is_known() -> None:
    classes = (value for value in vars(records).values() if isinstance(value, type))
    assert set(KINDS.values()) == {kind for kind in classes if issubclass(kind, Record) and kind is not Record}


def test_damage_is_told() -> None:
    with pytest.raises(StoreError, match="damaged"):
        unpack(b"not packed")
    with pytest.raises(StoreError, match="cannot be read"):
        read_verdict('{"outcome": "maybe"}')
    with pytest.raises(StoreError, match="does not know"):
        read_record("Unheard", "{}")
