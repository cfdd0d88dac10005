"""Simulating: what the courses that are here would have cost under another agreement than those in force."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from gateway.build import Gateway
from gateway.errors import BadRequestError
from settlement.agreements import Agreement, load
from settlement.datafile import DataFileError
from settlement.periods import Month
from settlement.simulating import Simulated, as_on, simulate, summed

Months = tuple[Month, Month]
"""The first and the last month."""


@dataclass(frozen=True, slots=True)
class Simulation:
    """What months cost and would have cost. replaced: ids of the agreements the new one takes the place of.

    as_on: the day whose parties, clauses and rates of the new agreement were taken for every course; None where they
    were taken by the days they are agreed for.
    """

    agreement: Agreement
    replaced: tuple[str, ...]
    as_on: date | None
    months: Months
    cells: tuple[Simulated, ...]

    @property
    def total(self) -> Simulated:
        """Everything together; a course that has amounts in several months is counted in each."""
        return next(iter(summed(self.cells)), Simulated("", "", "", 0, 0, 0, 0))


def simulation(
    gateway: Gateway,
    new: Agreement,
    months: Months,
    instead_of: Sequence[str] = (),
    rates_of: date | None = None,
    progress: Callable[[float], None] = lambda _: None,
) -> Simulation:
    """Price the courses of these months twice: under the agreements in force, and with the new one in the place of one
    or more of them.

    instead_of: their ids; without any it is the agreement of the same id, or else those with a payer in common.
    rates_of: the day whose rates are taken; without one an agreement that begins later than the first month is
    taken as it is on its first day. progress: told the share that is done. Raises BadRequestError for an agreement
    that is not about courses, or an id not in force.
    """
    if new.subject != "course":
        raise BadRequestError(f"{new.id} is about periods, not courses. Settle it with: overgang agreement settle")
    in_force = gateway.months.agreements
    replaced = tuple(instead_of) or _takes_place_of(new, in_force)
    for name in replaced:
        if name not in {agreement.id for agreement in in_force}:
            known = ", ".join(agreement.id for agreement in in_force)
            raise BadRequestError(f"{name[:60]} is not in force. In force: {known}.")
    day = rates_of or (new.valid_from if new.valid_from > months[0].first_day else None)
    others = [agreement for agreement in in_force if agreement.id not in replaced]
    then = [*others, as_on(new, day) if day else new]
    with gateway.projection.standing() as standing:
        cells = simulate(standing.every_episode(progress), in_force, then, months, gateway.register.directory)
    return Simulation(new, replaced, day, months, cells)


def agreement_of(path: Path) -> Agreement:
    """The agreement in a file. Raises BadRequestError with file, line, key and what to write."""
    try:
        return load(path)
    except DataFileError as problem:
        raise BadRequestError(f"{problem} All mistakes: overgang agreement check {path.name}") from problem


def _takes_place_of(new: Agreement, in_force: Sequence[Agreement]) -> tuple[str, ...]:
    same = tuple(agreement.id for agreement in in_force if agreement.id == new.id)
    return same or tuple(agreement.id for agreement in in_force if _payers(agreement) & _payers(new))


def _payers(agreement: Agreement) -> set[str]:
    return {party.code for party in agreement.parties if party.role == "payer"}
