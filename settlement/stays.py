"""Stays: which hospital events and treatment statements belong together.

A stay is known by the identifier the hospital gives it. A record without one is placed by date and hospital:

* it belongs to the latest stay begun on or before its day, if that day lies within the stay (a stay without a
  discharge lasts until the next one begins), or
* if it is a treatment statement of the same hospital (or of one that cannot be compared), up to 14 days after the
  discharge or after the latest treatment start, or up to the planned end where that is later;
* otherwise it begins a stay of its own, anchored on hospital and day. An admission without identifier belongs to
  an open stay only on the day that stay began: later it is another stay.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from settlement.periods import local_day
from settlement.records import Organisation, StayEvent, StayKind, Treatment

AFTERCARE = timedelta(days=14)
LOOK_BACK = 8
"""How many of the latest stays a record without identifier is compared with: keeps the work linear."""

HospitalRecord = StayEvent | Treatment


@dataclass(slots=True)
class Stay:
    """One hospital stay while it is put together. anchor: names it within the citizen, without personal data."""

    anchor: str
    stay: str
    begin: date
    records: list[HospitalRecord] = field(default_factory=list)
    hospitals: set[Organisation] = field(default_factory=set)
    has_events: bool = False
    discharged: date | None = None
    aftercare: date = date.min

    def add(self, record: HospitalRecord) -> None:
        """Take a record in."""
        self.records.append(record)
        self.hospitals.add(record.hospital)
        if isinstance(record, Treatment):
            planned = local_day(record.ends_at) if record.ends_at else date.min
            self.aftercare = max(self.aftercare, planned, local_day(record.at) + AFTERCARE)
            return
        self.has_events = True
        if record.kind is StayKind.DISCHARGE:
            day = local_day(record.discharged_at or record.at)
            self.discharged = max(self.discharged or day, day)
            self.aftercare = max(self.aftercare, day + AFTERCARE)

    def fits(self, record: HospitalRecord, next_begin: date) -> bool:
        """Whether a record without stay identifier belongs here. next_begin: when the stay after this one began."""
        day = local_day(record.at)
        if self.has_events and day <= self._last_day(record, next_begin):
            return True
        return isinstance(record, Treatment) and day <= self.aftercare and self._may_be(record.hospital)

    def _last_day(self, record: HospitalRecord, next_begin: date) -> date:
        if self.discharged:
            return self.discharged
        is_admission = isinstance(record, StayEvent) and record.kind is StayKind.ADMISSION
        return self.begin if is_admission else next_begin

    def _may_be(self, hospital: Organisation) -> bool:
        return all(same_hospital(known, hospital) is not False for known in self.hospitals)


def same_hospital(one: Organisation, other: Organisation) -> bool | None:
    """Whether two messages mean the same hospital unit; None where they share no kind of identifier."""
    for mine, theirs in ((one.sor, other.sor), (one.gln, other.gln)):
        if mine and theirs:
            return mine == theirs
    return None


def stays(records: Iterable[HospitalRecord]) -> list[Stay]:
    """The stays in a citizen's live hospital records, given in event order; in order of their beginning."""
    ordered = list(records)
    found = _identified([record for record in ordered if record.stay])
    anchors = {stay.anchor: stay for stay in found}
    for record in ordered:
        if not record.stay and not _is_death(record):
            _place(record, found, anchors)
    return found


def _is_death(record: HospitalRecord) -> bool:
    return isinstance(record, StayEvent) and record.kind is StayKind.DEATH


def _identified(records: list[HospitalRecord]) -> list[Stay]:
    groups: defaultdict[str, list[HospitalRecord]] = defaultdict(list)
    for record in records:
        groups[record.stay].append(record)
    found = [_stay(f"stay {name}", name, group) for name, group in groups.items()]
    return sorted(found, key=_order)


def _stay(anchor: str, name: str, records: list[HospitalRecord]) -> Stay:
    stay = Stay(anchor, name, _begin(records))
    for record in records:
        stay.add(record)
    return stay


def _begin(records: list[HospitalRecord]) -> date:
    stated = [record.admitted_at for record in records if isinstance(record, StayEvent) and record.admitted_at]
    return local_day(min([*stated, records[0].at]))


def _order(stay: Stay) -> tuple[date, str]:
    return stay.begin, stay.anchor


def _begun(stay: Stay) -> date:
    return stay.begin


def _place(record: HospitalRecord, found: list[Stay], anchors: dict[str, Stay]) -> None:
    """Give a record without stay identifier to the stay it fits, or make it the first of a new one."""
    place = bisect_right(found, local_day(record.at), key=_begun)
    next_begin = date.max
    for stay in reversed(found[max(0, place - LOOK_BACK) : place]):
        if stay.fits(record, next_begin):
            stay.add(record)
            return
        next_begin = stay.begin
    _begin_stay(record, found, anchors)


def _begin_stay(record: HospitalRecord, found: list[Stay], anchors: dict[str, Stay]) -> None:
    hospital = record.hospital.sor or record.hospital.gln or record.hospital.name
    anchor = f"hospital {hospital} {_begin([record]).isoformat()}"
    if anchor in anchors:
        anchors[anchor].add(record)
        return
    anchors[anchor] = _stay(anchor, "", [record])
    insort(found, anchors[anchor], key=_order)
