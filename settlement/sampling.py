"""Samples for post-control: more of what is risky, the same sample whoever draws it.

A line's place in the draw is the hash of a seed and its id, so that the sample can be drawn again by anybody who knows
the seed (the month, unless another is agreed), and nobody can choose what is in it.
"""

from __future__ import annotations

import hashlib
import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from uuid import UUID, uuid5

NAMESPACE = UUID("4b1f4c52-7c0b-5d9e-9a55-2f4f2d1c8e07")
"""Ids of samples are name-based (uuid5) within this namespace."""

RATES: Mapping[str, Fraction] = {"remarked": Fraction(1, 2), "large": Fraction(1, 5), "usual": Fraction(1, 20)}
"""Share drawn of each stratum: lines a rule remarked on, the largest tenth, and the rest."""


@dataclass(frozen=True, slots=True)
class Stratum:
    """Lines of one kind of risk. rate: the share drawn; drawn: ids in the order of the draw."""

    name: str
    size: int
    amount: int
    rate: Fraction
    drawn: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """What the draw needs to know of a charge. remarked: whether a rule remarked on it."""

    line: str
    amount: int
    remarked: bool


@dataclass(frozen=True, slots=True)
class KeptSample:
    """A sample as it was drawn: of which month and scope ("" is all), by which seed, by whom and when. amounts: of the
    lines drawn, in oere by line id. It is never changed: what is controlled stays what was drawn, whatever is
    registered later."""

    month: str
    seed: str
    agreement: str
    region: str
    source: str
    strata: tuple[Stratum, ...]
    amounts: dict[str, int]
    person: str
    at: datetime

    @property
    def id(self) -> str:
        """The same for everybody who draws by the same seed in the same month and scope."""
        return str(uuid5(NAMESPACE, "\n".join((self.month, self.seed, self.agreement, self.region, self.source))))


def draw(candidates: Iterable[Candidate], seed: str, rates: Mapping[str, Fraction] = RATES) -> tuple[Stratum, ...]:
    """The sample by stratum: at least one line of each that is not empty. rates: by "remarked", "large", "usual"."""
    every = list(candidates)
    large = _largest_tenth(every)
    strata: defaultdict[str, list[Candidate]] = defaultdict(list)
    for one in every:
        strata["remarked" if one.remarked else "large" if one.line in large else "usual"].append(one)
    return tuple(_stratum(name, strata[name], rate, seed) for name, rate in rates.items())


def _largest_tenth(every: list[Candidate]) -> set[str]:
    count = -(-len(every) // 10)
    return {one.line for one in heapq.nsmallest(count, every, key=lambda one: (-one.amount, one.line))}


def _stratum(name: str, lines: list[Candidate], rate: Fraction, seed: str) -> Stratum:
    count = -(-len(lines) * rate.numerator // rate.denominator)
    drawn = heapq.nsmallest(count, lines, key=lambda one: _place(seed, one.line))
    return Stratum(name, len(lines), sum(one.amount for one in lines), rate, tuple(one.line for one in drawn))


def _place(seed: str, line: str) -> bytes:
    return hashlib.sha256(f"{seed}\n{line}".encode()).digest()
