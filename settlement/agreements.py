"""Agreements: what parties signed, read from data files: dated parties, clauses with dated rates, legal reference."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from settlement.clauses.forms import names_in
from settlement.clauses.kinds import Clause, read_clause
from settlement.course_facts import COURSE_FACTS
from settlement.datafile import DataFileError, Section, read
from settlement.eligibility import Party
from settlement.inputs import Input, read_input

SHIPPED = Path(__file__).with_name("agreements")
ROLES = ("authority", "operator", "payer", "cost-centre")
SUBJECTS = ("course", "period")


@dataclass(frozen=True, slots=True)
class Agreement:
    """An agreement. illustrative: its amounts are examples, not what anybody signed. titles and note by language.

    subject: "course" where every episode is priced, "period" where a party's period is, from inputs. inputs: what a
    period agreement is given. facts: names of what its clauses use of a course. decision_required: whether a line
    counts only when the region has decided on it; otherwise silence approves.
    """

    id: str
    title: dict[str, str]
    note: dict[str, str]
    legal_reference: str
    illustrative: bool
    subject: str
    valid_from: date
    valid_to: date
    parties: tuple[Party, ...]
    inputs: tuple[Input, ...]
    clauses: tuple[Clause, ...]
    facts: tuple[str, ...]
    decision_required: bool = False


def load(path: Path) -> Agreement:
    """The agreement in a TOML file; DataFileError (file, line, key, what to write) where it cannot be used."""
    top = read(path)
    top.only(*TOP)
    subject = top.choice("subject", SUBJECTS) if top.has("subject") else "course"
    inputs = tuple(read_input(section) for section in top.tables("input"))
    if inputs and subject == "course":
        top.fail("input", "has no place in an agreement about courses; their facts are those of the episodes.")
    known = _known(subject, inputs)
    clauses = tuple(_clause(section, known) for section in top.tables("clause"))
    if not clauses:
        top.fail("clause", "is missing. Write at least one [[clause]].")
    if len({clause.id for clause in clauses}) != len(clauses):
        top.fail("clause", "has the same id twice. Give every clause its own.")
    named = {name for clause in clauses for name in _names(clause)}
    return Agreement(
        id=top.text("id"),
        title=top.languages("title"),
        note=top.languages("note"),
        legal_reference=top.text("legal_reference"),
        illustrative=top.flag("illustrative"),
        subject=subject,
        valid_from=top.day("valid_from"),
        valid_to=top.day("valid_to", date.max),
        parties=tuple(_party(section) for section in top.tables("party")),
        inputs=inputs,
        clauses=clauses,
        decision_required=top.flag("decision_required"),
        facts=tuple(name for name in COURSE_FACTS if subject == "course" and name in named | {"iv-type", "category"}),
    )


TOP = (
    "id",
    "title",
    "note",
    "legal_reference",
    "illustrative",
    "subject",
    "decision_required",
    "valid_from",
    "valid_to",
    "party",
    "input",
    "clause",
)
"""What an agreement's file may hold at the top."""


def load_all(folder: Path = SHIPPED) -> tuple[Agreement, ...]:
    """Every agreement of a folder, by file name; DataFileError also where two have the same id."""
    found: dict[str, Agreement] = {}
    for path in sorted(folder.glob("*.toml")):
        agreement = load(path)
        if agreement.id in found:
            raise DataFileError(f"{path.name}, id: another agreement in the folder has the same id.")
        found[agreement.id] = agreement
    return tuple(found.values())


def problems(path: Path) -> tuple[str, ...]:
    """Everything that is wrong with an agreement's file, each with line, key and what to write; empty where it is well.

    Every party, input and clause is looked at, also where an earlier one is wrong.
    """
    found: dict[str, None] = {}

    def tried(read_one: Callable[[Section], object], sections: Iterable[Section]) -> list[object]:
        made = []
        for section in sections:
            try:
                made.append(read_one(section))
            except DataFileError as problem:
                found[str(problem)] = None
        return made

    try:
        top = read(path)
        tried(_party, top.tables("party"))
        inputs = [one for one in tried(read_input, top.tables("input")) if isinstance(one, Input)]
        known = _known(top.text("subject", "course"), tuple(inputs))
        tried(lambda section: _clause(section, known), top.tables("clause"))
        load(path)
    except DataFileError as problem:
        found[str(problem)] = None
    return tuple(found)


def _party(section: Section) -> Party:
    section.only("role", "code", "valid_from", "valid_to")
    role = section.choice("role", ROLES)
    return Party(role, section.text("code"), section.day("valid_from"), section.day("valid_to", date.max))


def _known(subject: str, inputs: tuple[Input, ...]) -> dict[str, str]:
    """What clauses may name, and what kind it is."""
    if subject == "period":
        return {one.id: one.names for one in inputs}
    return {name: kind for name, (kind, _) in COURSE_FACTS.items()}


def _names(clause: Clause) -> list[str]:
    """The facts and clauses a clause names; a tariff's key names facts too."""
    key = getattr(clause.rule, "key", ())
    return [*(name for _, _, name in names_in(clause.rule)), *key]


def _clause(section: Section, known: dict[str, str]) -> Clause:
    """A clause whose names are all known: inputs or facts, and clauses before it, which it is added to."""
    clause = read_clause(section)
    for field, wants, name in names_in(clause.rule):
        if not _fits(wants, known.get(name)):
            section.fail(field, f"{name!r} is no {_WANTED[wants]}. Known: {_listed(known, wants)}.")
    for name in getattr(clause.rule, "key", ()):
        if known.get(name) not in ("text", "number"):
            section.fail("key", f"must name facts. Known: {_listed(known, 'text')}.")
    known[clause.id] = "amount"
    return clause


_WANTED = {
    "number": "number or amount",
    "keyed": "list of numbers by key",
    "text": "text",
    "flag": "yes or no",
    "day": "date",
}


def _fits(wants: str, kind: str | None) -> bool:
    if kind == "amount":
        return wants in ("number", "keyed")
    return kind == wants or (wants == "number" and kind == "keyed") or (wants == "text" and kind == "number")


def _listed(known: Mapping[str, str], wants: str) -> str:
    return ", ".join(name for name, kind in known.items() if _fits(wants, kind)) or "none"
