"""What a course entitles to, worked out without the clauses: plain rules and rates, written once more.

Rates are those of the shipped illustrative agreements, in oere by weight category.
"""

from __future__ import annotations

from datetime import date

from settlement.episodes import Episode, EpisodeStatus
from settlement.periods import Month, local_day
from settlement.records import IvType, Treatment, WeightCategory
from tests.histories.telling import raised_rate
from tests.settlement.building import DIRECTORY

MIDTJYLLAND_2026 = {"1": 253_500, "2": 507_000, "3": 912_600, "4": 1_521_000, "chemotherapy": 659_100}
HOVEDSTADEN = {"1": 240_000, "2": 480_000, "3": 870_000, "4": 1_450_000, "chemotherapy": 630_000}
A_DAY = {"1": 18_000, "2": 32_000, "3": 54_000, "4": 88_000, "chemotherapy": 42_000}
NEW_YEAR = date(2027, 1, 1)
FREE_DAYS = 14


def entitled(episode: Episode, agreement: str, month: Month, *, is_raised: bool) -> int:
    """What an episode is worth under an agreement when a month is closed, in oere."""
    if not _is_claimable(episode, month):
        return 0
    begun = local_day(episode.started_at) if episode.started_at else date.max
    since, category = max(begun, _first_day(agreement)), str(episode.category)
    if DIRECTORY.region_of(episode.municipality, since) != _PAYERS[agreement]:
        return 0
    if agreement.startswith("iv-cooperation"):
        return _days(episode, since, month.last_day) * _rate(A_DAY[category], is_raised=is_raised)
    if begun >= NEW_YEAR:
        return 0
    if agreement == "iv-midtjylland":
        return _rate(MIDTJYLLAND_2026[category], is_raised=is_raised)
    beyond = max(0, _days(episode, since, min(month.last_day, date(2026, 12, 31))) - FREE_DAYS)
    return _rate(HOVEDSTADEN[category], is_raised=is_raised) + beyond * _rate(A_DAY[category], is_raised=is_raised)


_PAYERS = {
    "iv-midtjylland": "DK-82",
    "iv-cooperation-midtjylland-2027": "DK-82",
    "iv-hovedstaden": "DK-84",
    "iv-cooperation-oestdanmark-2027": "DK-X-OESTDANMARK",
}


def _is_claimable(episode: Episode, month: Month) -> bool:
    if episode.status is EpisodeStatus.CANCELLED or not episode.started_at or episode.started_at >= month.end:
        return False
    if not episode.iv_type or not episode.category or not any(visit.at < month.end for visit in episode.encounters):
        return False
    return (episode.iv_type is IvType.CHEMOTHERAPY) == (episode.category is WeightCategory.CHEMOTHERAPY)


def _first_day(agreement: str) -> date:
    return NEW_YEAR if agreement.startswith("iv-cooperation") else date.min


def _days(episode: Episode, since: date, last: date) -> int:
    """Days from the first to the last of the course, both counted; to its end, or the planned one, if that is known."""
    planned = [said.ends_at for said in episode.records if isinstance(said, Treatment) and said.ends_at]
    ended = episode.ended_at or (planned[-1] if planned else None)
    return max(0, (min(last, local_day(ended) if ended else last) - since).days + 1)


def _rate(amount: int, *, is_raised: bool) -> int:
    return raised_rate(amount) if is_raised else amount
