"""Measures: quality indicators as data, and their exact results."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Count:
    """Exact numbers of one population. value is numerator over denominator, None where that is nothing."""

    numerator: int
    denominator: int

    @property
    def value(self) -> Fraction | None:
        """The exact ratio."""
        return Fraction(self.numerator, self.denominator) if self.denominator else None


@dataclass(frozen=True, slots=True)
class Stratum:
    """One group of a stratifier: its key values (("iv-type", "antibiotic"), ("category", "2")) and its count."""

    keys: tuple[tuple[str, str], ...]
    count: Count


@dataclass(frozen=True, slots=True)
class Result:
    """A measure's outcome for one period: totals, strata, and the verdict against the goal (None without a goal)."""

    measure: str
    kind: str
    unit: str
    period: str
    count: Count
    strata: tuple[Stratum, ...]
    goal_met: bool | None
