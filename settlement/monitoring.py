"""Monitoring of activity and economy (S0): courses by IV type and weight category, cost against budget, and whether the
categories still agree with the time spent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from statistics import NormalDist, median

from settlement.episodes import Episode, EpisodeStatus
from settlement.lines import Line
from settlement.periods import Month, month_of

FEWEST = 10
"""Fewer courses than this on either side of a comparison say nothing."""
UNLIKELY = 0.01
"""A change of time that chance makes less often than this is drift."""


@dataclass(frozen=True, slots=True)
class Activity:
    """Courses begun in a month, of one municipality, hospital, IV type and category, with the minutes spent on them."""

    month: str
    municipality: str
    hospital: str
    iv_type: str
    category: str
    courses: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Economy:
    """What was claimed in a month by one municipality, in oere, and the year's budget spent so far in percent.

    budget: oere a year; None where none is set.
    """

    month: str
    municipality: str
    amount: int
    so_far: int
    budget: int | None

    @property
    def spent(self) -> Fraction | None:
        """Percent of the year's budget, exact; None without one."""
        return Fraction(100 * self.so_far, self.budget) if self.budget else None


@dataclass(frozen=True, slots=True)
class Drift:
    """Whether the time spent in a category has moved from an earlier period to a later one.

    before, after: courses, and median minutes. likelihood: how often chance alone moves it as far (two-sided, by the
    rank-sum test of Mann and Whitney with its normal approximation and corrected for ties); None where there are too
    few courses. drifted: whether that is less than 1 in 100.
    """

    category: str
    before: tuple[int, float]
    after: tuple[int, float]
    likelihood: float | None

    @property
    def drifted(self) -> bool:
        """Whether the category should be looked at."""
        return self.likelihood is not None and self.likelihood < UNLIKELY


def activity(episodes: Iterable[Episode], months: tuple[Month, Month]) -> tuple[Activity, ...]:
    """Courses begun from the first to the last month, counted; sorted. "" is what is not known."""
    cells: defaultdict[tuple[str, str, str, str, str], list[int]] = defaultdict(lambda: [0, 0])
    for episode in episodes:
        month = _begun(episode)
        if month is not None and months[0] <= month <= months[1]:
            key = (
                str(month),
                episode.municipality,
                episode.hospital.name,
                str(episode.iv_type or ""),
                str(episode.category or ""),
            )
            cells[key][0] += 1
            cells[key][1] += episode.minutes
    return tuple(Activity(*key, *row) for key, row in sorted(cells.items()))


def economy(lines: Iterable[Line], budgets: dict[str, int], months: tuple[Month, Month]) -> tuple[Economy, ...]:
    """What was claimed month by month, with what the year had come to by then. budgets: oere a year by municipality."""
    sums: defaultdict[tuple[str, str], int] = defaultdict(int)
    for line in lines:
        sums[line.municipality, line.month] += line.amount
    found = []
    for municipality, month in sorted(sums):
        so_far = sum(
            amount
            for (code, other), amount in sums.items()
            if code == municipality and other <= month and other[:4] == month[:4]
        )
        if str(months[0]) <= month <= str(months[1]):
            row = Economy(month, municipality, sums[municipality, month], so_far, budgets.get(municipality))
            found.append(row)
    return tuple(sorted(found, key=lambda row: (row.month, row.municipality)))


def drift(episodes: Iterable[Episode], before: tuple[Month, Month], after: tuple[Month, Month]) -> tuple[Drift, ...]:
    """Time spent by category in two periods, compared; only courses that are over and have time registered."""
    minutes: defaultdict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for episode in episodes:
        month, category = _begun(episode), str(episode.category or "")
        if month is None or not category or not episode.ended_at or not episode.minutes:
            continue
        for place, (first, last) in enumerate((before, after)):
            if first <= month <= last:
                minutes[category][place].append(episode.minutes)
    return tuple(_drift(category, *both) for category, both in sorted(minutes.items()))


def _begun(episode: Episode) -> Month | None:
    if episode.started_at is None or episode.status is EpisodeStatus.CANCELLED:
        return None
    return month_of(episode.started_at)


def _drift(category: str, before: list[int], after: list[int]) -> Drift:
    few = min(len(before), len(after)) < FEWEST
    return Drift(
        category,
        (len(before), float(median(before)) if before else 0.0),
        (len(after), float(median(after)) if after else 0.0),
        None if few else rank_sum(before, after),
    )


def rank_sum(one: list[int], other: list[int]) -> float:
    """How often chance puts two samples as far apart (two-sided): 1 where they lie alike, near 0 where they do not.

    Mann-Whitney's U by its normal approximation, corrected for ties and continuity; good from about ten in each.
    """
    both = sorted([(value, 0) for value in one] + [(value, 1) for value in other])
    ranks, ties, place = 0.0, 0, 0
    while place < len(both):
        end = place
        while end < len(both) and both[end][0] == both[place][0]:
            end += 1
        ranks += (place + 1 + end) / 2 * sum(1 for _, side in both[place:end] if side == 0)
        ties += (end - place) ** 3 - (end - place)
        place = end
    n, m = len(one), len(other)
    u, total = ranks - n * (n + 1) / 2, n + m
    variance = n * m / 12 * ((total + 1) - ties / (total * (total - 1)))
    if variance <= 0:
        return 1.0
    distance = max(abs(u - n * m / 2) - 0.5, 0.0) / sqrt(variance)
    return 2 * (1 - NormalDist().cdf(distance))
