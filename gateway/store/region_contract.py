"""What a store promises of the region's side: its registrations, disputes about lines, and notes of post-control."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from settlement.disputes import Dispute, DisputeEntry
from settlement.postcontrol import ControlNote
from settlement.registrations import Registration
from settlement.sampling import KeptSample


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import came to: registrations that are new, that took another's place, and that were there already.
    withdrawn: ids of those the import no longer has, of the period it is the whole of."""

    new: int
    changed: int
    unchanged: int
    withdrawn: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Whole:
    """That an import is all a source has of courses that start in these days, both included."""

    source: str
    since: date
    until: date


class RegionStore(Protocol):
    """The region's side of the store."""

    def save_registrations(
        self, registrations: Iterable[Registration], at: datetime, whole: Whole | None = None
    ) -> Imported:
        """Keep registrations, all or none. One with the source and id of another takes its place; the same again
        changes nothing. at: when they are imported. whole: of what they are all there is; what was there of it before
        and is not among them is withdrawn: marked and kept, and no longer found. Imported again, it stands again.
        Raises StoreError."""
        ...

    def registrations(
        self, since: date, until: date, source: str = "", municipality: str | None = None
    ) -> list[Registration]:
        """Registrations of courses that start in these days, both included; of a source or municipality, or all."""
        ...

    def registration_places(self) -> list[str]:
        """The municipalities that have registrations, sorted; "" is among them where one is of none."""
        ...

    def registration_sources(self) -> list[str]:
        """The names of the sources that have registrations, sorted."""
        ...

    def add_dispute_entry(self, entry: DisputeEntry) -> None:
        """Add an entry; entries are never changed. Raises ConflictError where its place is taken."""
        ...

    def dispute(self, dispute_id: str) -> Dispute | None: ...
    def disputes(self) -> tuple[Dispute, ...]: ...
    def disputes_of(self, lines: Iterable[str]) -> tuple[Dispute, ...]:
        """The disputes about these lines, by when they were raised."""
        ...

    def add_control_note(self, note: ControlNote) -> None:
        """Add a note of post-control; notes are never changed."""
        ...

    def keep_sample(self, sample: KeptSample) -> KeptSample:
        """Keep a sample of post-control; it is never changed. Gives the one that is kept, by whoever drew it first."""
        ...

    def sample(self, sample_id: str) -> KeptSample | None: ...
    def control_notes(self, lines: Iterable[str]) -> list[ControlNote]:
        """The notes on these lines, oldest first."""
        ...
