"""A store filled with the synthetic month: citizens, their episodes, and what regions have registered of them.

The rows are those that messages and an import would leave; the messages themselves are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Connection

from gateway.store.citizens import episode_row
from gateway.store.opening import SqlStore
from gateway.store.tables import table
from settlement.episodes import Episode
from settlement.organisations import Directory
from settlement.periods import local_day
from settlement.registrations import Registration
from tests.bench import synthetic

SOURCE = "region"
NOT_REGISTERED, OTHER_CATEGORY, OTHER_DAY, REGISTERED_ALONE = 97, 89, 83, 79
"""One of so many courses is not registered, or as another category, or on the day after; and one more of so many is
registered that nobody claims."""
_BATCH = 5_000


def fill(store: SqlStore, size: int, places: int) -> None:
    """Fill an empty store with a month of that size, in so many municipalities."""
    directory = Directory.build()
    with store._write() as connection:
        for place in range(places):
            _fill_place(connection, synthetic.episodes(place, places, size, directory), directory)


def _fill_place(connection: Connection, episodes: Iterator[Episode], directory: Directory) -> None:
    while batch := list(islice(episodes, _BATCH)):
        citizens = synthetic.citizens(iter([one.citizen for one in batch]))
        rows = [{"key": key, **_citizen(asdict(citizen))} for key, citizen in citizens.items()]
        connection.execute(table("citizens").insert(), rows)
        connection.execute(table("episodes").insert(), [episode_row(one) for one in batch])
        registered = [each for one in batch for each in registrations(one, directory)]
        connection.execute(table("registrations").insert(), [_registration(one) for one in registered])


def _citizen(values: Mapping[str, str]) -> dict[str, str]:
    return {name: values[name] for name in ("identifier", "system", "family_name", "given_name")}


def registrations(episode: Episode, directory: Directory) -> Iterable[Registration]:
    """What the region has of a course, by its number alone."""
    number = int(episode.citizen.removeprefix("citizen-"))
    assert episode.started_at is not None
    start = local_day(episode.started_at)
    category = "1" if number % OTHER_CATEGORY == 0 else str(episode.category or "")
    one = Registration(
        id=f"r{number}",
        citizen=episode.citizen,
        municipality=episode.municipality,
        region=directory.region_of(episode.municipality, start),
        start=start + timedelta(days=number % OTHER_DAY == 0),
        iv_type=str(episode.iv_type or ""),
        category=category,
        source=SOURCE,
    )
    return [
        *([] if number % NOT_REGISTERED == 0 else [one]),
        *([_other_citizen(one)] if number % REGISTERED_ALONE == 0 else []),
    ]


def _other_citizen(one: Registration) -> Registration:
    return Registration(
        f"{one.id}-alone",
        f"{one.citizen}-alone",
        one.municipality,
        one.region,
        one.start,
        one.iv_type,
        one.category or "1",
        SOURCE,
    )


def _registration(one: Registration) -> dict[str, Any]:
    return {**asdict(one), "start": one.start.isoformat(), "imported_at": "2026-11-01T00:00:00.000000+00:00"}
