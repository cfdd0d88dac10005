"""Courses: a stay's treatment in one municipality, with its dates."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from settlement.organisations import Directory
from settlement.periods import local_day, midnight
from settlement.records import Action, Record, StayEvent, StayKind, Treatment
from settlement.statements import event_order
from settlement.stays import HospitalRecord, Stay, stays


@dataclass(frozen=True, slots=True)
class Course:
    """One stay's hospital events, and the treatment statements to one municipality ("" if unknown).

    moved_on_at: when the treatment went on in another municipality. withdrawn: everything said of it was cancelled.
    """

    anchor: str
    stay: str
    municipality: str
    events: tuple[StayEvent, ...]
    treatments: tuple[Treatment, ...]
    is_first: bool = True
    moved_on_at: datetime | None = None
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Dates:
    """A course's dates. until: visits before it belong to the course (None: no end is known).

    in_hospital: admitted again under the same stay after the discharge.
    """

    admitted_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    readmitted_at: datetime | None
    died_at: datetime | None
    until: datetime | None
    in_hospital: bool


@dataclass(frozen=True, slots=True)
class Citizen:
    """What of one citizen bears on every course: admissions in order (time, anchor), death, and the latest statement.

    heard_at: when anything was last stated; a planned end before it has passed. No clock is asked, so the same
    records always give the same episodes.
    """

    admissions: Sequence[tuple[datetime, str]]
    died_at: datetime | None
    heard_at: datetime


def courses(records: Iterable[Record], directory: Directory) -> list[Course]:
    """The courses in one citizen's current statements, given in event order (see `statements.current`).

    A stay whose treatment is stated to several municipalities is a course in each, one after the other. A treatment
    statement that names none goes where the stay's notifications went. A stay known only by withdrawn statements is
    a withdrawn course, so that it can be seen.
    """
    hospital = [record for record in records if isinstance(record, StayEvent | Treatment)]
    live = [record for record in hospital if record.action is not Action.CANCELLED]
    gone = [record for record in hospital if record.action is Action.CANCELLED]
    found = [course for stay in stays(live) for course in _by_municipality(stay, directory)]
    known = {course.stay for course in found}
    lost = stays(record for record in gone if record.stay and record.stay not in known)
    withdrawn = [replace(course, withdrawn=True) for stay in lost for course in _by_municipality(stay, directory)]
    return found + withdrawn


def dates(course: Course, citizen: Citizen) -> Dates:
    """When a course began and ended.

    It starts when the hospital lets go (see `_let_go`), and not after death. It ends at the first of: death, the next
    admission of another stay, the treatment going on in another municipality, and the planned end if anything has
    been heard since.
    """
    died_at = _death(course, citizen.died_at)
    started = _started(course, died_at)
    readmitted = _readmission(course.anchor, started, citizen.admissions) if started else None
    planned = _planned_end(course, started)
    hard = _earliest(readmitted, _moved_on(course, started), died_at)
    ended = _earliest(hard, planned if planned and planned < citizen.heard_at else None)
    died = died_at if died_at and died_at == ended else None
    return Dates(
        admitted_at=_admitted(course),
        started_at=started,
        ended_at=ended if started or died else None,
        readmitted_at=readmitted,
        died_at=died,
        until=_earliest(hard, _end_of_day(planned)),
        in_hospital=_is_back(course, started),
    )


def admissions(found: Iterable[Course]) -> list[tuple[datetime, str]]:
    """Every live stay's beginning: (time, anchor), in order."""
    times = ((_admitted(course), course.anchor) for course in found if not course.withdrawn)
    return sorted({(at, anchor) for at, anchor in times if at})


def _by_municipality(stay: Stay, directory: Directory) -> list[Course]:
    records = sorted(stay.records, key=event_order)
    events = tuple(record for record in records if isinstance(record, StayEvent))
    treatments = [record for record in records if isinstance(record, Treatment)]
    codes = [_municipality(record, directory) for record in treatments]
    fallback = _last_known(_municipality(event, directory) for event in events)
    fallback = fallback or next((code for code in codes if code), "")
    groups: dict[str, list[Treatment]] = {}
    for treatment, code in zip(treatments, codes, strict=True):
        groups.setdefault(code or fallback, []).append(treatment)
    if not groups:
        return [Course(stay.anchor, stay.stay, fallback, events, ())]
    return _in_turn(stay, events, groups)


