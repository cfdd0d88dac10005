"""Attaching: which course a visit, a contact or an answer belongs to."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate

from settlement.courses import Course, Dates
from settlement.organisations import Directory
from settlement.periods import local_day
from settlement.records import Answers, Contact, Encounter, Record

Dated = tuple[Course, Dates]
FOREVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Running:
    """A course that has started: where it is in the list of courses, and the time its visits lie in."""

    started_at: datetime
    until: datetime
    municipality: str
    place: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """A citizen's started courses in order of their start. reach: the latest end of this and all earlier ones."""

    running: tuple[Running, ...]
    starts: tuple[datetime, ...]
    reach: tuple[datetime, ...]

    @classmethod
    def of(cls, found: Iterable[Dated]) -> Timeline:
        """The timeline of a citizen's courses; withdrawn courses and those never started are not on it."""
        running = [
            Running(dates.started_at, dates.until or FOREVER, course.municipality, place)
            for place, (course, dates) in enumerate(found)
            if dates.started_at and not course.withdrawn
        ]
        running.sort(key=lambda item: (item.started_at, item.place))
        return cls(
            tuple(running),
            tuple(item.started_at for item in running),
            tuple(accumulate((item.until for item in running), max)),
        )

    def visited(self, at: datetime, municipality: str) -> int | None:
        """The course a visit belongs to: the latest started one of that municipality running when it begins.

        An unknown municipality fits any. A visit on the day a course starts, before the hour the hospital gave,
        belongs to it too. None: no course is known yet.
        """
        found = self._running(at, municipality, exact=True)
        found = found if found is not None else self._running(at, municipality, exact=False)
        return found if found is not None else self._same_day(at, municipality)

    def answered(self, at: datetime) -> int | None:
        """The course answers belong to: the latest one started, also when it is over (PRO is asked afterwards)."""
        place = bisect_right(self.starts, at)
        return self.running[place - 1].place if place else None

    def _running(self, at: datetime, municipality: str, *, exact: bool) -> int | None:
        for index in range(bisect_right(self.starts, at) - 1, -1, -1):
            if self.reach[index] <= at:
                return None
            item = self.running[index]
            if at < item.until and _fits(item.municipality, municipality, exact=exact):
                return item.place
        return None

    def _same_day(self, at: datetime, municipality: str) -> int | None:
        day = local_day(at)
        for item in self.running[bisect_right(self.starts, at) :]:
            if local_day(item.started_at) != day:
                return None
            if _fits(item.municipality, municipality, exact=False):
                return item.place
        return None


def attach(
    live: Iterable[Record], found: Sequence[Dated], ids: Sequence[str], directory: Directory
) -> Mapping[int, list[Record]]:
    """Visits, contacts and answers by the place of their course in `found`. ids: the courses' episode ids.

    Visits go by municipality and time. Contacts and answers go by the stay or episode they name, else by time.
    What fits no course is left out, and waits for one to appear.
    """
    timeline = Timeline.of(found)
    names = {name_of(course.stay): place for place, (course, _) in enumerate(found) if course.stay}
    names |= {name_of(name): place for place, name in enumerate(ids)}
    attached: defaultdict[int, list[Record]] = defaultdict(list)
    for record in live:
        place = _place(record, timeline, names, directory)
        if place is not None:
            attached[place].append(record)
    return attached


def name_of(identifier: str) -> str:
    """An identifier of a stay or an episode in one form, however it was written: bare, urn:uuid: or a reference."""
    return identifier.rsplit("/", 1)[-1].lower().removeprefix("urn:uuid:").replace("-", "")


def _place(record: Record, timeline: Timeline, names: Mapping[str, int], directory: Directory) -> int | None:
    match record:
        case Encounter():
            return timeline.visited(record.at, directory.municipality_of(record.municipality, local_day(record.at)))
        case Contact():
            named = names.get(name_of(record.stay))
            return named if named is not None else timeline.visited(record.at, "")
        case Answers():
            named = names.get(name_of(record.episode))
            return named if named is not None else timeline.answered(record.at)
        case _:
            return None


def _fits(mine: str, theirs: str, *, exact: bool) -> bool:
    return mine == theirs or (not exact and (not mine or not theirs))
