"""What changed since last month: one month's claims taken to the next one's total, step by step, to the oere.

New courses are compared by IV type and category: how many more there were (volume), and what each came to more (price).
Corrections of earlier months, reversals and the charges that take their place, are a step of their own.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from settlement.lines import Claim, Line, LineKind
from settlement.money import rounded

Kind = tuple[str, str]
"""IV type and weight category."""


@dataclass(frozen=True, slots=True)
class KindChange:
    """Courses of one IV type and category: how many were claimed before and now, and the change in oere that more or
    fewer courses made (volume) and that their amounts made (price). rates: the rate versions used before and now."""

    iv_type: str
    category: str
    before: int
    now: int
    volume: int
    price: int
    rates: tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Change:
    """From one month's total to the next one's, of one municipality, in oere.

    corrections_before, corrections: reversals and what took their place, net; corrected: those lines of now.
    withheld: by reason how many before and how many now. before + volume + price + corrections - corrections_before =
    now.
    """

    municipality: str
    before: int
    now: int
    kinds: tuple[KindChange, ...]
    corrections_before: int
    corrections: int
    corrected: tuple[Line, ...]
    withheld: dict[str, tuple[int, int]]

    @property
    def volume(self) -> int:
        """What more or fewer courses made, in oere."""
        return sum(kind.volume for kind in self.kinds)

    @property
    def price(self) -> int:
        """What their amounts made, in oere."""
        return sum(kind.price for kind in self.kinds)


def changes(before: Iterable[Claim], now: Iterable[Claim]) -> tuple[Change, ...]:
    """Every municipality with a claim in either month, in order of its code."""
    sides: defaultdict[str, tuple[list[Claim], list[Claim]]] = defaultdict(lambda: ([], []))
    for place, claims in enumerate((before, now)):
        for claim in claims:
            sides[claim.municipality][place].append(claim)
    return tuple(_change(code, *both) for code, both in sorted(sides.items()))


def _change(municipality: str, before: list[Claim], now: list[Claim]) -> Change:
    (new_before, fixed_before), (new_now, fixed_now) = _parted(before), _parted(now)
    return Change(
        municipality,
        sum(claim.total for claim in before),
        sum(claim.total for claim in now),
        tuple(
            _kind_change(kind, new_before.get(kind, []), new_now.get(kind, []))
            for kind in sorted({*new_before, *new_now})
        ),
        sum(line.amount for line in fixed_before),
        sum(line.amount for line in fixed_now),
        fixed_now,
        _withheld(before, now),
    )


def _withheld(before: list[Claim], now: list[Claim]) -> dict[str, tuple[int, int]]:
    counts = [Counter(item.reason for claim in claims for item in claim.withheld) for claims in (before, now)]
    return {reason: (counts[0][reason], counts[1][reason]) for reason in sorted({*counts[0], *counts[1]})}


def _parted(claims: Iterable[Claim]) -> tuple[dict[Kind, list[Line]], tuple[Line, ...]]:
    """New charges by kind, and the reversals with the charges that take their place."""
    lines = [line for claim in claims for line in claim.lines]
    corrected = {line.key for line in lines if line.kind is LineKind.REVERSAL}
    new: defaultdict[Kind, list[Line]] = defaultdict(list)
    for line in lines:
        if line.key not in corrected:
            new[line.iv_type, line.category].append(line)
    return dict(new), tuple(line for line in lines if line.key in corrected)


def _kind_change(kind: Kind, before: list[Line], now: list[Line]) -> KindChange:
    """A course may have several lines (one for each month of its days), so courses are counted by their episodes."""
    total, was = sum(line.amount for line in now), sum(line.amount for line in before)
    courses, had = len({line.episode for line in now}), len({line.episode for line in before})
    each = Fraction(was, had) if had else Fraction(total, courses)
    volume = rounded((courses - had) * each)
    return KindChange(*kind, had, courses, volume, total - was - volume, (_rates(before), _rates(now)))


def _rates(lines: list[Line]) -> tuple[str, ...]:
    return tuple(sorted({line.rate_version for line in lines if line.rate_version}))
