"""The region's side: its registrations, disputes about lines, and notes of post-control."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Table, and_, or_, select

from gateway.errors import ConflictError
from gateway.ids import new_id
from gateway.store.packing import read_time, write_time
from gateway.store.region_contract import Imported, Whole
from gateway.store.shelf import AnyRow, Shelf, upsert
from gateway.store.tables import table
from settlement.disputes import Dispute, DisputeEntry, Step, disputes
from settlement.postcontrol import ControlNote
from settlement.registrations import Registration

REGISTRATIONS = table("registrations")
ENTRIES = table("disputes")
NOTES = table("control_notes")

_MANY = 500
"""Ids asked for in one statement."""
_FACTS = ("citizen", "municipality", "region", "start", "iv_type", "category")


class RegionShelf(Shelf):
    """What a region keeps itself. See `gateway.store.region_contract.RegionStore`."""

    def save_registrations(
        self, registrations: Iterable[Registration], at: datetime, whole: Whole | None = None
    ) -> Imported:
        """Keep registrations, all or none; counts what is new, changed and unchanged, and names what is withdrawn."""
        counts, names = {"new": 0, "changed": 0, "unchanged": 0}, set[str]()
        with self._write() as connection:
            for registration in registrations:
                counts[_save(connection, registration, at)] += 1
                names.add(registration.id)
            withdrawn = _withdraw(connection, whole, names, at) if whole else ()
        return Imported(**counts, withdrawn=withdrawn)

    def registrations(
        self, since: date, until: date, source: str = "", municipality: str | None = None
    ) -> list[Registration]:
        """Registrations of courses that start in these days, by start, source and id."""
        columns = REGISTRATIONS.c
        wanted = [columns.start >= since.isoformat(), columns.start <= until.isoformat(), columns.withdrawn_at == ""]
        wanted += [columns.source == source] if source else []
        wanted += [] if municipality is None else [columns.municipality == municipality]
        order = (columns.start, columns.source, columns.id)
        return [_registration(row) for row in self._all(select(REGISTRATIONS).where(*wanted).order_by(*order))]

    def registration_places(self) -> list[str]:
        """The municipalities that have registrations, sorted."""
        code = REGISTRATIONS.c.municipality
        return [row.municipality for row in self._all(select(code).distinct().order_by(code))]

    def registration_sources(self) -> list[str]:
        """The names of the sources, sorted."""
        return sorted(row.source for row in self._all(select(REGISTRATIONS.c.source).distinct()))

    def add_dispute_entry(self, entry: DisputeEntry) -> None:
        """Add an entry. Raises ConflictError where somebody else was first."""
        row = {**asdict(entry), "step": entry.step.value, "at": write_time(entry.at)}
        with self._write() as connection:
            if not upsert(connection, ENTRIES, row):
                raise ConflictError("Somebody else has just written to this dispute. Read it again first.")

    def dispute(self, dispute_id: str) -> Dispute | None:
        """A dispute by its id."""
        rows = self._all(select(ENTRIES).where(ENTRIES.c.dispute == dispute_id))
        return next(iter(disputes(map(_entry, rows))), None)

    def disputes(self) -> tuple[Dispute, ...]:
        """Every dispute, by when it was raised."""
        return disputes(map(_entry, self._all(select(ENTRIES))))

    def disputes_of(self, lines: Iterable[str]) -> tuple[Dispute, ...]:
        """The disputes about these lines."""
        return disputes(map(_entry, self._of_lines(ENTRIES, lines)))

    def add_control_note(self, note: ControlNote) -> None:
        """Add a note."""
        with self._write() as connection:
            connection.execute(NOTES.insert().values({**asdict(note), "id": new_id(), "at": write_time(note.at)}))

    def control_notes(self, lines: Iterable[str]) -> list[ControlNote]:
        """The notes on these lines, oldest first."""
        rows = sorted(self._of_lines(NOTES, lines), key=lambda row: (row.at, row.id))
        return [ControlNote(row.line, row.due, row.text, row.person, read_time(row.at)) for row in rows]

    def _of_lines(self, of: Table, lines: Iterable[str]) -> Iterator[AnyRow]:
        ids = sorted(set(lines))
        for start in range(0, len(ids), _MANY):
            yield from self._all(select(of).where(of.c.line.in_(ids[start : start + _MANY])))


def _save(connection: Connection, registration: Registration, at: datetime) -> str:
    """Write a registration, and tell what it was."""
    columns = REGISTRATIONS.c
    key = and_(columns.source == registration.source, columns.id == registration.id)
    known = connection.execute(select(columns.id).where(key)).first() is not None
    times = {"imported_at": write_time(at), "withdrawn_at": ""}
    values = {**asdict(registration), "start": registration.start.isoformat(), **times}
    differs = or_(*(columns[name] != values[name] for name in (*_FACTS, "withdrawn_at")))
    written = upsert(connection, REGISTRATIONS, values, (*_FACTS, *times), differs)
    return "unchanged" if not written else "changed" if known else "new"


def _withdraw(connection: Connection, whole: Whole, names: set[str], at: datetime) -> tuple[str, ...]:
    """Mark what was there of a period and is not among these names; the ids of what was marked."""
    columns = REGISTRATIONS.c
    of_period = and_(
        columns.source == whole.source,
        columns.start >= whole.since.isoformat(),
        columns.start <= whole.until.isoformat(),
        columns.withdrawn_at == "",
    )
    known = connection.execute(select(columns.id).where(of_period).order_by(columns.id)).scalars()
    gone = tuple(name for name in known if name not in names)
    for name in gone:
        key = and_(columns.source == whole.source, columns.id == name)
        connection.execute(REGISTRATIONS.update().where(key).values(withdrawn_at=write_time(at)))
    return gone


def _registration(row: AnyRow) -> Registration:
    values = {name: value for name, value in row._asdict().items() if name not in ("imported_at", "withdrawn_at")}
    return Registration(**{**values, "start": date.fromisoformat(row.start)})


def _entry(row: AnyRow) -> DisputeEntry:
    values: dict[str, Any] = row._asdict()
    return DisputeEntry(**{**values, "step": Step(row.step), "at": read_time(row.at)})
