"""Organisations: which municipality a party is, and which region a municipality belongs to, on a given day.

The data is dated, since on 1 January 2027 Region Hovedstaden and Region Sjælland become Region Østdanmark
(Act no. 699 of 20 June 2025, section 126). Municipality codes are those of dk-core; Christiansø is counted with
Region Hovedstaden as Statistics Denmark does.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from settlement.records import Organisation

DATA = Path(__file__).with_name("organisations")


@dataclass(frozen=True, slots=True)
class Municipality:
    """One row: a municipality's name and region in a span of days; both ends belong to it."""

    code: str
    name: str
    region: str
    valid_from: date
    valid_to: date


@dataclass(frozen=True, slots=True)
class Region:
    """One row: a region's name in a span of days, and the region that takes over its rights and debts after it."""

    code: str
    name: str
    valid_from: date
    valid_to: date
    successor: str


@dataclass(frozen=True, slots=True)
class Directory:
    """Municipalities, regions, and the units (by SOR number and GLN) known to be parts of a municipality."""

    municipalities: Mapping[str, tuple[Municipality, ...]]
    regions: Mapping[str, Region]
    by_sor: Mapping[str, str]
    by_gln: Mapping[str, str]

    @classmethod
    def build(cls, units: Iterable[Organisation] = ()) -> Directory:
        """The shipped municipalities and regions, and the installation's own units (sor and/or gln, municipality)."""
        known = tuple(unit for unit in units if unit.municipality)
        return cls(
            _municipalities(),
            _regions(),
            {unit.sor: padded(unit.municipality) for unit in known if unit.sor},
            {unit.gln: padded(unit.municipality) for unit in known if unit.gln},
        )

    def municipality_of(self, organisation: Organisation, on: date) -> str:
        """The 4-digit code of the municipality an organisation is or belongs to on that day; "" if unknown.

        A code stated by the message counts before what its SOR number or GLN says.
        """
        stated = (
            padded(organisation.municipality),
            self.by_sor.get(organisation.sor, ""),
            self.by_gln.get(organisation.gln, ""),
        )
        return next((code for code in stated if self._municipality(code, on)), "")

    def municipality_name(self, code: str, on: date) -> str:
        """The municipality's Danish name on that day; "" if it is unknown."""
        row = self._municipality(code, on)
        return row.name if row else ""

    def region_of(self, municipality: str, on: date) -> str:
        """The code of the region a municipality belongs to on that day ("DK-82"); "" if it is unknown."""
        row = self._municipality(municipality, on)
        return row.region if row else ""

    def regions_since(self, municipality: str, day: date) -> frozenset[str]:
        """Every region a municipality belongs to from that day on; "" is among them where it is unknown on a day."""
        found = set()
        for row in sorted(self.municipalities.get(municipality, ()), key=lambda row: row.valid_from):
            if row.valid_to >= day:
                found |= {row.region} if row.valid_from <= day else {"", row.region}
                day = row.valid_to if row.valid_to == date.max else row.valid_to + timedelta(days=1)
        return frozenset(found if day == date.max else {*found, ""})

    def region_name(self, code: str) -> str:
        """The region's Danish name; "" if it is unknown."""
        return self.regions[code].name if code in self.regions else ""

    def successor(self, region: str, on: date) -> str:
        """The region that answers for a region's rights and debts on that day: itself, or who took over; "" if unknown.

        Corrections of a period before 2027 go to the successor (Act no. 699 of 20 June 2025, section 126).
        """
        while region in self.regions and self.regions[region].valid_to < on:
            region = self.regions[region].successor
        return region if region in self.regions else ""

    def answers_for(self, code: str, on: date) -> tuple[str, ...]:
        """Whose claims and debts an organisation answers for on that day, by code: its own, and those of the regions it
        has taken over from. They see and decide what was addressed to their predecessors."""
        taken_over = (name for name in sorted(self.regions) if name != code and self.successor(name, on) == code)
        return code, *taken_over

    def _municipality(self, code: str, on: date) -> Municipality | None:
        rows = self.municipalities.get(code, ())
        return next((row for row in rows if row.valid_from <= on <= row.valid_to), None)


def padded(municipality: str) -> str:
    """A municipality code as four digits: MedCom XML writes "751", dk-core "0751"; "" stays ""."""
    return municipality.zfill(4) if municipality else ""


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _last_day(text: str) -> date:
    return date.fromisoformat(text) if text else date.max


def _municipalities() -> dict[str, tuple[Municipality, ...]]:
    found: defaultdict[str, list[Municipality]] = defaultdict(list)
    for row in _rows("municipalities.csv"):
        span = date.fromisoformat(row["valid_from"]), _last_day(row["valid_to"])
        found[row["code"]].append(Municipality(row["code"], row["name"], row["region"], *span))
    return {code: tuple(rows) for code, rows in found.items()}


def _regions() -> dict[str, Region]:
    return {
        row["code"]: Region(
            row["code"],
            row["name"],
            date.fromisoformat(row["valid_from"]),
            _last_day(row["valid_to"]),
            row["successor"],
        )
        for row in _rows("regions.csv")
    }
