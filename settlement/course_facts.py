"""What of a course its price may depend on: the facts that clauses of course agreements name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from fractions import Fraction

from settlement.clauses.sheet import Fact
from settlement.eligibility import Case
from settlement.lines import Line, Stated
from settlement.periods import local_day


def course_facts(case: Case, names: Iterable[str]) -> dict[str, Fact]:
    """The facts of these names (of COURSE_FACTS), up to the end of the case's month and within its agreement."""
    return {name: COURSE_FACTS[name][1](case) for name in names}


def stated(facts: Mapping[str, Fact]) -> dict[str, Stated]:
    """The facts as a line states them; IV type and category stand on the line itself."""
    return {name: _stated(fact) for name, fact in facts.items() if name not in ("iv-type", "category")}


def facts_of(line: Line) -> dict[str, Fact]:
    """The facts a line states."""
    facts: dict[str, Fact] = {"iv-type": line.iv_type, "category": line.category}
    return facts | {name: _read(COURSE_FACTS[name][0], value) for name, value in line.facts.items()}


def _stated(fact: Fact) -> Stated:
    if isinstance(fact, bool | str):
        return fact
    if isinstance(fact, Mapping):
        return {key: str(number) for key, number in fact.items()}
    return fact.isoformat() if isinstance(fact, date) else str(fact)


def _read(kind: str, value: Stated) -> Fact:
    if kind == "keyed" and isinstance(value, dict):
        return {key: Fraction(number) for key, number in value.items()}
    return (
        Fraction(value) if kind == "number" and isinstance(value, str) else value if not isinstance(value, dict) else ""
    )


def _days(case: Case) -> list[date]:
    """The days of the course under the agreement, first and last included."""
    return [case.since + timedelta(days=number) for number in range((case.until - case.since).days + 1)]


def _by_month(days: Iterable[date]) -> dict[str, Fraction]:
    counted = Counter(f"{day.year:04}-{day.month:02}" for day in days)
    return {month: Fraction(count) for month, count in counted.items()}


def _visit_days(case: Case) -> list[date]:
    return [day for visit in case.visits if case.since <= (day := local_day(visit.at)) <= case.until]


def _visits_a_day(case: Case) -> Fraction:
    """Visits on a usual day with visits, rounded up: the frequency a tariff may depend on (4 doses a day)."""
    days = _visit_days(case)
    return Fraction(-(-len(days) // len(set(days)))) if days else Fraction(0)


def _first_dose_in_hospital(case: Case) -> bool:
    """Whether the hospital gave the treatment before the municipal course began (Syddanmark's rule of 2025).

    Known from an admission before the discharge; a course without a stay had no dose in hospital.
    """
    episode = case.episode
    return bool(episode.admitted_at and episode.started_at and episode.admitted_at < episode.started_at)


COURSE_FACTS: Mapping[str, tuple[str, Callable[[Case], Fact]]] = {
    "iv-type": ("text", lambda case: str(case.episode.iv_type or "")),
    "category": ("text", lambda case: str(case.episode.category or "")),
    "municipality": ("text", lambda case: case.episode.municipality),
    "days": ("number", lambda case: Fraction(len(_days(case)))),
    "days-by-month": ("keyed", lambda case: _by_month(_days(case))),
    "visits": ("number", lambda case: Fraction(len(_visit_days(case)))),
    "visits-by-month": ("keyed", lambda case: _by_month(_visit_days(case))),
    "visits-a-day": ("number", _visits_a_day),
    "first-dose-in-hospital": ("flag", _first_dose_in_hospital),
}
"""By name: what kind of fact it is ("text", "number", "keyed", "flag"), and how it is found."""
