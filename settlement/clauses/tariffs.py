"""Dated tariffs: an amount looked up by facts, with the price level and the legal reference of its version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, TypeAlias

from settlement.clauses.forms import Form, Number, Words
from settlement.clauses.sheet import Outcome, Ref, Sheet, Texts, worked
from settlement.datafile import Section
from settlement.eligibility import Reason
from settlement.money import indexed, kroner, oere, rounded
from settlement.wording import LANGUAGES, Say, sentences

Key: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RateVersion:
    """Rates in force from the first to the last day. rates: oere by key. derivation: how computed rates came about."""

    id: str
    valid_from: date
    valid_to: date
    price_level: str
    legal_reference: str
    rates: Mapping[Key, int]
    derivation: Mapping[Key, Texts]


def read_versions(section: Section, key: str) -> tuple[RateVersion, ...]:
    """The [[clause.version]] tables of a tariff; DataFileError where two overlap, or none is there."""
    versions: list[RateVersion] = []
    width = len(section.texts("key"))
    for table in section.tables(key):
        versions.append(_version(table, width, versions))
    return tuple(versions) or section.fail(key, "is missing. Write at least one [[clause.version]].")


_DAY = {"type": "string", "format": "date"}
_VERSION_SCHEMA = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "additionalProperties": False,
        "required": ["id", "valid_from", "valid_to", "price_level", "legal_reference"],
        "properties": {
            "id": {"type": "string"},
            "valid_from": _DAY,
            "valid_to": _DAY,
            "price_level": {"type": "string"},
            "legal_reference": {"type": "string"},
            "rates": {"type": "object", "additionalProperties": {"type": "number", "minimum": 0}},
            "projects": {"type": "string"},
            "index_percent": {"type": "number"},
            "round_to": {"type": "integer", "minimum": 1},
        },
    },
}
Versions: TypeAlias = Annotated[tuple[RateVersion, ...], Form(read_versions, _VERSION_SCHEMA)]


@dataclass(frozen=True, slots=True)
class Tariff:
    """A dated tariff, looked up by facts: the weight category sets the amount (S0).

    key: names of facts. times: what the rate is multiplied by (days, visits); beyond: how many of them are not paid
    (day tariffs of long courses). Where times is a number by month, the amount is split by month, and what is not
    paid is taken from the first months.
    """

    key: Words
    version: Versions
    times: Number = Fraction(1)
    beyond: Number = Fraction(0)

    def work(self, sheet: Sheet) -> Outcome:
        """rate x max(times - beyond, 0); a month's part at the rate of that month."""
        key = tuple(sheet.text(name) for name in self.key)
        counted = _counted(sheet, self.times, sheet.number(self.beyond))
        versions = {part: self._in_force(_day(sheet.on, part), key) for part in counted or {"": Fraction()}}
        found = [version for version in versions.values() if version is not None]
        if len(found) < len(versions):
            return Reason("no-rate-in-force")
        amounts = {
            part: version.rates[key] * counted[part] for part, version in versions.items() if version and counted
        }
        used = list(dict.fromkeys(version.id for version in found))
        by_version = [
            (version, sum((counted[part] for part in counted if versions[part] is version), Fraction()))
            for version in {version.id: version for version in found}.values()
        ]
        parts = {part: amount for part, amount in amounts.items() if part}
        return worked(
            sum(amounts.values(), Fraction()),
            lambda say: sentences(*(_told(say, version, key, count) for version, count in by_version)),
            parts,
            ", ".join(used),
        )

    def _in_force(self, day: date, key: Key) -> RateVersion | None:
        return next((one for one in self.version if one.valid_from <= day <= one.valid_to and key in one.rates), None)


def _day(on: date, part: str) -> date:
    """The day that picks a part's rate: the first of its month, but not before the first day of all."""
    return max(on, date.fromisoformat(f"{part}-01")) if part else on


def _counted(sheet: Sheet, times: Ref, beyond: Fraction) -> dict[str, Fraction]:
    """What is paid, by part ("" where it is not split): the first so many are not."""
    is_split = isinstance(times, str) and bool(sheet.keys([times])) and not sheet.key
    left, counted = beyond, {}
    for part, count in (sheet.keyed(str(times)) if is_split else {"": sheet.number(times)}).items():
        counted[part] = max(count - left, Fraction())
        left = max(left - count, Fraction())
    return {part: count for part, count in counted.items() if count} if is_split else counted


def _told(say: Say, version: RateVersion, key: Key, quantity: Fraction) -> str:
    each = version.rates[key]
    amount = f"{say.number(quantity)} x {say.money(each)} = {say.money(each * quantity)}"
    valid = f"{version.valid_from.isoformat()} - {version.valid_to.isoformat()}"
    derived = version.derivation[key][say.language] if key in version.derivation else ""
    level = f"{version.price_level}, {version.legal_reference}"
    return sentences(
        f"{', '.join(key)}: {amount}" if key else amount,
        say(
            f"Satsversion {version.id}, gælder {valid}, prisniveau {level}",
            f"Rate version {version.id}, valid {valid}, price level {level}",
        ),
        derived,
    )


def _version(section: Section, width: int, earlier: list[RateVersion]) -> RateVersion:
    """One rate version: rates written out, or an earlier version carried to a new price level by index_percent."""
    section.only(*_VERSION_SCHEMA["items"]["properties"])  # type: ignore[index]
    valid_from, valid_to = section.day("valid_from"), section.day("valid_to")
    if valid_from > valid_to:
        section.fail("valid_to", "lies before valid_from.")
    if any(valid_from <= version.valid_to and version.valid_from <= valid_to for version in earlier):
        section.fail("valid_from", "overlaps an earlier version. Let each day have one rate.")
    rates, derivation = _projected(section, earlier) if section.has("projects") else (_rates(section, width), {})
    texts = section.text("id"), valid_from, valid_to, section.text("price_level"), section.text("legal_reference")
    return RateVersion(*texts, rates, derivation)


def _rates(section: Section, width: int) -> dict[Key, int]:
    """rates = { "1" = 1000.00 } in kroner; a key of several facts is written "antibiotic/1", one of none "all"."""
    table = section.table("rates")
    found: dict[Key, int] = {}
    for name in table.values:
        key = tuple(name.split("/")) if width else ()
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


def _projected(section: Section, earlier: list[RateVersion]) -> tuple[dict[Key, int], dict[Key, Texts]]:
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


def _derived(base: RateVersion, key: Key, percent: Decimal, amount: int) -> Texts:
    return {
        language: f"{kroner(base.rates[key], language)} ({base.id}) + {Say(language).percent(Fraction(percent))} = "
        f"{kroner(amount, language)}"
        for language in LANGUAGES
    }
