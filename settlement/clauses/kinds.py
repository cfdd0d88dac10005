"""The kinds of clauses, and a clause as an agreement's file has it: a kind with its fields, a title and its days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Protocol

from settlement.clauses.activity import Baseline, CarryOver, Clawback, GrowthLimit, GrowthPassThrough, Report
from settlement.clauses.amounts import Choose, Difference, Limit, PercentOf, PriceIndex, Share, Sum
from settlement.clauses.conditions import Eligibility, Exclusion, Inclusion, Requirement, Threshold
from settlement.clauses.forms import forms_of, names_in, read_fields
from settlement.clauses.outcomes import Bundle, CaseMix, Deadline, ExpectedEffect
from settlement.clauses.pools import Approval, Goals, PerUnit, Pool, Staircase
from settlement.clauses.sheet import FactMissingError, Outcome, Sheet, Texts, Worked
from settlement.clauses.subsidies import BaseAndExtra, Instalments
from settlement.clauses.targets import Target
from settlement.clauses.tariffs import Tariff
from settlement.datafile import Section
from settlement.eligibility import PREDICATES, Reason
from settlement.money import rounded
from settlement.wording import LANGUAGES, sentences

CONDITIONS = (Eligibility, Exclusion, Inclusion, Requirement, Threshold)
"""Kinds that pay nothing themselves."""


class Rule(Protocol):
    """What every kind of clause can do."""

    def work(self, sheet: Sheet) -> Outcome:
        """What it comes to on a sheet, or why nothing is paid. Pure."""
        ...


KINDS: Mapping[str, type[Rule]] = {
    "approval": Approval,
    "base-and-extra": BaseAndExtra,
    "baseline": Baseline,
    "bundle": Bundle,
    "carry-over": CarryOver,
    "case-mix": CaseMix,
    "choose": Choose,
    "clawback": Clawback,
    "deadline": Deadline,
    "difference": Difference,
    "eligibility": Eligibility,
    "exclusion": Exclusion,
    "expected-effect": ExpectedEffect,
    "goals": Goals,
    "growth-limit": GrowthLimit,
    "growth-pass-through": GrowthPassThrough,
    "inclusion": Inclusion,
    "instalments": Instalments,
    "limit": Limit,
    "per-unit": PerUnit,
    "percent-of": PercentOf,
    "pool": Pool,
    "price-index": PriceIndex,
    "report": Report,
    "requirement": Requirement,
    "share": Share,
    "staircase": Staircase,
    "sum": Sum,
    "target": Target,
    "tariff": Tariff,
    "threshold": Threshold,
}

HEAD = ("id", "kind", "title", "pays", "by_key", "valid_from", "valid_to", "round_to")
"""Fields that clauses of every kind have."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of an agreement.

    pays: whether its amount is paid; an amount that later clauses work on is not. by_key: worked out for every key of
    the numbers it names, one part each. valid_from, valid_to: the days it is in force. round_to: oere its amount is
    rounded to, 0 where it stays exact for later clauses (what is paid is whole oere in any case).
    """

    id: str
    kind: str
    title: Texts
    pays: bool
    by_key: bool
    valid_from: date
    valid_to: date
    round_to: int
    rule: Rule

    def apply(self, sheet: Sheet) -> Outcome | None:
        """What the clause comes to; the reason why nothing is paid; None where it is not in force on the day."""
        if not self.valid_from <= sheet.on <= self.valid_to:
            return None
        try:
            outcome = self._by_key(sheet) if self.by_key else self.rule.work(sheet)
        except FactMissingError as missing:
            return Reason("fact-missing", str(missing))
        if isinstance(outcome, Reason) or not outcome.steps:
            return outcome
        return self._finished(outcome)

    def _by_key(self, sheet: Sheet) -> Outcome:
        found: dict[str, Worked] = {}
        for key in sheet.keys(name for _, wants, name in names_in(self.rule) if wants == "number"):
            outcome = self.rule.work(sheet.at(key))
            if isinstance(outcome, Reason):
                return outcome
            found[key] = outcome
        steps = {
            language: sentences(*(f"{key}: {one.steps[language]}" for key, one in found.items()))
            for language in LANGUAGES
        }
        parts = {key: one.amount for key, one in found.items()}
        return Worked(sum(parts.values(), Fraction()), steps, parts, carried=any(one.carried for one in found.values()))

    def _finished(self, outcome: Worked) -> Worked:
        """The amount rounded where the clause says so, and the steps begun with the title."""
        steps = {language: f"{self.title[language]}: {text}" for language, text in outcome.steps.items()}
        amount, parts = outcome.amount, outcome.parts
        if self.round_to:
            amount = Fraction(rounded(amount, self.round_to))
            parts = {key: Fraction(part) for key, part in whole_parts(parts, int(amount), self.round_to).items()}
        return Worked(amount, steps, parts, outcome.version, outcome.carried)


def whole_parts(parts: Mapping[str, Fraction], whole: int, to: int = 1) -> dict[str, int]:
    """Parts in multiples of `to` oere that sum to a whole: what is left over goes to the largest remainders."""
    floors = {key: int(part // to) for key, part in parts.items()}
    left = whole // to - sum(floors.values())
    order = sorted(parts, key=lambda key: (floors[key] - parts[key] / to, key))
    return {key: (floor + (order.index(key) < left)) * to for key, floor in floors.items()}


def read_clause(section: Section) -> Clause:
    """A [[clause]] table; DataFileError (file, line, key, what to write) where it cannot be used."""
    kind = section.choice("kind", KINDS)
    rule_class = KINDS[kind]
    section.only(*HEAD, *forms_of(rule_class))
    rule = read_fields(rule_class, section)
    is_condition = rule_class in CONDITIONS
    if isinstance(rule, Eligibility) and any(name not in PREDICATES for name in rule.requires):
        section.fail("requires", f"has an unknown predicate. Known: {', '.join(PREDICATES)}.")
    if isinstance(rule, Share) and rule.claims not in rule.weights:
        section.fail("claims", f"is none of the weights. Write one of: {', '.join(rule.weights)}.")
    name = section.text("id")
    return Clause(
        id=name,
        kind=kind,
        title=section.languages("title") if section.has("title") or not is_condition else {"da": name, "en": name},
        pays=not is_condition and (section.flag("pays") if section.has("pays") else True),
        by_key=section.flag("by_key"),
        valid_from=section.day("valid_from", date.min),
        valid_to=section.day("valid_to", date.max),
        round_to=section.integer("round_to", 0),
        rule=rule,
    )
