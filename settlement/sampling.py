"""Samples for post-control: more of what is risky, the same sample whoever draws it.

A line's place in the draw is the hash of a seed and its id, so that the sample can be drawn again by anybody who knows
the seed (the month, unless another is agreed), and nobody can choose what is in it.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from settlement.lines import Line, LineKind
from settlement.precontrol import Remark

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


def draw(
    lines: Iterable[Line], remarks: Iterable[Remark], seed: str, rates: Mapping[str, Fraction] = RATES
) -> tuple[Stratum, ...]:
    """The sample by stratum: at least one line of each that is not empty. rates: by "remarked", "large", "usual"."""
    charges = [line for line in lines if line.kind is LineKind.CHARGE]
    remarked = {remark.line for remark in remarks}
    large = _largest_tenth(charges)
    strata: defaultdict[str, list[Line]] = defaultdict(list)
    for line in charges:
        name = "remarked" if line.id in remarked else "large" if line.id in large else "usual"
        strata[name].append(line)
    return tuple(_stratum(name, strata[name], rate, seed) for name, rate in rates.items())


def _largest_tenth(charges: list[Line]) -> set[str]:
    ordered = sorted(charges, key=lambda line: (-line.amount, line.id))
    return {line.id for line in ordered[: -(-len(ordered) // 10)]}


def _stratum(name: str, lines: list[Line], rate: Fraction, seed: str) -> Stratum:
    order = sorted(lines, key=lambda line: _place(seed, line.id))
    count = -(-len(order) * rate.numerator // rate.denominator)
    return Stratum(name, len(order), sum(line.amount for line in order), rate, tuple(line.id for line in order[:count]))


def _place(seed: str, line: str) -> str:
    return hashlib.sha256(f"{seed}\n{line}".encode()).hexdigest()
