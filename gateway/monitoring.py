"""Monitoring: the activity and economy of some months over what is here, and the episodes behind each number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from gateway.build import Gateway
from gateway.errors import SettingsError
from gateway.standing import Standing
from gateway.triaging import TriageCounts, Waiting, algorithms
from settlement.budgets import Budgets, read_budgets
from settlement.datafile import DataFileError
from settlement.episodes import Episode
from settlement.lines import Line
from settlement.monitoring import Activity, Drift, Economy, activity, cell_of, drift, economy
from settlement.periods import Month

Months = tuple[Month, Month]
"""The first and the last month."""
FIELDS = ("month", "municipality", "hospital", "iv_type", "category")
"""What courses are counted by."""


@dataclass(frozen=True, slots=True)
class Monitored:
    """What months come to. before: as many months before them, which time spent is compared with.

    open_months: those of them in which courses began and that are not closed: nothing is claimed in them yet. triage:
    the patients' answers of the months by triage algorithm and colour; red: the latest that call for a contact.
    """

    months: Months
    before: Months
    activity: tuple[Activity, ...]
    economy: tuple[Economy, ...]
    drift: tuple[Drift, ...]
    open_months: tuple[str, ...]
    triage: tuple[tuple[str, dict[str, int]], ...] = ()
    red: tuple[Waiting, ...] = ()


def monitored(gateway: Gateway, months: Months) -> Monitored:
    """Courses begun, what was claimed against budgets, and time spent against category. Raises SettingsError for a
    file of budgets that cannot be used."""
    before, budgets = _before(months), _budgets(gateway)
    with gateway.projection.standing() as standing:
        answers = TriageCounts(algorithms(gateway.settings), months)
        begun = activity(answers.counting(standing.every_episode()), months)
        return Monitored(
            months,
            before,
            begun,
            economy(_lines(gateway, standing), budgets, months),
            drift(standing.every_episode(), before, months),
            tuple(_open_months(gateway, begun)),
            tuple(answers.rows()),
            tuple(answers.red),
        )


def behind(gateway: Gateway, months: Months, wanted: Mapping[str, str]) -> Iterator[Episode]:
    """The episodes counted in these months. wanted: values of some of FIELDS; "" is what is not known."""
    with gateway.projection.standing() as standing:
        for episode in standing.every_episode():
            cell = cell_of(episode)
            if cell is not None and str(months[0]) <= cell[0] <= str(months[1]):
                found = dict(zip(FIELDS, cell, strict=True))
                if all(found[name] == value for name, value in wanted.items()):
                    yield episode


def each_month(months: Months) -> Iterator[Month]:
    """The months from the first to the last."""
    month = months[0]
    while month <= months[1]:
        yield month
        month = month.next()


def _before(months: Months) -> Months:
    count = len(list(each_month(months)))
    last = first = months[0].previous()
    for _ in range(count - 1):
        first = first.previous()
    return first, last


def _budgets(gateway: Gateway) -> Budgets:
    path = gateway.settings.budgets
    try:
        return read_budgets(path) if path else {}
    except DataFileError as problem:
        raise SettingsError(f"The budgets cannot be used: {problem}") from problem


def _lines(gateway: Gateway, standing: Standing) -> Iterator[Line]:
    pairs = ((one.id, code) for one in gateway.months.agreements for code in standing.partitions(one))
    return chain.from_iterable(standing.billed(*pair) for pair in pairs)


def _open_months(gateway: Gateway, begun: Iterable[Activity]) -> Iterator[str]:
    return (month for month in sorted({row.month for row in begun}) if not gateway.months.is_closed(Month.parse(month)))
