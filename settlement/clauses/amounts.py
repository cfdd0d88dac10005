"""Clauses of plain arithmetic: percentages, limits, sums, differences, shares, choices and price levels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from settlement.clauses.forms import Amount, Choices, Integer, Names, Number, TextName, Weights, Word
from settlement.clauses.sheet import Outcome, Sheet, worked
from settlement.eligibility import Reason
from settlement.money import rounded, split
from settlement.wording import Say


@dataclass(frozen=True, slots=True)
class PercentOf:
    """A percentage of an amount: 34 % of the DRG tariff (S1 2.1), 90 % between regions (S1 2.4)."""

    of: Amount
    percent: Number

    def work(self, sheet: Sheet) -> Outcome:
        """of x percent / 100."""
        base, percent = sheet.number(self.of), sheet.number(self.percent)
        amount = base * percent / 100
        return worked(amount, lambda say: f"{say.percent(percent)} x {say.money(base)} = {say.money(amount)}")


@dataclass(frozen=True, slots=True)
class Limit:
    """An amount kept within a least and a most: KMF's cap of 14,811 kr. a stay (S1 2.1)."""

    of: Amount
    at_least: Amount | None = None
    at_most: Amount | None = None

    def work(self, sheet: Sheet) -> Outcome:
        """at_least where of is below it, at_most where it is above."""
        amount = given = sheet.number(self.of)
        least = None if self.at_least is None else sheet.number(self.at_least)
        most = None if self.at_most is None else sheet.number(self.at_most)
        amount = max(amount, least) if least is not None else amount
        amount = min(amount, most) if most is not None else amount
        return worked(amount, lambda say: _limited(say, given, least, most, amount))


def _limited(say: Say, given: Fraction, least: Fraction | None, most: Fraction | None, amount: Fraction) -> str:
    limits = [] if least is None else [f"{say('mindst', 'at least')} {say.money(least)}"]
    limits += [] if most is None else [f"{say('højst', 'at most')} {say.money(most)}"]
    return f"{say.money(given)}, {', '.join(limits)} = {say.money(amount)}"


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum of amounts, less others: what is due less what was paid on account."""

    plus: Names
    minus: Names = ()

    def work(self, sheet: Sheet) -> Outcome:
        """The sum of plus, less the sum of minus; of keyed amounts their whole."""
        added = [sheet.number(name) for name in self.plus]
        taken = [sheet.number(name) for name in self.minus]
        amount = sum(added, Fraction()) - sum(taken, Fraction())
        return worked(amount, lambda say: f"{_chain(say, added, taken)} = {say.money(amount)}")


def _chain(say: Say, added: Iterable[Fraction], taken: Iterable[Fraction]) -> str:
    return " - ".join([" + ".join(map(say.money, added)) or say.money(0), *map(say.money, taken)])


@dataclass(frozen=True, slots=True)
class Difference:
    """What one amount exceeds another by, never below 0: private tariff less 55 % of DRG (S1 2.3.3)."""

    of: Amount
    less: Amount

    def work(self, sheet: Sheet) -> Outcome:
        """max(of - less, 0)."""
        base, less = sheet.number(self.of), sheet.number(self.less)
        amount = max(base - less, Fraction())
        return worked(amount, lambda say: f"{say.money(base)} - {say.money(less)} = {say.money(amount)}")


@dataclass(frozen=True, slots=True)
class Share:
    """An amount shared by weights, of which one party's part is claimed: 70 % region, 30 % municipality.

    The shares are whole oere and sum to the amount (largest remainder).
    """

    of: Amount
    weights: Weights
    claims: Word

    def work(self, sheet: Sheet) -> Outcome:
        """The claimed party's part."""
        whole = rounded(sheet.number(self.of))
        parts = dict(zip(self.weights, split(whole, whole_weights(self.weights)), strict=True))
        amount = Fraction(parts[self.claims])

        def told(say: Say) -> str:
            return ", ".join(f"{name} {say.money(part)}" for name, part in parts.items())

        return worked(amount, lambda say: f"{say.money(whole)} {say('deles', 'is shared')}: {told(say)}")


def whole_weights(weights: Mapping[str, Fraction]) -> list[int]:
    """Weights as whole numbers in the same proportion."""
    common = lcm(*(value.denominator for value in weights.values()))
    return [int(value * common) for value in weights.values()]


@dataclass(frozen=True, slots=True)
class Choose:
    """One of several amounts, chosen by a text: take part jointly, or each on their own (S4 section 6)."""

    by: TextName
    options: Choices

    def work(self, sheet: Sheet) -> Outcome:
        """The amount the text chooses; a reason where it chooses none."""
        chosen = sheet.text(self.by)
        if chosen not in self.options:
            return Reason("no-such-option", f"{self.by} = {chosen}")
        amount = sheet.number(self.options[chosen])
        return worked(amount, lambda say: f"{self.by} = {chosen}: {say.money(amount)}")


@dataclass(frozen=True, slots=True)
class PriceIndex:
    """An amount carried from its price level to the year of the day, by yearly percentages (PL projection, S0)."""

    of: Amount
    base_year: Integer
    percents: Weights

    def work(self, sheet: Sheet) -> Outcome:
        """of x (1 + percent / 100) for every year after base_year; a reason where a year has no percentage."""
        base = amount = sheet.number(self.of)
        years = [str(year) for year in range(self.base_year + 1, sheet.on.year + 1)]
        for year in years:
            if year not in self.percents:
                return Reason("no-index", year)
            amount = amount * (1 + self.percents[year] / 100)

        def told(say: Say) -> str:
            return "".join(f" + {say.percent(self.percents[year])} ({year})" for year in years)

        return worked(amount, lambda say: f"{say.money(base)} ({self.base_year}){told(say)} = {say.money(amount)}")
