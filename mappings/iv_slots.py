"""IV slots: codes that stand for an IV type or a weight category, in formats that have no field for them.

`codes/iv-treatment-slots.csv` is the whole list. Systems: `99OVG` (our own codes of at most 14 characters, for
XDIS18's TreatmentCode and for HL7 v2), `IVTYPE` and `IVCAT` (the codes of our FHIR code systems, where the place says
which of the two is meant), `SKS`. A code that ends in `*` stands for every code that begins so.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from settlement.records import IvType, WeightCategory

OWN = "99OVG"
SKS = "SKS"


@dataclass(frozen=True, slots=True)
class Slot:
    """What a code says: IV type, weight category, or both."""

    iv_type: IvType | None = None
    category: WeightCategory | None = None

    def joined(self, later: Slot) -> Slot:
        """Both statements together; where both speak, the later one counts."""
        return Slot(later.iv_type or self.iv_type, later.category or self.category)

    def contradicts(self, other: Slot) -> bool:
        """Whether both speak of the same thing and say different things."""
        types = self.iv_type and other.iv_type and self.iv_type is not other.iv_type
        categories = self.category and other.category and self.category is not other.category
        return bool(types or categories)


NOTHING = Slot()


@cache
def _table() -> dict[tuple[str, str], Slot]:
    text = files("mappings").joinpath("codes/iv-treatment-slots.csv").read_text("utf-8")
    return {(row["system"], row["code"]): _slot(row) for row in csv.DictReader(text.splitlines())}


def _slot(row: dict[str, str]) -> Slot:
    iv_type = IvType(row["iv_type"]) if row["iv_type"] else None
    return Slot(iv_type, WeightCategory(row["category"]) if row["category"] else None)


def slot_of(system: str, code: str) -> Slot | None:
    """What a code of a system says about IV treatment; None when it is not in the list. Case does not matter."""
    table, wanted = _table(), code.strip().upper()
    exact = table.get((system, wanted))
    if exact is not None:
        return exact
    return next((table[system, prefix] for prefix in _prefixes(wanted) if (system, prefix) in table), None)


def _prefixes(code: str) -> tuple[str, ...]:
    return tuple(f"{code[:length]}*" for length in range(min(len(code), 14), 3, -1))


def codes_of(system: str) -> str:
    """The codes of a system, for telling a sender what may be written."""
    return ", ".join(code for of, code in _table() if of == system)
