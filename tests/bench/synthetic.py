"""A synthetic month: episodes of every municipality, made by their numbers alone, one after the other.

The same size gives the same episodes, whoever makes which municipality's. Nothing is drawn at random: every property
of an episode is arithmetic on its number, so that the month can be told in SQL as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mappings.reading import Citizen
from settlement.agreements import SHIPPED, Agreement, load
from settlement.eligibility import Party
from settlement.episodes import Assigned, Episode, EpisodeStatus
from settlement.organisations import Directory
from settlement.periods import Month, midnight
from settlement.records import (
    Action,
    Encounter,
    IvType,
    Organisation,
    StayEvent,
    StayKind,
    Treatment,
    WeightCategory,
)

MONTH = Month(2026, 10)
KINDS = (
    *((iv_type, category) for iv_type in list(IvType)[:4] for category in list(WeightCategory)[:4]),
    (IvType.CHEMOTHERAPY, WeightCategory.CHEMOTHERAPY),
)
"""IV type and category by the remainder of an episode's number."""
DAYS = 31
WITHOUT_CATEGORY = 50
"""One of so many episodes has no category, and is withheld."""
_HOSPITAL = Organisation(sor="900000000000001", name="Sygehus Nord for Bakken")


@dataclass(frozen=True, slots=True)
class Made:
    """What of a number's episode depends on it. kind: place among KINDS. day: of the month, from 0."""

    kind: int
    day: int
    visits: int
    is_complete: bool


def made(number: int) -> Made:
    """What a number's episode is."""
    return Made(
        number % len(KINDS), number // 7 % DAYS, 1 + number // 3 % 3, number % WITHOUT_CATEGORY != WITHOUT_CATEGORY - 1
    )


def agreement() -> Agreement:
    """The course tariffs of Region Midtjylland, with every region as payer, so that the whole country is settled."""
    one = load(SHIPPED / "iv-midtjylland.toml")
    payers = (Party("payer", code, one.valid_from, one.valid_to) for code in ("DK-81", "DK-83", "DK-84", "DK-85"))
    return replace(one, parties=(*one.parties, *payers))


def municipalities(directory: Directory) -> list[str]:
    """The municipalities with a region in the month, by code."""
    return sorted(code for code in directory.municipalities if directory.region_of(code, MONTH.last_day))


def episodes(place: int, places: int, size: int, directory: Directory) -> Iterator[Episode]:
    """The episodes of the municipality at one of so many places, of a month of that size."""
    code = municipalities(directory)[place]
    unit = Organisation(municipality=code)
    name = directory.municipality_name(code, MONTH.last_day)
    days = [midnight(MONTH.first_day + timedelta(days=day)) + timedelta(hours=10) for day in range(DAYS)]
    for number in range(place, size, places):
        yield _episode(number, code, name, unit, days)


def citizens(lines: Iterator[str]) -> dict[str, Citizen]:
    """Citizens by key; their identifiers are no CPR numbers (month 00)."""
    return {key: Citizen(f"0100{key[-6:]}") for key in lines}


def _episode(number: int, code: str, name: str, unit: Organisation, days: list[datetime]) -> Episode:
    about = made(number)
    at = days[about.day]
    iv_type, category = KINDS[about.kind]
    known = category if about.is_complete else None
    key, citizen, stay = f"{number:012x}", f"citizen-{number:08}", f"stay-{number:08}"
    said = f"4c9d4a6e-0000-4000-8000-{key}"
    left = f"4c9d4a6e-0000-4000-9000-{key}"
    discharge = StayEvent(
        citizen, f"{stay} discharge", at, at, left, Action.NEW, StayKind.DISCHARGE, stay, _HOSPITAL, unit
    )
    treatment = Treatment(
        citizen, f"{stay} treatment", at, at, said, Action.NEW, stay, _HOSPITAL, unit, iv_type, known, "iv"
    )
    visits = tuple(_visit(key, citizen, unit, at + _STEP * turn, turn) for turn in range(1, about.visits + 1))
    return Episode(
        id=f"7d0c1c1a-0000-4000-8000-{key}",
        citizen=citizen,
        municipality=code,
        municipality_name=name,
        hospital=_HOSPITAL,
        stay=stay,
        status=EpisodeStatus.ACTIVE,
        assigned=(Assigned(at, iv_type, known, said, "iv"),),
        admitted_at=None,
        started_at=at,
        ended_at=None,
        readmitted_at=None,
        died_at=None,
        encounters=visits,
        contacts=(),
        answers=(),
        records=(discharge, treatment, *visits),
        missing=() if about.is_complete else ("category",),
    )


_STEP = timedelta(hours=4)


def _visit(key: str, citizen: str, unit: Organisation, at: datetime, turn: int) -> Encounter:
    message = f"4c9d4a6e-{turn:04x}-4000-a000-{key}"
    return Encounter(citizen, f"visit-{key}-{turn}", at, at, message, Action.NEW, unit, at + _STEP)
