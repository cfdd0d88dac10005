"""Standing: what the messages up to one position come to, whatever comes in meanwhile.

Months are closed and reports made from a standing, so that both are a function of messages that have a name: all up to
its position. Replay takes exactly those in again.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from operator import attrgetter

from gateway.store.contract import View
from settlement.decisions import Decision
from settlement.episodes import Episode, fold
from settlement.lines import Line
from settlement.organisations import Directory

_by_id = attrgetter("id")


class Standing:
    """Episodes and lines in a view of the store. Stored episodes that are behind their records there are not trusted:
    those citizens are folded here, and may have moved to another municipality."""

    def __init__(self, view: View, directory: Directory) -> None:
        self.position = view.position
        self._view = view
        self._stale = frozenset(view.stale_citizens())
        self._fresh: dict[str, list[Episode]] = {}
        for citizen in self._stale:
            for episode in fold(view.records(citizen), directory):
                self._fresh.setdefault(episode.municipality, []).append(episode)

    def partitions(self, agreement: str) -> list[str]:
        """The municipalities with episodes, or with lines of the agreement, sorted; "" is the unknown one."""
        return sorted({*self._view.partitions(agreement), *self._fresh})

    def episodes(self, municipality: str) -> Iterator[Episode]:
        """The episodes of a municipality, by id."""
        stored = self._view.every_episode(municipality)
        trusted = (episode for episode in stored if episode.citizen not in self._stale)
        return heapq.merge(trusted, sorted(self._fresh.get(municipality, ()), key=_by_id), key=_by_id)

    def billed(self, agreement: str, municipality: str) -> Iterator[Line]:
        """Every line of an agreement's closed months for a municipality, oldest month first."""
        return self._view.billed(agreement, municipality)

    def decisions(self, agreement: str, municipality: str) -> list[Decision]:
        """What regions decided about those lines."""
        return self._view.decided(agreement, municipality)
