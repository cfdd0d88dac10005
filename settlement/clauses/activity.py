"""Clauses of activity models: baseline with knæk and clawback, growth, carry-over (S1 2.2-2.3)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from settlement.clauses.forms import Amount, Names, Number
from settlement.clauses.sheet import Outcome, Sheet, Worked, worked
from settlement.wording import Say


@dataclass(frozen=True, slots=True)
class Baseline:
    """Activity held against a baseline: a rate up to it, a knæk rate above it to a limit, clawback below it (S1 2.2).

    activity and baseline: the value of activity by official tariffs. rate: percent paid up to the baseline.
    above_rate: percent paid above it (knæktakst), of which at most above_at_most is paid out. shortfall_rate: percent
    taken back of what is missing, the rate where it is not said.
    """

    activity: Amount
    baseline: Amount
    rate: Number
    above_rate: Number = Fraction(0)
    above_at_most: Amount | None = None

    def work(self, sheet: Sheet) -> Outcome:
        """rate x min(A, B) + min(above_rate x max(A - B, 0), above_at_most)."""
        reached, above, rate, above_rate = self._measured(sheet)
        most = None if self.above_at_most is None else sheet.number(self.above_at_most)
        to_baseline, extra = reached * rate / 100, above * above_rate / 100
        paid = extra if most is None else min(extra, most)
        amount = to_baseline + paid
        return worked(
            amount,
            lambda say: (
                f"{say.percent(rate)} x {say.money(reached)} + {say.percent(above_rate)} x {say.money(above)}"
                f"{_at_most(say, extra, most)} = {say.money(to_baseline)} + {say.money(paid)} = {say.money(amount)}"
            ),
        )

    def _measured(self, sheet: Sheet) -> tuple[Fraction, Fraction, Fraction, Fraction]:
        activity, baseline = sheet.number(self.activity), sheet.number(self.baseline)
        above = max(activity - baseline, Fraction())
        return min(activity, baseline), above, sheet.number(self.rate), sheet.number(self.above_rate)


def _at_most(say: Say, extra: Fraction, most: Fraction | None) -> str:
    return "" if most is None or extra <= most else f" ({say('højst', 'at most')} {say.money(most)})"


@dataclass(frozen=True, slots=True)
class Clawback:
    """What is taken back where activity stays below the baseline: a negative amount (S1 2.2)."""

    activity: Amount
    baseline: Amount
    rate: Number

    def work(self, sheet: Sheet) -> Outcome:
        """-rate x max(B - A, 0)."""
        missing = max(sheet.number(self.baseline) - sheet.number(self.activity), Fraction())
        rate = sheet.number(self.rate)
        amount = -missing * rate / 100
        return worked(amount, lambda say: f"-{say.percent(rate)} x {say.money(missing)} = {say.money(amount)}")


@dataclass(frozen=True, slots=True)
class GrowthLimit:
    """A value that counts only as far as it grew within a percentage a contact: 1.5 % (DRG creep, S1 2.2)."""

    of: Amount
    contacts: Number
    before: Amount
    percent: Number

    def work(self, sheet: Sheet) -> Outcome:
        """min(of, contacts x before x (1 + percent / 100)); before is last year's value a contact."""
        value, contacts = sheet.number(self.of), sheet.number(self.contacts)
        before, percent = sheet.number(self.before), sheet.number(self.percent)
        most = contacts * before * (1 + percent / 100)
        amount = min(value, most)
        return worked(
            amount,
            lambda say: (
                f"{say.money(value)}, {say('højst', 'at most')} {say.number(contacts)} x {say.money(before)}"
                f" + {say.percent(percent)} = {say.money(amount)}"
            ),
        )


@dataclass(frozen=True, slots=True)
class GrowthPassThrough:
    """Growth of an expense, paid in part or in full, to a ceiling: expensive drugs within RADS' advice (S1 2.3.3)."""

    now: Amount
    before: Amount
    percent: Number = Fraction(100)
    at_most: Amount | None = None

    def work(self, sheet: Sheet) -> Outcome:
        """percent x max(now - before, 0), at most at_most."""
        growth = max(sheet.number(self.now) - sheet.number(self.before), Fraction())
        percent = sheet.number(self.percent)
        most = None if self.at_most is None else sheet.number(self.at_most)
        extra = growth * percent / 100
        amount = extra if most is None else min(extra, most)
        return worked(
            amount,
            lambda say: (
                f"{say.percent(percent)} x {say.money(growth)}{_at_most(say, extra, most)} = {say.money(amount)}"
            ),
        )


@dataclass(frozen=True, slots=True)
class CarryOver:
    """An amount that is settled in the next period: missed targets cut next year's budget (S1 2.3.4)."""

    of: Amount

    def work(self, sheet: Sheet) -> Outcome:
        """The amount, due in the next period."""
        amount = sheet.number(self.of)
        told = worked(
            amount,
            lambda say: f"{say.money(amount)} {say('overføres til næste periode', 'carried to the next period')}",
        )
        return Worked(told.amount, told.steps, carried=True)


@dataclass(frozen=True, slots=True)
class Report:
    """What is followed without money: a framework budget, or an activity budget without sanctions (S1 2.3.2, 3.5.1)."""

    shows: Names = ()

    def work(self, sheet: Sheet) -> Outcome:
        """Nothing to pay; the numbers shown."""
        values = [(name, sheet.number(name)) for name in self.shows]

        def told(say: Say) -> str:
            return "; ".join(f"{name} {say.number(value)}" for name, value in values)

        return worked(Fraction(), lambda say: told(say) or say("Følges uden afregning", "Followed without settlement"))
