"""Clauses of pools and goals: drawing rights, approved projects, goals met, staircases (S1 2.3, 3.3, 3.4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from settlement.clauses.amounts import whole_weights
from settlement.clauses.forms import Amount, KeyedName, Number, Steps, Weights
from settlement.clauses.sheet import Keyed, Outcome, Sheet, worked
from settlement.eligibility import Reason
from settlement.money import rounded, split
from settlement.wording import Say


@dataclass(frozen=True, slots=True)
class Pool:
    """A pool shared out as drawing rights, by weights: Nordjylland's by last year's DRG value (S1 2.3.5).

    drawn: what each may draw on its right; without it the rights themselves are paid.
    """

    total: Amount
    by: KeyedName
    drawn: KeyedName = ""

    def work(self, sheet: Sheet) -> Outcome:
        """min(drawn, right) by key; the rights are whole oere and sum to the pool."""
        total = rounded(sheet.number(self.total))
        rights = shared(total, sheet.keyed(self.by))
        drawn = sheet.keyed(self.drawn) if self.drawn else rights
        parts = {key: min(drawn.get(key, Fraction()), right) for key, right in rights.items()}
        return worked(sum(parts.values(), Fraction()), lambda say: _rights(say, total, rights, parts), parts)


def shared(total: int, weights: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """Whole oere shared by weights: largest remainder, the parts sum to the whole. Where all weights are 0, nothing."""
    if not any(weights.values()):
        return dict.fromkeys(weights, Fraction())
    return {key: Fraction(part) for key, part in zip(weights, split(total, whole_weights(weights)), strict=True)}


def _rights(say: Say, total: int, rights: Keyed, parts: Keyed) -> str:
    told = [f"{key} {say.money(parts[key])} {say('af', 'of')} {say.money(right)}" for key, right in rights.items()]
    return f"{say('Pulje', 'Pool')} {say.money(total)}: {', '.join(told)}"


@dataclass(frozen=True, slots=True)
class Approval:
    """Amounts that are paid only where they are approved, within a pool: Hovedstaden's extra activity (S1 2.3.1).

    of: amounts by project. approved: 1 where a project is approved, 0 where it is not.
    """

    of: KeyedName
    approved: KeyedName
    pool: Amount | None = None

    def work(self, sheet: Sheet) -> Outcome:
        """The approved amounts; where they exceed the pool, the pool shared by them."""
        yes = sheet.keyed(self.approved)
        asked = {key: amount for key, amount in sheet.keyed(self.of).items() if yes.get(key, Fraction()) > 0}
        whole = sum(asked.values(), Fraction())
        most = None if self.pool is None else sheet.number(self.pool)
        parts = asked if most is None or whole <= most else shared(rounded(most), asked)
        amount = sum(parts.values(), Fraction())
        return worked(amount, lambda say: _approved(say, parts, most, amount), parts)


def _approved(say: Say, parts: Keyed, most: Fraction | None, amount: Fraction) -> str:
    told = ", ".join(f"{key} {say.money(part)}" for key, part in parts.items()) or say("intet", "nothing")
    pool = "" if most is None else f" ({say('pulje', 'pool')} {say.money(most)})"
    return f"{say('Godkendt', 'Approved')}: {told}{pool} = {say.money(amount)}"


@dataclass(frozen=True, slots=True)
class Goals:
    """A fixed amount for every goal met: Rygcenter Syddanmark's 250,000 kr. (S1 3.4.1). met: 1 where a goal is met."""

    each: Amount
    met: KeyedName

    def work(self, sheet: Sheet) -> Outcome:
        """each x goals met."""
        each, goals = sheet.number(self.each), sheet.keyed(self.met)
        parts = {key: each if met > 0 else Fraction() for key, met in goals.items()}
        count = sum(1 for met in goals.values() if met > 0)
        amount = sum(parts.values(), Fraction())

        def met(say: Say) -> str:
            return f"{count} {say('af', 'of')} {len(goals)} {say('mål opfyldt', 'goals met')}"

        return worked(amount, lambda say: f"{met(say)} x {say.money(each)} = {say.money(amount)}", parts)


@dataclass(frozen=True, slots=True)
class Staircase:
    """A pool shared by goals, each paid by the step its achievement reaches: Værdi for borgeren (S1 3.3.1).

    weights: each goal's part of the pool. achieved: percent by goal. steps: percent of the part that is paid from an
    achievement on; below the lowest step nothing is paid.
    """

    pool: Amount
    weights: Weights
    achieved: KeyedName
    steps: Steps

    def work(self, sheet: Sheet) -> Outcome:
        """pool x weight x step by goal."""
        shares = shared(rounded(sheet.number(self.pool)), self.weights)
        achieved = sheet.keyed(self.achieved)
        pays = {key: self._step(achieved.get(key, Fraction())) for key in shares}
        parts = {key: share * pays[key] / 100 for key, share in shares.items()}

        def told(say: Say) -> str:
            return ", ".join(f"{key} {say.percent(pays[key])} x {say.money(share)}" for key, share in shares.items())

        amount = sum(parts.values(), Fraction())
        return worked(amount, lambda say: f"{told(say)} = {say.money(amount)}", parts)

    def _step(self, achieved: Fraction) -> Fraction:
        reached = [pays for start, pays in self.steps if achieved >= start]
        return reached[-1] if reached else Fraction()


@dataclass(frozen=True, slots=True)
class PerUnit:
    """An amount a unit: a fixed amount a chronic patient-year (S1 3.1.3), a tariff a visit."""

    each: Amount
    units: Number
    divided_by: Number = Fraction(1)

    def work(self, sheet: Sheet) -> Outcome:
        """each x units / divided_by (patient-days of a year are a part of a patient-year)."""
        each, units = sheet.number(self.each), sheet.number(self.units)
        parts_of = sheet.number(self.divided_by)
        if not parts_of:
            return Reason("outside-threshold", str(self.divided_by))
        amount = each * units / parts_of

        def count(say: Say) -> str:
            return say.number(units) + (f" / {say.number(parts_of)}" if parts_of != 1 else "")

        return worked(amount, lambda say: f"{count(say)} x {say.money(each)} = {say.money(amount)}")
