"""Targets: a figure held against what was agreed for it. It pays nothing (S1 bilag 2: frameworks with measures)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from operator import ge, gt, le, lt

from settlement.clauses.forms import Flag, Number
from settlement.clauses.sheet import Outcome, Sheet, worked
from settlement.eligibility import Reason
from settlement.wording import Say

_GOALS: tuple[tuple[str, Callable[[Fraction, Fraction], bool], str, str], ...] = (
    ("at_least", ge, "mindst", "at least"),
    ("more_than", gt, "over", "more than"),
    ("at_most", le, "højst", "at most"),
    ("less_than", lt, "under", "less than"),
)


@dataclass(frozen=True, slots=True)
class Judged:
    """A figure, exact, and whether it meets every goal it is held against."""

    figure: Fraction
    met: bool


@dataclass(frozen=True, slots=True)
class Target:
    """A figure against its goal: a number, a share, a rate, or the change from a baseline.

    The figure is value / of x per (100 gives a percentage, 1,000 a rate a thousand). With before it is the change from
    before / before_of x per; relative: in percent of that. The goals are decided on the exact figure, not as it is
    shown.
    """

    value: Number
    of: Number = Fraction(1)
    per: Number = Fraction(1)
    before: Number | None = None
    before_of: Number = Fraction(1)
    relative: Flag = False
    at_least: Number | None = None
    more_than: Number | None = None
    at_most: Number | None = None
    less_than: Number | None = None

    def work(self, sheet: Sheet) -> Outcome:
        """Nothing to pay; the figure, its goal, and whether it is met."""
        judged = self.judged(sheet)
        return judged if isinstance(judged, Reason) else worked(Fraction(), lambda say: self._told(say, sheet, judged))

    def judged(self, sheet: Sheet) -> Judged | Reason:
        """The figure and the verdict; a reason where it would be divided by nothing."""
        figure = _rate(sheet, self.value, self.of, self.per)
        if figure is not None and self.before is not None:
            figure = self._change(figure, _rate(sheet, self.before, self.before_of, self.per))
        if figure is None:
            return Reason("outside-threshold", "0")
        return Judged(figure, all(holds(figure, goal) for holds, goal, _, _ in self._goals(sheet)))

    def _change(self, now: Fraction, before: Fraction | None) -> Fraction | None:
        if before is None or (self.relative and not before):
            return None
        return (now - before) / abs(before) * 100 if self.relative else now - before

    def _goals(self, sheet: Sheet) -> list[tuple[Callable[[Fraction, Fraction], bool], Fraction, str, str]]:
        return [
            (holds, sheet.number(goal), danish, english)
            for name, holds, danish, english in _GOALS
            if (goal := getattr(self, name)) is not None
        ]

    def _told(self, say: Say, sheet: Sheet, judged: Judged) -> str:
        unit = " %" if self.relative or self.per == 100 else ""
        shown = f"{say.number(Fraction(round(judged.figure * 100), 100))}{unit}"
        goals = ", ".join(
            f"{say(danish, english)} {say.number(goal)}" for _, goal, danish, english in self._goals(sheet)
        )
        verdict = say("opfyldt", "met") if judged.met else say("ikke opfyldt", "not met")
        return f"{shown}; {say('mål', 'goal')} {goals}: {verdict}" if goals else shown


def _rate(sheet: Sheet, value: Fraction | str, of: Fraction | str, per: Fraction | str) -> Fraction | None:
    """value / of x per; None where it would be divided by nothing."""
    divisor = sheet.number(of)
    return sheet.number(value) / divisor * sheet.number(per) if divisor else None
