"""Clauses: what an agreement is made of. Each kind is one small class and one line in KINDS.

A clause is given a case and the draft so far, and hands back the draft with its part added, or the reason why
nothing is paid. Clauses apply in the order the agreement's file has them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from settlement.datafile import Section
from settlement.eligibility import PREDICATES, Case, Facts, Reason
from settlement.money import indexed, kroner, oere, rounded
from settlement.wording import sentences

Texts = dict[str, str]


@dataclass(frozen=True, slots=True)
class Draft:
    """A price while clauses work on it. amount: exact oere. steps: the calculation so far, one text per language."""

    amount: Fraction = Fraction(0)
    clause: str = ""
    rate_version: str = ""
    steps: tuple[Texts, ...] = ()


class Clause(Protocol):
    """What every kind of clause can do."""

    @property
    def id(self) -> str:
        """The clause's name within its agreement."""
        ...

    def apply(self, case: Case, draft: Draft) -> Draft | Reason:
        """The draft with this clause's part, or why nothing is paid."""
        ...

    def recalculate(self, facts: Facts, draft: Draft) -> Draft | Reason:
        """The same for a line already written, from the facts the line states."""
        ...


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Predicates a course must fulfil to be paid; the first that fails is the reason."""

    id: str
    requires: tuple[str, ...]

    @classmethod
    def read(cls, section: Section) -> Eligibility:
        """requires = [names of predicates]."""
        section.only("id", "kind", "requires")
        requires = section.texts("requires")
        if any(name not in PREDICATES for name in requires):
            section.fail("requires", f"has an unknown predicate. Known: {', '.join(PREDICATES)}.")
        return cls(section.text("id"), requires)

    def apply(self, case: Case, draft: Draft) -> Draft | Reason:
        """The draft unchanged, or the first predicate's reason."""
        reasons = (PREDICATES[name](case) for name in self.requires)
        return next((reason for reason in reasons if reason), draft)

    def recalculate(self, facts: Facts, draft: Draft) -> Draft | Reason:  # noqa: ARG002  (the line was written)
        """The draft unchanged: what was eligible when the line was written is not asked again."""
        return draft


@dataclass(frozen=True, slots=True)
class RateVersion:
    """Rates in force from the first to the last day. rates: oere by key. derivation: how computed rates came about."""

    id: str
    valid_from: date
    valid_to: date
    price_level: str
    legal_reference: str
    rates: Mapping[tuple[str, ...], int]
    derivation: Mapping[tuple[str, ...], Texts]


@dataclass(frozen=True, slots=True)
class Tariff:
    """A dated tariff: an amount per course, looked up by facts of the course (S0: the weight category sets it)."""

    id: str
    title: Texts
    key: tuple[str, ...]
    versions: tuple[RateVersion, ...]

    @classmethod
    def read(cls, section: Section) -> Tariff:
        """title, key = [fact names], and [[clause.version]] tables that do not overlap."""
        section.only("id", "kind", "title", "key", "version")
        key = section.texts("key")
        if not key or any(name not in Facts.KEYS for name in key):
            section.fail("key", f"must name facts of a course. Known: {', '.join(Facts.KEYS)}.")
        versions: list[RateVersion] = []
        for table in section.tables("version"):
            versions.append(_version(table, len(key), versions))
        if not versions:
            section.fail("version", "is missing. Write at least one [[clause.version]].")
        return cls(section.text("id"), section.languages("title"), key, tuple(versions))

    def apply(self, case: Case, draft: Draft) -> Draft | Reason:
        """The draft with the rate in force on the service date."""
        facts = case.facts
        return self.recalculate(facts, draft) if facts else Reason("still-admitted")

    def recalculate(self, facts: Facts, draft: Draft) -> Draft | Reason:
        """The rate in force on the service date the facts state."""
        version = next((v for v in self.versions if v.valid_from <= facts.service_date <= v.valid_to), None)
        key = tuple(facts.value(name) for name in self.key)
        if version is None or key not in version.rates:
            return Reason("no-rate-in-force")
        step = {language: self._step(version, key, language) for language in ("da", "en")}
        amount = draft.amount + version.rates[key]
        return replace(draft, amount=amount, clause=self.id, rate_version=version.id, steps=(*draft.steps, step))

    def _step(self, version: RateVersion, key: tuple[str, ...], language: str) -> str:
        amount = kroner(version.rates[key], language)
        valid = f"{version.valid_from.isoformat()} - {version.valid_to.isoformat()}"
        derived = version.derivation[key][language] if key in version.derivation else ""
        level = f"{version.price_level}, {version.legal_reference}"
        words = {
            "da": (
                f"{self.title['da']} ({', '.join(key)}): 1 forløb x {amount} = {amount}",
                f"Satsversion {version.id}, gælder {valid}, prisniveau {level}",
            ),
            "en": (
                f"{self.title['en']} ({', '.join(key)}): 1 course x {amount} = {amount}",
                f"Rate version {version.id}, valid {valid}, price level {level}",
            ),
        }
        return sentences(*words[language], derived)


