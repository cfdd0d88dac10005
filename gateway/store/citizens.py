"""Citizens, their records and their episodes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import ColumnElement, delete, func, select

from gateway.store.contract import EpisodeSearch
from gateway.store.packing import read_episode, read_record, write_episode
from gateway.store.releasing import mark_stale
from gateway.store.shelf import EMPTY, AnyRow, Shelf
from gateway.store.tables import table
from mappings.reading import Citizen
from settlement.episodes import Episode
from settlement.records import Record

CITIZENS = table("citizens")
RECORDS = table("records")
STALE = table("stale_citizens")
EPISODES = table("episodes")

_MANY = 500
"""Keys asked for in one statement."""


class CitizenShelf(Shelf):
    """Citizens by their opaque keys, and what is known of their courses."""

    def citizen(self, citizen_key: str) -> Citizen | None:
        """Who is behind a key; None for a key nobody has."""
        return self.citizens([citizen_key]).get(citizen_key)

    def citizens(self, citizen_keys: Iterable[str]) -> dict[str, Citizen]:
        """Who is behind the keys; keys nobody has are left out."""
        keys = sorted(set(citizen_keys))
        parts = (keys[start : start + _MANY] for start in range(0, len(keys), _MANY))
        rows = (row for part in parts for row in self._all(select(CITIZENS).where(CITIZENS.c.key.in_(part))))
        return {row.key: Citizen(row.identifier, row.system, row.family_name, row.given_name) for row in rows}

    def records(self, citizen_key: str) -> list[Record]:
        """A citizen's records in arrival order."""
        order = (RECORDS.c.position, RECORDS.c.number)
        statement = select(RECORDS.c.kind, RECORDS.c.body).where(RECORDS.c.citizen == citizen_key).order_by(*order)
        return [read_record(row.kind, row.body) for row in self._all(statement)]

    def stale_citizens(self, count: int | None = None) -> list[str]:
        """Citizens whose episodes are behind their records, longest waiting first; at most `count`, or all."""
        statement = select(STALE.c.citizen).order_by(STALE.c.marked, STALE.c.citizen).limit(count)
        return [row.citizen for row in self._all(statement)]

    def save_episodes(self, citizen_key: str, episodes: Iterable[Episode], read_at: int) -> bool:
        """Replace a citizen's episodes, unless there are other than `read_at` records by now: then False, and still
        stale. Raises StoreError."""
        rows = [episode_row(episode) for episode in episodes]
        count = select(func.count()).select_from(RECORDS).where(RECORDS.c.citizen == citizen_key)
        with self._write() as connection:
            mark_stale(connection, citizen_key, "")
            if connection.execute(count).scalar_one() != read_at:
                return False
            connection.execute(delete(EPISODES).where(EPISODES.c.citizen == citizen_key))
            if rows:
                connection.execute(EPISODES.insert(), rows)
            connection.execute(delete(STALE).where(STALE.c.citizen == citizen_key))
        return True

    def episode(self, episode_id: str) -> Episode | None:
        """An episode by its id."""
        row = self._first(select(EPISODES.c.body).where(EPISODES.c.id == episode_id))
        return _episode(row) if row else None

    def episodes(self, search: EpisodeSearch) -> list[Episode]:
        """Episodes that fit, by id, at most `search.count`."""
        statement = select(EPISODES.c.body).where(*_filters(search)).order_by(EPISODES.c.id).limit(search.count)
        if search.after:
            statement = statement.where(EPISODES.c.id > search.after)
        return [_episode(row) for row in self._all(statement)]

    def count_episodes(self, search: EpisodeSearch) -> int:
        """How many episodes fit, over all pages."""
        return self._number(select(func.count()).select_from(EPISODES).where(*_filters(search)))

    def every_episode(self, municipality: str | None = None) -> Iterator[Episode]:
        """Every episode (of a municipality; "" is the unknown one) by id, all as they stood at the first asked for."""
        wanted = [] if municipality is None else [EPISODES.c.municipality == municipality]
        statement = select(EPISODES.c.body).where(*wanted)
        return map(_episode, self._stream(statement.order_by(EPISODES.c.id)))

    def places(self) -> list[str]:
        """The municipalities with episodes, sorted; "" is the unknown one."""
        code = EPISODES.c.municipality
        return [row.municipality for row in self._all(select(code).distinct().order_by(code))]

    def municipalities(self) -> list[str]:
        """The codes of the municipalities that have episodes, sorted."""
        return [code for code in self.places() if code]


def episode_row(episode: Episode) -> dict[str, str]:
    """An episode as its row."""
    return {
        "id": episode.id,
        "citizen": episode.citizen,
        "municipality": episode.municipality,
        "status": episode.status.value,
        "iv_type": episode.iv_type.value if episode.iv_type else "",
        "category": episode.category.value if episode.category else "",
        "missing": _listed(episode.missing),
        "body": write_episode(episode),
    }


def _listed(missing: Sequence[str]) -> str:
    return f",{','.join(missing)}," if missing else ""


def _episode(row: AnyRow) -> Episode:
    return read_episode(row.body)


def _filters(search: EpisodeSearch) -> list[ColumnElement[bool]]:
    columns = EPISODES.c
    wanted = {
        "municipality": search.municipality,
        "status": search.status,
        "iv_type": search.iv_type,
        "category": search.category,
        "citizen": search.citizen_key,
    }
    filters = [columns[name] == value for name, value in wanted.items() if value]
    if search.missing:
        filters += [columns.missing != EMPTY, columns.missing.contains(f",{search.missing},", autoescape=True)]
    return filters
