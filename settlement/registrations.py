"""Registrations: what a region itself has registered of courses, for controlling (S0: "i egne systemer").

They come from the hospital's messages, which the region receives too, or are imported from its own system.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from settlement.episodes import Episode
from settlement.lines import Line, LineKind
from settlement.organisations import Directory
from settlement.periods import Month, local_day

NEAR_DAYS = 31
"""Starts that lie further apart than this are two courses."""


@dataclass(frozen=True, slots=True)
class Registration:
    """A course as the region registered it.

    id: unique within its source. citizen: opaque key. municipality: 4-digit code. start: the day the municipal course
    starts. iv_type, category: codes, "" where nothing is registered. source: "hospital" or the name of an import.
    """

    id: str
    citizen: str
    municipality: str
    region: str
    start: date
    iv_type: str
    category: str
    source: str


def of_hospital_messages(episodes: Iterable[Episode], directory: Directory) -> Iterator[Registration]:
    """What hospitals have said of courses, as the region reads it: the municipal side's visits play no part."""
    for episode in episodes:
        if episode.assigned and episode.started_at:
            start = local_day(episode.started_at)
            yield Registration(
                id=f"hospital/{episode.id}",
                citizen=episode.citizen,
                municipality=episode.municipality,
                region=directory.region_of(episode.municipality, start),
                start=start,
                iv_type=str(episode.iv_type or ""),
                category=str(episode.category or ""),
                source="hospital",
            )


def of_month(
    registrations: Iterable[Registration], month: Month, lines: Iterable[Line], elsewhere: Iterable[Line]
) -> Iterator[Registration]:
    """The registrations a month's lines are held against: courses that start in the month, and those near a course
    that is claimed late in it; not those whose very course stands claimed in another month.

    lines: of the month, of one agreement. elsewhere: of its other closed months.
    """
    here = _charges(lines)
    there = _standing(elsewhere)
    for one in registrations:
        starts = here.get((one.citizen, one.municipality), ())
        late = any(abs((start - one.start).days) <= NEAR_DAYS for start in starts)
        in_month = month.first_day <= one.start <= month.last_day
        claimed_there = one.start in there.get((one.citizen, one.municipality), ()) and one.start not in starts
        if (in_month or late) and not claimed_there:
            yield one


def _standing(lines: Iterable[Line]) -> dict[tuple[str, str], set[date]]:
    """The starts of the charges that no reversal takes back; lines may be many, so they are read one by one."""
    charges, taken_back = dict[str, tuple[str, str, date]](), set[str]()
    for line in lines:
        if line.kind is LineKind.REVERSAL:
            taken_back.add(line.reverses)
        else:
            charges[line.id] = line.citizen, line.municipality, line.service_date
    found: dict[tuple[str, str], set[date]] = {}
    for name, (citizen, municipality, start) in charges.items():
        if name not in taken_back:
            found.setdefault((citizen, municipality), set()).add(start)
    return found


def _charges(lines: Iterable[Line]) -> dict[tuple[str, str], set[date]]:
    """The starts of the courses charged, by citizen and municipality."""
    found: dict[tuple[str, str], set[date]] = {}
    for line in lines:
        if line.kind is LineKind.CHARGE:
            found.setdefault((line.citizen, line.municipality), set()).add(line.service_date)
    return found
