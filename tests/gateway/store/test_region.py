"""The region's side of the store, on both databases: registrations, disputes, notes of post-control."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from sqlalchemy import text

from gateway.errors import ConflictError, StoreError
from gateway.store.contract import Store
from gateway.store.opening import SqlStore
from gateway.store.region_contract import Imported, Whole
from settlement.disputes import Dispute, Step, added, raised
from settlement.postcontrol import ControlNote
from settlement.registrations import Registration
from settlement.sampling import KeptSample, Stratum

AT = datetime(2026, 11, 5, 9, tzinfo=UTC)
FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)


def registration(name: str, start: date = FIRST, category: str = "2", source: str = "lpr") -> Registration:
    return Registration(name, "citizen-1", "0751", "DK-82", start, "antibiotic", category, source)


def test_importing_twice_changes_nothing(store: Store) -> None:
    both = [registration("r1"), registration("r2", LAST)]
    assert store.save_registrations(both, AT) == Imported(2, 0, 0)
    assert store.save_registrations(both, AT + timedelta(days=1)) == Imported(0, 0, 2)
    assert store.registrations(FIRST, LAST) == both


def test_a_registration_takes_the_place_of_the_one_with_its_id_and_source(store: Store) -> None:
    store.save_registrations([registration("r1")], AT)
    other = registration("r1", category="3", source="other")
    assert store.save_registrations([registration("r1", category="4"), other], AT) == Imported(1, 1, 0)
    assert store.registrations(FIRST, LAST, "lpr") == [registration("r1", category="4")]
    assert store.registrations(FIRST, LAST, "other") == [other]
    assert store.registration_sources() == ["lpr", "other"]


def test_registrations_are_asked_for_by_their_days(store: Store) -> None:
    days = [date(2026, 9, 30), FIRST, LAST, date(2026, 11, 1)]
    store.save_registrations([registration(f"r{day}", day) for day in days], AT)
    assert [one.start for one in store.registrations(FIRST, LAST)] == [FIRST, LAST]


def test_a_dispute_reads_back_as_it_was_written(store: Store) -> None:
    first = raised("l1", (), "wrong-amount", "For meget", "region", "anna", AT)
    store.add_dispute_entry(first)
    answer = added(Dispute((first,)), Step.ANSWERED, "Nej", "municipality", "bo", AT)
    store.add_dispute_entry(answer)
    told = Dispute((first, answer))
    assert store.dispute(first.dispute) == told
    assert store.disputes() == store.disputes_of(["l1", "l2"]) == (told,)
    assert (store.dispute("none"), store.disputes_of(["l2"])) == (None, ())


def test_of_two_who_write_at_once_one_is_told(store: Store) -> None:
    first = raised("l1", (), "other", "", "region", "anna", AT)
    store.add_dispute_entry(first)
    with pytest.raises(ConflictError, match="Read it again"):
        store.add_dispute_entry(raised("l1", (), "other", "", "municipality", "bo", AT))
    assert store.disputes() == (Dispute((first,)),)


def test_notes_of_control_read_back_oldest_first(store: Store) -> None:
    notes = [ControlNote("l1", 500, "for højt", "anna", AT), ControlNote("l2", 0, "", "bo", AT + timedelta(hours=1))]
    for note in reversed(notes):
        store.add_control_note(note)
    assert store.control_notes(["l1", "l2", "l3"]) == notes
    assert store.control_notes(["l3"]) == []
    store.add_control_note(replace(notes[0], at=AT + timedelta(hours=2)))
    assert len(store.control_notes(["l1"])) == 2


@pytest.mark.parametrize("table", ["disputes", "control_notes"])
@pytest.mark.parametrize("change", ["UPDATE {} SET text = 'x'", "DELETE FROM {}"])
def test_what_was_said_stays_said(store: Store, table: str, change: str) -> None:
    store.add_dispute_entry(raised("l1", (), "other", "", "region", "anna", AT))
    store.add_control_note(ControlNote("l1", 0, "", "anna", AT))
    assert isinstance(store, SqlStore)
    with pytest.raises(StoreError, match="what was said"), store._write() as connection:
        connection.execute(text(change.format(table)))


def test_what_the_whole_of_a_period_no_longer_has_is_withdrawn_and_may_come_back(store: Store) -> None:
    store.save_registrations([registration("r1"), registration("r2"), registration("r3", LAST)], AT)
    other = registration("r2", source="other")
    store.save_registrations([other], AT)
    october = Whole("lpr", date(2026, 10, 1), date(2026, 10, 4))
    kept = store.save_registrations([registration("r1")], AT + timedelta(days=1), october)
    assert kept == Imported(0, 0, 1, ("r2",))
    found = store.registrations(date.min, date.max)
    assert sorted((one.source, one.id) for one in found) == [("lpr", "r1"), ("lpr", "r3"), ("other", "r2")]
    assert store.save_registrations([registration("r1")], AT, october).withdrawn == ()
    assert store.save_registrations([registration("r2")], AT + timedelta(days=2)) == Imported(0, 1, 0)
    assert len(store.registrations(date.min, date.max)) == 4


def test_a_sample_stays_as_it_was_drawn_first(store: Store) -> None:
    stratum = Stratum("usual", 20, 100_000, Fraction(1, 20), ("l1",))
    sample = KeptSample("2026-10", "2026-10", "", "DK-82", "", (stratum,), {"l1": 5000}, "anna", AT)
    assert store.sample(sample.id) is None
    assert store.keep_sample(sample) == sample
    assert store.keep_sample(replace(sample, strata=(), person="bo")) == sample
    assert store.sample(sample.id) == sample
    assert store.keep_sample(replace(sample, seed="other")).seed == "other"
    assert isinstance(store, SqlStore)
    with pytest.raises(StoreError, match="never changed"), store._write() as connection:
        connection.execute(text("DELETE FROM samples"))
