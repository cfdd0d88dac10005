"""Episodes: one citizen's treatment course in one municipality, folded from records in event order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from settlement.attaching import attach
from settlement.courses import Citizen, Course, Dates, admissions, courses, dates
from settlement.naming import named
from settlement.organisations import Directory
from settlement.periods import local_day
from settlement.records import (
    Action,
    Answers,
    Contact,
    Encounter,
    IvType,
    Organisation,
    Record,
    StayEvent,
    StayKind,
    Treatment,
    WeightCategory,
)
from settlement.statements import current, event_order
from settlement.stays import HospitalRecord

NAMESPACE = UUID("6f4e7a52-0d0a-5c3c-9a53-3f6f0b1f2c11")
"""Episode ids are name-based (uuid5) within this namespace."""

NOWHERE = Organisation()


class EpisodeStatus(StrEnum):
    """Codes of FHIR's episode-of-care-status, as far as they are used."""

    PLANNED = "planned"
    ACTIVE = "active"
    ONHOLD = "onhold"
    FINISHED = "finished"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Assigned:
    """What the hospital set from a time on: IV type and weight category, and the message that said so."""

    since: datetime
    iv_type: IvType | None
    category: WeightCategory | None
    message: str
    carrier: str


@dataclass(frozen=True, slots=True)
class Episode:
    """One citizen's treatment course in one municipality.

    id: stable and without personal data. citizen: opaque key. municipality: 4-digit code, "" if unknown.
    started_at / ended_at: the municipal course (None while the citizen is still admitted / still treated).
    readmitted_at: the first admission after the discharge this episode began with.
    missing: what keeps it from being billed: "iv-type", "category", "municipality".
    records: every record of the episode in event order; messages are named in each record.
    """

    id: str
    citizen: str
    municipality: str
    municipality_name: str
    hospital: Organisation
    stay: str
    status: EpisodeStatus
    assigned: tuple[Assigned, ...]
    admitted_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    readmitted_at: datetime | None
    died_at: datetime | None
    encounters: tuple[Encounter, ...]
    contacts: tuple[Contact, ...]
    answers: tuple[Answers, ...]
    records: tuple[Record, ...]
    missing: tuple[str, ...]

    @property
    def iv_type(self) -> IvType | None:
        """IV type in force at the end of what is known."""
        return self.assigned[-1].iv_type if self.assigned else None

    @property
    def category(self) -> WeightCategory | None:
        """Weight category in force at the end of what is known."""
        return self.assigned[-1].category if self.assigned else None

    @property
    def minutes(self) -> int:
        """Municipal time spent, in whole minutes, over all encounters that have an end."""
        return sum(int((visit.end - visit.at).total_seconds()) // 60 for visit in self.encounters if visit.end)


def fold(records: Iterable[Record], directory: Directory) -> tuple[Episode, ...]:
    """The episodes of one citizen, from all records about that citizen, in order of their beginning.

    Pure: the order of the records, and repeats among them, change nothing. What counts of each thing said is decided
    in `statements`, what belongs to one stay in `stays`, when a course begins and ends in `courses`, and which course
    a visit belongs to in `attaching`. Every stay is an episode: planned while the citizen is admitted, active from
    discharge, also when the hospital has not said IV type and category; it then says what is missing.
    A visit that is no IV treatment (iv is False) is kept among the records, not among the encounters. A visit outside
    every known course is in no episode until one appears. All records must be of the same citizen.
    """
    statements = current(records)
    if not statements:
        return ()
    found = courses(statements, directory)
    live = [record for record in statements if record.action is not Action.CANCELLED]
    citizen = Citizen(admissions(found), _died_at(live), max(record.stated_at for record in statements))
    dated = [(course, dates(course, citizen)) for course in found]
    key = statements[0].citizen
    ids = [episode_id(key, course.municipality, course.anchor) for course in found]
    attached = attach(live, dated, ids, directory)
    drafts = zip(ids, dated, strict=True)
    episodes = [
        _episode(name, key, course, when, attached.get(place, []), directory)
        for place, (name, (course, when)) in enumerate(drafts)
    ]
    return tuple(sorted(episodes, key=_order))


def episode_id(citizen: str, municipality: str, anchor: str) -> str:
    """A stable id without personal data. citizen: opaque key."""
    return named(NAMESPACE, citizen, municipality, anchor)


def _died_at(live: Iterable[Record]) -> datetime | None:
    deaths = (record.at for record in live if isinstance(record, StayEvent) and record.kind is StayKind.DEATH)
    return min(deaths, default=None)


def _episode(
    name: str, citizen: str, course: Course, when: Dates, attached: list[Record], directory: Directory
) -> Episode:
    assigned = _assigned(course.treatments)
    hospital: list[HospitalRecord] = [*course.events, *course.treatments]
    hospital.sort(key=event_order)
    anchor_day = local_day(when.started_at or hospital[0].at)
    return Episode(
        id=name,
        citizen=citizen,
        municipality=course.municipality,
        municipality_name=directory.municipality_name(course.municipality, anchor_day),
        hospital=_hospital(hospital),
        stay=course.stay,
        status=_status(course, when),
        assigned=assigned,
        admitted_at=when.admitted_at,
        started_at=when.started_at,
        ended_at=when.ended_at,
        readmitted_at=when.readmitted_at,
        died_at=when.died_at,
        encounters=tuple(_timed(visit) for visit in attached if isinstance(visit, Encounter) and visit.iv is not False),
        contacts=tuple(record for record in attached if isinstance(record, Contact)),
        answers=tuple(record for record in attached if isinstance(record, Answers)),
        records=tuple(sorted((*hospital, *attached), key=event_order)),
        missing=_missing(assigned, course.municipality),
    )


def _assigned(treatments: Iterable[Treatment]) -> tuple[Assigned, ...]:
    """What the hospital set, each time it changed. A statement that leaves something out does not withdraw it."""
    found: list[Assigned] = []
    for said in treatments:
        iv_type = said.iv_type or (found[-1].iv_type if found else None)
        category = said.category or (found[-1].category if found else None)
        if not found or (iv_type, category) != (found[-1].iv_type, found[-1].category):
            found.append(Assigned(said.at, iv_type, category, said.message, said.carrier))
    return tuple(found)


def _hospital(records: Iterable[HospitalRecord]) -> Organisation:
    """The hospital unit that spoke last."""
    named = [record.hospital for record in records if record.hospital != NOWHERE]
    return named[-1] if named else NOWHERE


def _status(course: Course, when: Dates) -> EpisodeStatus:
    if course.withdrawn:
        return EpisodeStatus.CANCELLED
    if when.ended_at:
        return EpisodeStatus.FINISHED
    if not when.started_at:
        return EpisodeStatus.PLANNED
    return EpisodeStatus.ONHOLD if when.in_hospital else EpisodeStatus.ACTIVE


def _timed(visit: Encounter) -> Encounter:
    """A visit that ends before it begins counts as a visit, but its end is not known."""
    return replace(visit, end=None) if visit.end and visit.end < visit.at else visit


def _missing(assigned: tuple[Assigned, ...], municipality: str) -> tuple[str, ...]:
    last = assigned[-1] if assigned else None
    known = {
        "iv-type": last and last.iv_type,
        "category": last and last.category,
        "municipality": municipality,
    }
    return tuple(name for name, value in known.items() if not value)


def _order(episode: Episode) -> tuple[datetime, str]:
    return episode.started_at or episode.records[0].at, episode.id
