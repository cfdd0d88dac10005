"""Agreements: what parties signed, read from data files: dated parties, clauses with dated rates, legal reference."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from settlement.clauses import KINDS, Clause
from settlement.datafile import DataFileError, Section, read
from settlement.eligibility import Party

SHIPPED = Path(__file__).with_name("agreements")
ROLES = ("authority", "operator", "payer")


@dataclass(frozen=True, slots=True)
class Agreement:
    """An agreement. illustrative: its amounts are examples, not what anybody signed. titles and note by language."""

    id: str
    title: dict[str, str]
    note: dict[str, str]
    legal_reference: str
    illustrative: bool
    valid_from: date
    valid_to: date
    parties: tuple[Party, ...]
    clauses: tuple[Clause, ...]


def load(path: Path) -> Agreement:
    """The agreement in a TOML file; DataFileError (file, line, key, what to write) where it cannot be used."""
    top = read(path)
    top.only("id", "title", "note", "legal_reference", "illustrative", "valid_from", "valid_to", "party", "clause")
    clauses = tuple(_clause(section) for section in top.tables("clause"))
    if not clauses:
        top.fail("clause", "is missing. Write at least one [[clause]].")
    if len({clause.id for clause in clauses}) != len(clauses):
        top.fail("clause", "has the same id twice. Give every clause its own.")
    return Agreement(
        id=top.text("id"),
        title=top.languages("title"),
        note=top.languages("note"),
        legal_reference=top.text("legal_reference"),
        illustrative=top.flag("illustrative"),
        valid_from=top.day("valid_from"),
        valid_to=top.day("valid_to", date.max),
        parties=tuple(_party(section) for section in top.tables("party")),
        clauses=clauses,
    )


def load_all(folder: Path = SHIPPED) -> tuple[Agreement, ...]:
    """Every agreement of a folder, by file name; DataFileError also where two have the same id."""
    found: dict[str, Agreement] = {}
    for path in sorted(folder.glob("*.toml")):
        agreement = load(path)
        if agreement.id in found:
            raise DataFileError(f"{path.name}, id: another agreement in the folder has the same id.")
        found[agreement.id] = agreement
    return tuple(found.values())


def _party(section: Section) -> Party:
    section.only("role", "code", "valid_from", "valid_to")
    role = section.choice("role", ROLES)
    return Party(role, section.text("code"), section.day("valid_from"), section.day("valid_to", date.max))


def _clause(section: Section) -> Clause:
    return KINDS[section.choice("kind", KINDS)](section)
