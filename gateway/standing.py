"""Standing: what the messages up to one position come to, whatever comes in meanwhile.

Months are closed and reports made from a standing, so that both are a function of messages that have a name: all up to
its position. Replay takes exactly those in again.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from operator import attrgetter, itemgetter

from gateway.store.contract import View
from settlement.agreements import Agreement
from settlement.billing import Billed, Course
from settlement.episodes import Episode, fold
from settlement.lines import Line
from settlement.organisations import Directory
from settlement.partitions import may_concern

_by_id = attrgetter("id")


class Standing:
    """Episodes and lines in a view of the store. Stored episodes that are behind their records there are not trusted:
    those citizens are folded here, and may have moved to another municipality."""

    def __init__(self, view: View, directory: Directory) -> None:
        self.position = view.position
        self._view = view
        self._directory = directory
        self._stale = frozenset(view.stale_citizens())
        self._fresh: dict[str, list[Episode]] = {}
        for citizen in self._stale:
            for episode in fold(view.records(citizen), directory):
                self._fresh.setdefault(episode.municipality, []).append(episode)

    def municipalities(self) -> list[str]:
        """The municipalities with episodes or with claims, sorted; "" is the unknown one."""
        return sorted({*self._view.places(), *self._fresh, *self._view.claim_places()})

    def partitions(self, agreement: Agreement) -> list[str]:
        """The municipalities an agreement's month is closed by, sorted: those it may pay for, and those it has billed
        for; "" is the unknown one."""
        mine = (code for code in self.municipalities() if may_concern(agreement, code, self._directory))
        return sorted({*mine, *self._view.claim_places(agreement.id)})

    def episodes(self, municipality: str) -> Iterator[Episode]:
        """The episodes of a municipality, by id."""
        stored = self._view.every_episode(municipality)
        trusted = (episode for episode in stored if episode.citizen not in self._stale)
        return heapq.merge(trusted, sorted(self._fresh.get(municipality, ()), key=_by_id), key=_by_id)

    def every_episode(self, progress: Callable[[float], None] = lambda _: None) -> Iterator[Episode]:
        """The episodes of all municipalities, one municipality after the other. progress: told the share of them that
        has been read."""
        places = self.municipalities()
        for number, place in enumerate(places):
            yield from self.episodes(place)
            progress((number + 1) / len(places))

    def billed(self, agreement: str, municipality: str, but: str = "") -> Iterator[Line]:
        """Every line of an agreement's closed months (but one) for a municipality, by episode."""
        return self._view.billed(agreement, municipality, but)

    def courses(self, agreement: str, municipality: str) -> Iterator[Course]:
        """The episodes of a municipality with what an agreement's closed months billed of them, and what they billed of
        episodes that are no more; by episode, read one by one."""
        return _together(self.episodes(municipality), self._view.billed_courses(agreement, municipality))


def _together(episodes: Iterable[Episode], billed: Iterable[Billed]) -> Iterator[Course]:
    """Both sides, each by episode."""
    there = ((episode.id, episode, None) for episode in episodes)
    charged = ((one.episode, None, one) for one in billed)
    both = heapq.merge(there, charged, key=itemgetter(0))
    for _, group in groupby(both, key=itemgetter(0)):
        sides = list(group)
        yield Course(
            next((episode for _, episode, _ in sides if episode is not None), None),
            next((one for _, _, one in sides if one is not None), None),
        )
