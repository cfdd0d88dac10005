"""Clauses of subsidies: a base and an amount for every extra unit, paid in instalments (S4 section 6)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from settlement.clauses.forms import Amount, Days, Number
from settlement.clauses.sheet import Outcome, Sheet, worked
from settlement.money import rounded, split
from settlement.wording import Say


@dataclass(frozen=True, slots=True)
class BaseAndExtra:
    """A base amount, and one for every unit beyond the first: 24,000 + 10,000 kr. a further capacity (S4 section 6)."""

    base: Amount
    extra: Amount
    units: Number

    def work(self, sheet: Sheet) -> Outcome:
        """base + extra x (units - 1); nothing for no unit."""
        base, extra, units = sheet.number(self.base), sheet.number(self.extra), sheet.number(self.units)
        amount = base + extra * (units - 1) if units >= 1 else Fraction()
        further = max(units - 1, Fraction())
        return worked(
            amount,
            lambda say: f"{say.money(base)} + {say.number(further)} x {say.money(extra)} = {say.money(amount)}",
        )


@dataclass(frozen=True, slots=True)
class Instalments:
    """An amount paid on several days, in equal parts of whole oere that sum to it (S4 section 6: three instalments)."""

    of: Amount
    due: Days

    def work(self, sheet: Sheet) -> Outcome:
        """The parts by day; larger parts first."""
        whole = rounded(sheet.number(self.of))
        amounts = split(whole, [1] * len(self.due))
        parts = {day.isoformat(): Fraction(amount) for day, amount in zip(sorted(self.due), amounts, strict=True)}

        def told(say: Say) -> str:
            return ", ".join(f"{day} {say.money(part)}" for day, part in parts.items())

        return worked(
            Fraction(whole), lambda say: f"{say.money(whole)} {say('i rater', 'in instalments')}: {told(say)}", parts
        )
