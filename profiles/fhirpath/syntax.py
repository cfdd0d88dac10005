"""The parts of a parsed FHIRPath expression: frozen values, built by the parser."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Literal:
    """A value as written. kind: boolean, string, number, date, datetime or time; text: without quotes and "@"."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class QuantityLiteral:
    """A number with a unit. calendar: the unit is a word (days), not a UCUM code in quotes."""

    number: str
    unit: str
    calendar: bool


@dataclass(frozen=True, slots=True)
class Empty:
    """The empty collection: { }."""


@dataclass(frozen=True, slots=True)
class Constant:
    """A variable of the environment: %resource."""

    name: str


@dataclass(frozen=True, slots=True)
class Variable:
    """$this, $index or $total."""

    name: str


@dataclass(frozen=True, slots=True)
class Member:
    """A step of a path. source: None where the path begins here."""

    source: Ast | None
    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function. source: None where it is called on $this."""

    source: Ast | None
    name: str
    arguments: tuple[Ast, ...]


@dataclass(frozen=True, slots=True)
class Index:
    """source[index]."""

    source: Ast
    index: Ast


@dataclass(frozen=True, slots=True)
class Unary:
    """+ or - before a term; "desc" after a key of sort()."""

    operator: str
    operand: Ast


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands and what stands between them."""

    operator: str
    left: Ast
    right: Ast


@dataclass(frozen=True, slots=True)
class TypeTest:
    """operand is Type, operand as Type. type_name: one or two parts ("FHIR.Patient")."""

    operator: str
    operand: Ast
    type_name: str


Ast: TypeAlias = (
    Literal | QuantityLiteral | Empty | Constant | Variable | Member | Call | Index | Unary | Binary | TypeTest
)
