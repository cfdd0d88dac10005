"""The sheet clauses work on: facts given, and what earlier clauses came to. Amounts are exact oere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import NoReturn, TypeAlias

from settlement.eligibility import Case, Reason
from settlement.wording import LANGUAGES, Say

Keyed: TypeAlias = Mapping[str, Fraction]
Fact: TypeAlias = Fraction | bool | str | date | Keyed
Texts: TypeAlias = dict[str, str]
Ref: TypeAlias = Fraction | str
"""A number written in the agreement, or the name of a fact or of an earlier clause."""


class FactMissingError(LookupError):
    """A fact that a clause needs and nobody has given; its text is the fact's name."""


@dataclass(frozen=True, slots=True)
class Worked:
    """What a clause came to. amount: exact oere. parts: the amount by key, where it is split; they sum to the amount.

    version: the rate version that was used. carried: due in the next period, not in this one. steps: the calculation
    as text, by language.
    """

    amount: Fraction
    steps: Texts
    parts: Keyed = field(default_factory=dict)
    version: str = ""
    carried: bool = False


Outcome: TypeAlias = Worked | Reason


@dataclass(frozen=True, slots=True)
class Sheet:
    """What clauses read. on: the day that picks rates. facts: by name. results: of earlier clauses, by id.

    case: the episode before the agreement; None for agreements about periods, and when a written line is calculated
    again from the facts it states.
    """

    on: date
    facts: Mapping[str, Fact]
    results: Mapping[str, Worked] = field(default_factory=dict)
    case: Case | None = None
    key: str = ""

    def number(self, ref: Ref) -> Fraction:
        """A number: written out, a fact, or an earlier clause's amount. Of numbers by key it is the sheet's own key's,
        or their sum where the sheet is of no key."""
        if isinstance(ref, Fraction):
            return ref
        found = self._keyed(ref)
        if found is not None and self.key:
            return found[self.key] if self.key in found else self._missing(f"{ref}.{self.key}")
        if ref in self.results:
            return self.results[ref].amount
        value = sum(found.values(), Fraction()) if found is not None else self.facts.get(ref)
        return value if isinstance(value, Fraction) else self._missing(ref)

    def keyed(self, ref: str) -> Keyed:
        """Numbers by key, keys in order."""
        found = self._keyed(ref)
        if found is None:
            raise FactMissingError(ref)
        return dict(sorted(found.items()))

    def text(self, name: str) -> str:
        """A text: also a whole number written out, so that tariffs may be looked up by it."""
        value = self.facts.get(name)
        if isinstance(value, Fraction) and value.denominator == 1:
            return str(value.numerator)
        return value if isinstance(value, str) else self._missing(name)

    def flag(self, name: str) -> bool:
        """Yes or no."""
        value = self.facts.get(name)
        return value if isinstance(value, bool) else self._missing(name)

    def day(self, name: str) -> date:
        """A date."""
        value = self.facts.get(name)
        return value if isinstance(value, date) else self._missing(name)

    def keys(self, refs: Iterable[str]) -> tuple[str, ...]:
        """The keys of the keyed ones among some names, in order; empty where none is keyed."""
        found = {key for ref in refs for key in self._keyed(ref) or ()}
        return tuple(sorted(found))

    def at(self, key: str) -> Sheet:
        """The sheet of one key: keyed numbers are that key's."""
        return replace(self, key=key)

    def _keyed(self, ref: str) -> Keyed | None:
        if ref in self.results:
            return self.results[ref].parts or None
        value = self.facts.get(ref)
        return value if isinstance(value, Mapping) else None

    def _missing(self, name: str) -> NoReturn:
        raise FactMissingError(name)


def worked(amount: Fraction, formula: Callable[[Say], str], parts: Keyed | None = None, version: str = "") -> Worked:
    """An amount with its calculation in every language."""
    return Worked(amount, {language: formula(Say(language)) for language in LANGUAGES}, parts or {}, version)
