"""Clauses that pay for outcomes and whole courses: bundles, expected effect, deadlines (S1 2.3.3, 3.1, 3.6)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from settlement.clauses.forms import Amount, DayName, Integer, KeyedName, Number
from settlement.clauses.sheet import Outcome, Sheet, worked
from settlement.wording import Say


@dataclass(frozen=True, slots=True)
class Bundle:
    """One price for a whole course; what follows within the warranty is not paid extra (bundled payment, S1 3.1.1).

    events: days from the end of the course to each related contact. extra: paid for each after the warranty.
    """

    price: Amount
    warranty_days: Integer
    events: KeyedName
    extra: Amount = Fraction(0)

    def work(self, sheet: Sheet) -> Outcome:
        """price + extra x events after warranty_days."""
        price, extra, events = sheet.number(self.price), sheet.number(self.extra), sheet.keyed(self.events)
        later = sum(1 for days in events.values() if days > self.warranty_days)
        covered, amount = len(events) - later, price + extra * later
        return worked(
            amount,
            lambda say: (
                f"{say.money(price)} + {later} x {say.money(extra)} = {say.money(amount)}; {covered} "
                f"{say('inden for garantien', 'within the warranty')} ({self.warranty_days} {say('dage', 'days')})"
            ),
        )


@dataclass(frozen=True, slots=True)
class Deadline:
    """A percentage of an amount that depends on a deadline: 40 % where evaluation ends within 30 days (S1 2.3.3)."""

    of: Amount
    percent: Number
    start: DayName
    done: DayName
    days: Integer
    otherwise: Number = Fraction(0)

    def work(self, sheet: Sheet) -> Outcome:
        """of x percent where done is at most days after start, else of x otherwise."""
        base, taken = sheet.number(self.of), (sheet.day(self.done) - sheet.day(self.start)).days
        percent = sheet.number(self.percent if taken <= self.days else self.otherwise)
        amount = base * percent / 100
        return worked(
            amount,
            lambda say: (
                f"{taken} {say('dage, frist', 'days, deadline')} {self.days}: "
                f"{say.percent(percent)} x {say.money(base)} = {say.money(amount)}"
            ),
        )


@dataclass(frozen=True, slots=True)
class ExpectedEffect:
    """An amount for every case whose outcome reaches what was expected of it (outcome-conditional payment, S1 3.1.3).

    expected and actual: a number by case, higher is better. at_least: percent of the expected that must be reached.
    """

    each: Amount
    expected: KeyedName
    actual: KeyedName
    at_least: Number = Fraction(100)

    def work(self, sheet: Sheet) -> Outcome:
        """each x cases that reach it; a case without an outcome does not."""
        each, share = sheet.number(self.each), sheet.number(self.at_least) / 100
        actual = sheet.keyed(self.actual)
        expected = sheet.keyed(self.expected)
        reached = {key: key in actual and actual[key] >= wanted * share for key, wanted in expected.items()}
        parts = {key: each if yes else Fraction() for key, yes in reached.items()}
        count, amount = sum(reached.values()), sum(parts.values(), Fraction())

        def told(say: Say) -> str:
            return f"{count} {say('af', 'of')} {len(reached)} {say('nåede det forventede', 'as expected')}"

        return worked(amount, lambda say: f"{told(say)} x {say.money(each)} = {say.money(amount)}", parts)


@dataclass(frozen=True, slots=True)
class CaseMix:
    """A price adjusted by what a prediction expects the cases to cost (prediction models, S1 3.6.1).

    expected: predicted cost by case. standard: what a case costs on average. The price follows their proportion.
    """

    price: Amount
    expected: KeyedName
    standard: Amount

    def work(self, sheet: Sheet) -> Outcome:
        """price x expected / standard, by case."""
        price, standard = sheet.number(self.price), sheet.number(self.standard)
        parts = {key: price * cost / standard for key, cost in sheet.keyed(self.expected).items()} if standard else {}
        amount = sum(parts.values(), Fraction())
        return worked(
            amount,
            lambda say: (
                f"{len(parts)} {say('forløb', 'cases')} x {say.money(price)} x "
                f"{say('forventet / gennemsnitlig udgift', 'expected / average cost')} = {say.money(amount)}"
            ),
            parts,
        )
