"""Indicators: what measures can count, ask, add up and divide by. Each is a small function and one line in a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from settlement.episodes import Episode, EpisodeStatus
from settlement.lines import Line
from settlement.organisations import Directory
from settlement.periods import Month, Quarter, local_day, month_of
from settlement.records import Contact, Organisation, StayEvent, StayKind

UNKNOWN = "unknown"
SUBJECTS = ("episode", "contact", "line")
TIME_BANDS = ((120, "0000-0119"), (300, "0120-0299"), (600, "0300-0599"), (1200, "0600-1199"))
"""Minutes spent on a course: upper limit (not included) and name of each band; "1200-" above them."""


@dataclass(frozen=True, slots=True)
class Item:
    """What a measure counts: a course begun in the quarter, a contact made in it, or a line claimed in it.

    month: the month it falls in. contact_with: of a contact. amount: of a line, in oere. iv_type, category,
    municipality, region, hospital: what it is grouped by; "unknown" where it is not known.
    """

    subject: str
    month: str
    iv_type: str
    category: str
    municipality: str
    region: str
    hospital: str
    episode: Episode | None = None
    contact_with: str = ""
    amount: int = 0


def episode_items(episode: Episode, quarter: Quarter, directory: Directory) -> Iterator[Item]:
    """The episode, if its municipal course began in the quarter and was not withdrawn."""
    started = episode.started_at
    if not started or episode.status is EpisodeStatus.CANCELLED:
        return
    if quarter.first_day <= local_day(started) <= quarter.last_day:
        yield _of_episode("episode", episode, month_of(started), directory)


def contact_items(episode: Episode, quarter: Quarter, directory: Directory) -> Iterator[Item]:
    """The episode's contacts made in the quarter."""
    for contact in episode.contacts:
        if quarter.first_day <= local_day(contact.at) <= quarter.last_day:
            yield _of_episode("contact", episode, month_of(contact.at), directory, contact)


def line_items(line: Line, quarter: Quarter, directory: Directory) -> Iterator[Item]:  # noqa: ARG001  (one shape)
    """The line, if it is claimed in a month of the quarter; reversals count with their negative amount."""
    if line.month in {str(month) for month in quarter.months}:
        yield Item(
            subject="line",
            month=line.month,
            iv_type=line.iv_type or UNKNOWN,
            category=line.category or UNKNOWN,
            municipality=line.municipality or UNKNOWN,
            region=line.region or UNKNOWN,
            hospital=UNKNOWN,
            amount=line.amount,
        )


def treated(item: Item, _: int) -> bool:
    """The hospital has stated a treatment, or an IV visit is registered: other discharges are no IV courses."""
    episode = item.episode
    return bool(episode and (episode.assigned or any(visit.iv for visit in episode.encounters)))


def discharged(item: Item, _: int) -> bool:
    """The course began with a discharge, not with a treatment start or a move between municipalities."""
    return _discharged_on(item.episode) is not None


def readmitted(item: Item, days: int) -> bool:
    """Admitted again at most so many days after the day of discharge (day 30 counts, day 31 does not)."""
    discharge = _discharged_on(item.episode)
    if not item.episode or not item.episode.readmitted_at or not discharge:
        return False
    return (local_day(item.episode.readmitted_at) - discharge).days <= days


def has_visit(item: Item, _: int) -> bool:
    """The municipality has registered a visit."""
    return bool(item.episode and item.episode.encounters)


def has_answered(item: Item, _: int) -> bool:
    """The citizen has completed at least one questionnaire."""
    return bool(item.episode and any(answers.completed for answers in item.episode.answers))


def is_complete(item: Item, _: int) -> bool:
    """IV type, weight category and municipality are known."""
    return bool(item.episode and not item.episode.missing)


PREDICATES: Mapping[str, Callable[[Item, int], bool]] = {
    "treated": treated,
    "discharged": discharged,
    "readmitted-within-days": readmitted,
    "visited": has_visit,
    "answered": has_answered,
    "complete": is_complete,
}

VALUES: Mapping[str, Callable[[Item], int]] = {
    "minutes": lambda item: item.episode.minutes if item.episode else 0,
    "visits": lambda item: len(item.episode.encounters) if item.episode else 0,
    "amount": lambda item: item.amount,
}

STRATIFIERS: Mapping[str, Callable[[Item], str]] = {
    "iv-type": lambda item: item.iv_type,
    "category": lambda item: item.category,
    "municipality": lambda item: item.municipality,
    "region": lambda item: item.region,
    "hospital": lambda item: item.hospital,
    "month": lambda item: item.month,
    "contact-with": lambda item: item.contact_with or UNKNOWN,
    "time-band": lambda item: time_band(item.episode.minutes if item.episode else 0),
}


def time_band(minutes: int) -> str:
    """The band of minutes a course's time lies in; names sort as their times do."""
    return next((name for limit, name in TIME_BANDS if minutes < limit), "1200-")


def _of_episode(
    subject: str, episode: Episode, month: Month, directory: Directory, contact: Contact | None = None
) -> Item:
    region = directory.region_of(episode.municipality, month.last_day)
    return Item(
        subject=subject,
        month=str(month),
        iv_type=str(episode.iv_type or UNKNOWN),
        category=str(episode.category or UNKNOWN),
        municipality=episode.municipality or UNKNOWN,
        region=region or UNKNOWN,
        hospital=_hospital(episode.hospital),
        episode=episode,
        contact_with=str(contact.contact_with) if contact else "",
    )


def _hospital(organisation: Organisation) -> str:
    return organisation.sor or organisation.gln or organisation.name or UNKNOWN


def _discharged_on(episode: Episode | None) -> date | None:
    """The day of the discharge a course began with; None where it began otherwise."""
    if not episode or not episode.started_at:
        return None
    discharges = (r for r in episode.records if isinstance(r, StayEvent) and r.kind is StayKind.DISCHARGE)
    begins = any((event.discharged_at or event.at) == episode.started_at for event in discharges)
    return local_day(episode.started_at) if begins else None
