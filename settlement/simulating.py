"""Simulating: what months would have cost under another agreement, by municipality, category and month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from settlement.agreements import Agreement
from settlement.clauses.kinds import Clause
from settlement.clauses.tariffs import Tariff
from settlement.episodes import Episode
from settlement.lines import Line
from settlement.organisations import Directory
from settlement.periods import Month
from settlement.pricing import Pricer


@dataclass(frozen=True, slots=True)
class Simulated:
    """One cell: what it cost and would cost, in oere, and how many courses are paid under each."""

    month: str
    municipality: str
    category: str
    courses: int
    cost: int
    new_courses: int
    new_cost: int

    @property
    def difference(self) -> int:
        """What the new agreement would cost more, in oere."""
        return self.new_cost - self.cost


def simulate(
    episodes: Iterable[Episode],
    now: Sequence[Agreement],
    new: Sequence[Agreement],
    months: tuple[Month, Month],
    directory: Directory,
) -> tuple[Simulated, ...]:
    """What the courses of these months (first and last) cost under agreements in force, and would under others.

    Courses are priced by all that is known of them at the end of the last month. An amount belongs to the month its
    course started in, one split by month to the month of its part. Sorted by month, municipality and category.
    """
    cells: defaultdict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    pricers = [[Pricer(agreement, directory, months[1]) for agreement in agreements] for agreements in (now, new)]
    for episode in episodes:
        for place, side in enumerate(pricers):
            counted = set()
            for line in _lines(episode, side):
                month = month_of_service(line)
                if str(months[0]) <= month <= str(months[1]):
                    cell = cells[month, line.municipality, line.category]
                    cell[2 * place] += month not in counted
                    cell[2 * place + 1] += line.amount
                    counted.add(month)
    return tuple(Simulated(*key, *row) for key, row in sorted(cells.items()))


def summed(cells: Iterable[Simulated], *names: str) -> tuple[Simulated, ...]:
    """Cells gathered by some of "month", "municipality" and "category", sorted; the others are "". A course that has
    amounts in several months is counted in each."""
    sums: defaultdict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for cell in cells:
        month, municipality, category = (
            getattr(cell, name) if name in names else "" for name in ("month", "municipality", "category")
        )
        row = sums[month, municipality, category]
        for place, number in enumerate((cell.courses, cell.cost, cell.new_courses, cell.new_cost)):
            row[place] += number
    return tuple(Simulated(*key, *row) for key, row in sorted(sums.items()))


def as_on(agreement: Agreement, day: date) -> Agreement:
    """The agreement as it stands on a day - parties, clauses and rates - as if it were so always."""
    parties = tuple(
        replace(party, valid_from=date.min, valid_to=date.max)
        for party in agreement.parties
        if party.valid_from <= day <= party.valid_to
    )
    clauses = tuple(
        _clause_on(clause, day) for clause in agreement.clauses if clause.valid_from <= day <= clause.valid_to
    )
    return replace(agreement, parties=parties, clauses=clauses, valid_from=date.min, valid_to=date.max)


def _clause_on(clause: Clause, day: date) -> Clause:
    rule = clause.rule
    if isinstance(rule, Tariff):
        in_force = (version for version in rule.version if version.valid_from <= day <= version.valid_to)
        versions = tuple(replace(version, valid_from=date.min, valid_to=date.max) for version in in_force)
        rule = replace(rule, version=versions)
    return replace(clause, rule=rule, valid_from=date.min, valid_to=date.max)


def month_of_service(line: Line) -> str:
    """The month a line's amount is about: that of its part, else that its course started in."""
    return line.part or f"{line.service_date.year:04}-{line.service_date.month:02}"


def _lines(episode: Episode, pricers: Iterable[Pricer]) -> list[Line]:
    found: list[Line] = []
    for pricer in pricers:
        priced = pricer.price(episode)
        found += priced if isinstance(priced, tuple) else ()
    return found
