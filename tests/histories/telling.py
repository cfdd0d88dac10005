"""Histories as dice tell them: what is registered of a few citizens over six months, and when it becomes known.

Registrations come in any order and late; they are changed, withdrawn, stated for another municipality; citizens are
admitted again, move on, die; courses run across 1 January 2027, when regions merge and other agreements begin.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from settlement.agreements import SHIPPED, Agreement, load
from settlement.clauses.kinds import Clause
from settlement.clauses.tariffs import Tariff
from settlement.periods import Month
from settlement.records import Action, IvType, Organisation, Record, StayKind, Treatment, WeightCategory
from tests.settlement.building import NOWHERE, admission, discharge, stay_event, treatment, visit

MONTHS = (*(Month(2026, number) for number in (10, 11, 12)), *(Month(2027, number) for number in (1, 2, 3)))
DAYS = (MONTHS[-1].last_day - MONTHS[0].first_day).days + 1
TYPES = tuple(IvType)
CATEGORIES = tuple(WeightCategory)
RAISED = 3
"""Per cent by which rates are raised where a history rates anew."""


@dataclass(frozen=True, slots=True)
class Side:
    """A part of the country: its agreements before and after the new year, and municipalities that belong to it."""

    agreements: tuple[str, str]
    municipalities: tuple[str, str]


SIDES = (
    Side(("iv-midtjylland", "iv-cooperation-midtjylland-2027"), ("0751", "0730")),
    Side(("iv-hovedstaden", "iv-cooperation-oestdanmark-2027"), ("0101", "0147")),
)


@dataclass(frozen=True, slots=True)
class History:
    """What one case is about.

    heard: records by the month they become known in, each with everything heard since the last. asks: whether a line
    counts only once the region has decided on it. raised_from: the month from which closing uses raised rates, if any.
    """

    agreements: tuple[Agreement, ...]
    heard: tuple[tuple[Record, ...], ...]
    asks: bool
    raised_from: Month | None


def shipped() -> dict[str, Agreement]:
    """The agreements that histories are settled by."""
    names = [name for side in SIDES for name in side.agreements]
    return {name: load(SHIPPED / f"{name}.toml") for name in names}


def told(dice: random.Random, known: dict[str, Agreement]) -> History:
    """A history of up to three citizens."""
    side, asks = dice.choice(SIDES), dice.random() < 0.25
    heard: list[list[Record]] = [[] for _ in MONTHS]
    for number in range(dice.randint(1, 3)):
        for record in _citizen(dice, f"c{number}", side):
            heard[_month_of(record, dice)].append(record)
    agreements = tuple(replace(known[name], decision_required=asks) for name in side.agreements)
    raised = dice.choice(MONTHS[1:5]) if dice.random() < 0.2 else None
    return History(agreements, tuple(tuple(records) for records in heard), asks, raised)


def raised(agreement: Agreement) -> Agreement:
    """The agreement with its rates raised by RAISED per cent, in whole kroner."""
    return replace(agreement, clauses=tuple(_raised(clause) for clause in agreement.clauses))


def raised_rate(amount: int) -> int:
    """A rate so raised."""
    return amount * (100 + RAISED) // 10_000 * 100


def _raised(clause: Clause) -> Clause:
    if not isinstance(clause.rule, Tariff):
        return clause
    versions = tuple(
        replace(one, rates={key: raised_rate(amount) for key, amount in one.rates.items()})
        for one in clause.rule.version
    )
    return replace(clause, rule=replace(clause.rule, version=versions))


def _month_of(record: Record, dice: random.Random) -> int:
    """The place of the month it becomes known in: that of its statement, or up to two later."""
    at = record.stated_at
    month = (at.year - MONTHS[0].year) * 12 + at.month - MONTHS[0].number
    late = dice.choice((0, 0, 0, 0, 1, 2))
    return max(0, min(month + late, len(MONTHS) - 1))


def _citizen(dice: random.Random, citizen: str, side: Side) -> Iterator[Record]:
    """One or two stays and what follows them; sometimes a death."""
    day = dice.randint(0, DAYS - 20)
    for stay in ("s1", "s2")[: dice.choice((1, 1, 2))]:
        yield from _stay(dice, citizen, f"{citizen}-{stay}", day, side)
        day += dice.randint(4, 45)
    if dice.random() < 0.05:
        yield stay_event(StayKind.DEATH, _on(day), f"{citizen}-s1", citizen=citizen, municipality=_unit(dice, side))


def _stay(dice: random.Random, citizen: str, stay: str, day: int, side: Side) -> Iterator[Record]:
    unit = _unit(dice, side)
    if dice.random() < 0.7:
        yield admission(_on(day - 3), stay, citizen=citizen, municipality=unit)
    left = discharge(_on(day), stay, citizen=citizen, municipality=unit)
    ends = _on(day + dice.randint(2, 60)) if dice.random() < 0.7 else ""
    kind, category = _treated(dice)
    said = treatment(_on(day), kind, category, stay, citizen=citizen, municipality=unit, ends=ends)
    visits = [
        visit(_on(day + dice.randint(0, 25)), municipality=unit, citizen=citizen, key=f"{stay} visit {number}")
        for number in range(dice.randint(0, 3))
    ]
    for record in (left, said, *visits):
        yield record
        if dice.random() < 0.25:
            yield from _afterwards(dice, record, side)
    if dice.random() < 0.15:
        moved = _on(day + dice.randint(3, 20))
        yield treatment(moved, kind, category, stay, citizen=citizen, municipality=_unit(dice, side), ends=ends)


def _afterwards(dice: random.Random, record: Record, side: Side) -> Iterator[Record]:
    """What is said of a record later: changed, withdrawn, or said again as it was; also more than once."""
    for _ in range(dice.choice((1, 1, 2))):
        at = record.stated_at + timedelta(days=dice.randint(1, 70))
        action = dice.choice((Action.REVISED, Action.REVISED, Action.REVISED, Action.CANCELLED))
        again = replace(record, stated_at=at, action=action, message=f"{record.message}-{at.date()}-{action}")
        if isinstance(again, Treatment) and action is Action.REVISED:
            kind, category = _treated(dice)
            again = replace(again, iv_type=kind, category=category)
        yield again


def _treated(dice: random.Random) -> tuple[IvType | None, WeightCategory | None]:
    """IV type and weight category: they fit each other most of the time, and one may be missing."""
    if dice.random() < 0.1:
        return dice.choice((*TYPES, None)), dice.choice((*CATEGORIES, None))
    kind = dice.choice(TYPES)
    is_chemotherapy = kind is IvType.CHEMOTHERAPY
    return kind, WeightCategory.CHEMOTHERAPY if is_chemotherapy else dice.choice(CATEGORIES[:4])


def _unit(dice: random.Random, side: Side) -> Organisation:
    """A municipality of this side, mostly; sometimes one of the other side, or none that is known."""
    if dice.random() < 0.06:
        return dice.choice((NOWHERE, Organisation(municipality="0751"), Organisation(municipality="0101")))
    return Organisation(municipality=side.municipalities[dice.random() < 0.2])


def _on(day: int) -> str:
    return (MONTHS[0].first_day + timedelta(days=day)).isoformat()