KINDS: Mapping[str, Callable[[Section], Clause]] = {
    "eligibility": Eligibility.read,
    "tariff": Tariff.read,
}


def _version(section: Section, width: int, earlier: list[RateVersion]) -> RateVersion:
    """One rate version: rates written out, or an earlier version carried to a new price level by index_percent."""
    section.only(
        "id",
        "valid_from",
        "valid_to",
        "price_level",
        "legal_reference",
        "rates",
        "projects",
        "index_percent",
        "round_to",
    )
    valid_from, valid_to = section.day("valid_from"), section.day("valid_to")
    if valid_from > valid_to:
        section.fail("valid_to", "lies before valid_from.")
    if any(valid_from <= version.valid_to and version.valid_from <= valid_to for version in earlier):
        section.fail("valid_from", "overlaps an earlier version. Let each day have one rate.")
    rates, derivation = _projected(section, earlier) if section.has("projects") else (_rates(section, width), {})
    texts = section.text("id"), valid_from, valid_to, section.text("price_level"), section.text("legal_reference")
    return RateVersion(*texts, rates, derivation)


def _rates(section: Section, width: int) -> dict[tuple[str, ...], int]:
    """rates = { "1" = 1000.00 } in kroner; a key of several facts is written "antibiotic/1"."""
    table = section.table("rates")
    found: dict[tuple[str, ...], int] = {}
    for name in table.values:
        key = tuple(name.split("/"))
        if len(key) != width:
            table.fail(name, f"must have {width} part(s), with / between them.")
        found[key] = _amount(table, name)
    return found


def _amount(table: Section, name: str) -> int:
    try:
        amount = oere(table.number(name))
    except ValueError as problem:
        table.fail(name, f"is no amount in kroner: {problem}.")
    return amount if amount >= 0 else table.fail(name, "is negative.")


def _projected(
    section: Section, earlier: list[RateVersion]
) -> tuple[dict[tuple[str, ...], int], dict[tuple[str, ...], Texts]]:
    """Rates carried on by a percentage; rounded once, to round_to oere (1 where it is not said)."""
    base = next((version for version in earlier if version.id == section.text("projects")), None)
    if base is None:
        section.fail("projects", "names no earlier version of this clause.")
    percent, to = section.number("index_percent"), section.integer("round_to", 1)
    if to < 1:
        section.fail("round_to", "is a number of oere: 1, or 100 for whole kroner.")
    rates = {key: rounded(indexed(amount, percent), to) for key, amount in base.rates.items()}
    texts = {key: _derived(base, key, percent, amount) for key, amount in rates.items()}
    return rates, texts


def _derived(base: RateVersion, key: tuple[str, ...], percent: Decimal, amount: int) -> Texts:
    return {
        language: f"{kroner(base.rates[key], language)} ({base.id}) + {percent} % = {kroner(amount, language)}"
        for language in ("da", "en")
    }
