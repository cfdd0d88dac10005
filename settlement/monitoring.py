"""Monitoring of activity and economy (S0): courses by IV type and weight category, cost against budget, and whether the
categories still agree with the time spent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from statistics import NormalDist, median

from settlement.budgets import Budgets
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
    """What was claimed in a month under an agreement by one municipality, and so far that year, in oere.

    budget: oere a year; None where none is set.
    """

    month: str
    agreement: str
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


Cell = tuple[str, str, str, str, str]
"""The month a course began in, municipality, hospital, IV type and category; "" is what is not known."""


def activity(episodes: Iterable[Episode], months: tuple[Month, Month]) -> tuple[Activity, ...]:
    """Courses begun from the first to the last month, counted; sorted."""
    cells: defaultdict[Cell, list[int]] = defaultdict(lambda: [0, 0])
    for episode in episodes:
        key = cell_of(episode)
        if key is not None and str(months[0]) <= key[0] <= str(months[1]):
            cells[key][0] += 1
            cells[key][1] += episode.minutes
    return tuple(Activity(*key, *row) for key, row in sorted(cells.items()))


def cell_of(episode: Episode) -> Cell | None:
    """Where a course is counted; None for one that has not begun, or was cancelled."""
    month = _begun(episode)
    if month is None:
        return None
    hospital = episode.hospital.name or episode.hospital.sor
    return str(month), episode.municipality, hospital, str(episode.iv_type or ""), str(episode.category or "")


def counted(rows: Iterable[Activity], *names: str) -> dict[tuple[str, ...], int]:
    """Courses by some of the fields of an activity, sorted."""
    sums: defaultdict[tuple[str, ...], int] = defaultdict(int)
    for row in rows:
        sums[tuple(getattr(row, name) for name in names)] += row.courses
    return dict(sorted(sums.items()))


def economy(lines: Iterable[Line], budgets: Budgets, months: tuple[Month, Month]) -> tuple[Economy, ...]:
    """What was claimed in each month, of every agreement and municipality with a line or a budget in those years."""
    sums: defaultdict[tuple[str, str, str], int] = defaultdict(int)
    for line in lines:
        if months[0].year <= int(line.month[:4]) and line.month <= str(months[1]):
            sums[line.agreement, line.municipality, line.month] += line.amount
    years = range(months[0].year, months[1].year + 1)
    pairs = {key[:2] for key in sums} | {key[:2] for key in budgets if key[2] in years}
    found = [row for pair in pairs for row in _economy(pair, sums, budgets, months)]
    return tuple(sorted(found, key=lambda row: (row.month, row.agreement, row.municipality)))


def _economy(
    pair: tuple[str, str], sums: Mapping[tuple[str, str, str], int], budgets: Budgets, months: tuple[Month, Month]
) -> Iterator[Economy]:
    """The months of one agreement and municipality; what the year has come to starts anew in January."""
    month, so_far = Month(months[0].year, 1), 0
    while month <= months[1]:
        amount = sums.get((*pair, str(month)), 0)
        so_far = amount if month.number == 1 else so_far + amount
        if month >= months[0]:
            yield Economy(str(month), *pair, amount, so_far, budgets.get((*pair, month.year)))
        month = month.next()


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
