"""Registrations: what a region itself has registered of courses, for controlling (S0: "i egne systemer").

They come from the hospital's messages, which the region receives too, or are imported from its own system.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from settlement.episodes import Episode
from settlement.organisations import Directory
from settlement.periods import local_day


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
