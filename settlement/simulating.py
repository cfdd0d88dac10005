"""Simulating: what months would have cost under another agreement, by municipality, category and month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from settlement.agreements import Agreement
from settlement.episodes import Episode
from settlement.lines import Line
from settlement.organisations import Directory
from settlement.periods import Month
from settlement.pricing import price


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
    for episode in episodes:
        for place, agreements in enumerate((now, new)):
            counted = set()
            for line in _lines(episode, agreements, months[1], directory):
                month = month_of_service(line)
                if str(months[0]) <= month <= str(months[1]):
                    cell = cells[month, line.municipality, line.category]
                    cell[2 * place] += month not in counted
                    cell[2 * place + 1] += line.amount
                    counted.add(month)
    return tuple(Simulated(*key, *row) for key, row in sorted(cells.items()))


def month_of_service(line: Line) -> str:
    """The month a line's amount is about: that of its part, else that its course started in."""
    return line.part or f"{line.service_date.year:04}-{line.service_date.month:02}"


def _lines(episode: Episode, agreements: Sequence[Agreement], month: Month, directory: Directory) -> list[Line]:
    found: list[Line] = []
    for agreement in agreements:
        priced = price(episode, agreement, directory, month)
        found += priced if isinstance(priced, tuple) else ()
    return found
