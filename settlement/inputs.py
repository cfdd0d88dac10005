"""Inputs: what a period agreement is given, declared in its file: activity, baselines, goals met, choices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from settlement.clauses.sheet import Fact
from settlement.datafile import Section
from settlement.money import oere


@dataclass(frozen=True, slots=True)
class Input:
    """An input of an agreement. kind: a name of KINDS. example: a plainly illustrative value, None where there is none:
    what the founding documents do not give must be given, and is never assumed."""

    id: str
    kind: str
    title: dict[str, str]
    example: Fact | None

    @property
    def names(self) -> str:
        """What a clause may take it for: "number", "keyed", "text", "flag", "day"."""
        return KINDS[self.kind][0]


def read_input(section: Section) -> Input:
    """An [[input]] table: id, kind, title, and an illustrative value."""
    section.only("id", "kind", "title", "illustrative")
    kind = section.choice("kind", KINDS)
    example = KINDS[kind][1](section, "illustrative") if section.has("illustrative") else None
    return Input(section.text("id"), kind, section.languages("title"), example)


def read_values(section: Section, inputs: tuple[Input, ...]) -> dict[str, Fact]:
    """The values a table gives to an agreement's inputs; DataFileError for an unknown or wrongly written one.

    One that is not given is simply not there: the clause that needs it says so.
    """
    section.only(*(one.id for one in inputs))
    return {one.id: KINDS[one.kind][1](section, one.id) for one in inputs if section.has(one.id)}


def examples(inputs: tuple[Input, ...]) -> dict[str, Fact]:
    """The illustrative values."""
    return {one.id: one.example for one in inputs if one.example is not None}


def _kroner(section: Section, key: str) -> Fraction:
    try:
        return Fraction(oere(section.number(key)))
    except ValueError as problem:
        section.fail(key, f"is no amount in kroner: {problem}.")


def _number(section: Section, key: str) -> Fraction:
    return Fraction(section.number(key))


def _yes(section: Section, key: str) -> Fraction:
    return Fraction(section.flag(key))


def _keyed(read: Callable[[Section, str], Fraction]) -> Callable[[Section, str], Fact]:
    def values(section: Section, key: str) -> Fact:
        table = section.table(key)
        return {name: read(table, name) for name in table.values}

    return values


def _flag(section: Section, key: str) -> Fact:
    return section.flag(key)


KINDS: Mapping[str, tuple[str, Callable[[Section, str], Any]]] = {
    "amount": ("number", _kroner),
    "number": ("number", _number),
    "text": ("text", lambda section, key: section.text(key)),
    "flag": ("flag", _flag),
    "day": ("day", lambda section, key: section.day(key)),
    "amounts": ("keyed", _keyed(_kroner)),
    "numbers": ("keyed", _keyed(_number)),
    "flags": ("keyed", _keyed(_yes)),
}
"""Kinds of inputs: what clauses may take them for, and how they are read. amount(s): kroner."""
