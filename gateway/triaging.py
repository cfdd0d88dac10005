"""Triaging: the answers that have come, by the algorithms shipped and an installation's own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from gateway.errors import SettingsError
from gateway.settings import Settings
from settlement.datafile import DataFileError
from settlement.episodes import Episode
from settlement.periods import Month, local_day
from settlement.records import Answers
from settlement.triage import SHIPPED, Algorithm, Colour, Triage, load_all, triage

Algorithms = Mapping[str, Algorithm]
"""By the canonical url of the questionnaire, without version."""


def algorithms(settings: Settings) -> Algorithms:
    """Every algorithm; one of the installation's own takes the place of a shipped one for the same questionnaire.

    Raises SettingsError, with file, line and what to write, where a file of its own cannot be used.
    """
    folders = [SHIPPED, *([settings.triage_folder] if settings.triage_folder else [])]
    try:
        return {url: one for folder in folders for one in load_all(folder) for url in one.questionnaires}
    except DataFileError as problem:
        raise SettingsError(f"A triage algorithm cannot be used: {problem}") from problem


def triaged(answers: Answers, known: Algorithms) -> Triage | None:
    """What a response came to; None where no algorithm is about it, or it is not completed."""
    algorithm = known.get(answers.questionnaire.partition("|")[0])
    return triage(answers, algorithm) if algorithm else None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A response that calls for somebody. episode: its id."""

    answers: Answers
    episode: str
    triage: Triage


@dataclass(slots=True)
class TriageCounts:
    """Responses of some months by algorithm and colour, counted as episodes are read, and the latest that are red."""

    known: Algorithms
    months: tuple[Month, Month]
    counts: Counter[tuple[str, Colour]] = field(default_factory=Counter)
    red: list[Waiting] = field(default_factory=list)

    def counting(self, episodes: Iterable[Episode]) -> Iterator[Episode]:
        """The same episodes, each counted as it passes."""
        for episode in episodes:
            for answers in episode.answers:
                self._count(answers, episode)
            yield episode

    def rows(self) -> list[tuple[str, dict[str, int]]]:
        """By algorithm: how many responses are of each colour."""
        ids = sorted({algorithm for algorithm, _ in self.counts})
        return [(name, {colour.value: self.counts[name, colour] for colour in Colour}) for name in ids]

    def _count(self, answers: Answers, episode: Episode) -> None:
        found, day = triaged(answers, self.known), local_day(answers.at)
        if found is None or not self.months[0].first_day <= day <= self.months[1].last_day:
            return
        self.counts[found.algorithm, found.colour] += 1
        if found.colour is Colour.RED:
            self.red.append(Waiting(answers, episode.id, found))
            self.red = sorted(self.red, key=lambda one: (one.answers.at, one.episode), reverse=True)[:MOST]


MOST = 50
"""Red responses that are listed."""