def _in_turn(stay: Stay, events: tuple[StayEvent, ...], groups: dict[str, list[Treatment]]) -> list[Course]:
    starts: list[datetime | None] = [group[0].at for group in groups.values()]
    return [
        Course(stay.anchor, stay.stay, code, events, tuple(group), place == 0, moved_on_at)
        for place, ((code, group), moved_on_at) in enumerate(zip(groups.items(), [*starts[1:], None], strict=True))
    ]


def _municipality(record: HospitalRecord, directory: Directory) -> str:
    return directory.municipality_of(record.municipality, local_day(record.at))


def _last_known(codes: Iterable[str]) -> str:
    return next((code for code in reversed(list(codes)) if code), "")


def _admitted(course: Course) -> datetime | None:
    stated = [event.admitted_at for event in course.events if event.admitted_at]
    seen = [event.at for event in course.events if event.kind is StayKind.ADMISSION]
    return min(stated + seen, default=None)


def _death(course: Course, died_at: datetime | None) -> datetime | None:
    """The citizen's death, if it can have ended this course. Another stay that began or was still told of after it
    shows that one of them is wrong; then the course is kept as living, for a person to see."""
    moments = [_admitted(course), *(event.at for event in course.events), *(said.at for said in course.treatments[:1])]
    died_here = any(event.kind is StayKind.DEATH for event in course.events)
    told_later = died_at and any(at > died_at for at in moments if at)
    return died_at if died_here or not told_later else None


def _started(course: Course, died_at: datetime | None) -> datetime | None:
    moment = _let_go(course) if course.is_first else course.treatments[0].at
    return moment if moment and not (died_at and died_at <= moment) else None


def _let_go(course: Course) -> datetime | None:
    """When the hospital let go of the citizen; None while it has not.

    Of several discharges in one stay it is the first one during which a treatment was stated (before the citizen came
    back), else the first one the citizen did not come back from. Without a discharge it is the first treatment start
    after the last thing said of the stay: what is stated with an admission is still to come.
    """
    discharges = sorted(event.discharged_at or event.at for event in course.events if event.kind is StayKind.DISCHARGE)
    back = sorted(event.at for event in course.events if event.kind is StayKind.ADMISSION)
    starts = [treatment.at for treatment in course.treatments]
    if not discharges:
        inside = max((event.at for event in course.events if event.kind in _INSIDE), default=None)
        return next((at for at in starts if not inside or at > inside), None)
    for at in discharges:
        returns = next((again for again in back if again > at), None)
        if returns is None or any(at <= start < returns for start in starts):
            return at
    return None


_INSIDE = (StayKind.ADMISSION, StayKind.LEAVE, StayKind.RETURN)


def _readmission(anchor: str, started: datetime, every: Sequence[tuple[datetime, str]]) -> datetime | None:
    later = every[bisect_left(every, (started, "")) :]
    return next((at for at, other in later if other != anchor), None)


def _planned_end(course: Course, started: datetime | None) -> datetime | None:
    stated = [treatment.ends_at for treatment in course.treatments if treatment.ends_at]
    return stated[-1] if stated and started and stated[-1] > started else None


def _moved_on(course: Course, started: datetime | None) -> datetime | None:
    """When the treatment went on elsewhere; a move before the course started was not the last, so it ends nothing."""
    moved = course.moved_on_at
    return None if moved and started and moved <= started else moved


def _is_back(course: Course, started: datetime | None) -> bool:
    """Whether the last thing said of the stay after the course started is an admission."""
    later = [event for event in course.events if started and (event.discharged_at or event.at) > started]
    moves = [event for event in later if event.kind in (StayKind.ADMISSION, StayKind.DISCHARGE)]
    return bool(moves) and moves[-1].kind is StayKind.ADMISSION


def _earliest(*moments: datetime | None) -> datetime | None:
    return min((moment for moment in moments if moment), default=None)


def _end_of_day(at: datetime | None) -> datetime | None:
    return midnight(local_day(at) + timedelta(days=1)) if at else None
