"""Forms: how a field of a clause is written in an agreement's file. One form reads it, and says so in JSON Schema."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, fields
from datetime import date
from fractions import Fraction
from typing import Annotated, Any, TypeAlias, TypeVar, get_args, get_type_hints

from settlement.datafile import Section
from settlement.money import oere

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """read: the value of a key of a section, or DataFileError. schema: the same as JSON Schema. names: what a text in
    it refers to: "" nothing, "number", "keyed", "text", "flag", "day". is_money: whether its numbers are oere."""

    read: Callable[[Section, str], Any]
    schema: Mapping[str, Any]
    names: str = ""
    is_money: bool = False


def _amount(section: Section, key: str) -> Fraction | str:
    """Kroner written as a number, or a name."""
    if isinstance(section.values.get(key), str):
        return section.text(key)
    number = section.number(key)
    try:
        return Fraction(oere(number))
    except ValueError as problem:
        section.fail(key, f"is no amount in kroner: {problem}.")


def _number(section: Section, key: str) -> Fraction | str:
    return section.text(key) if isinstance(section.values.get(key), str) else Fraction(section.number(key))


def _weights(section: Section, key: str) -> dict[str, Fraction]:
    """A table of numbers by key, none of them negative."""
    table = section.table(key)
    found = {name: Fraction(table.number(name)) for name in table.values}
    if not found or min(found.values()) < 0:
        section.fail(key, "must hold at least one number, and none below 0.")
    return found


def _choices(section: Section, key: str) -> dict[str, Fraction | str]:
    table = section.table(key)
    return {name: _amount(table, name) for name in table.values} or section.fail(key, "must hold at least one name.")


def _steps(section: Section, key: str) -> tuple[tuple[Fraction, Fraction], ...]:
    """Numbers by the number they start from, lowest first: { "90" = 50, "100" = 100 }."""
    table = section.table(key)
    for name in table.values:
        if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", name, re.ASCII):
            table.fail(name, 'must be a number in quotes, such as "95".')
    found = {Fraction(name): Fraction(table.number(name)) for name in table.values}
    return tuple(sorted(found.items())) or section.fail(key, "must hold at least one step.")


def _days(section: Section, key: str) -> tuple[date, ...]:
    found = section.values.get(key)
    if not isinstance(found, list) or not found or not all(type(one) is date for one in found):
        section.fail(key, "must be a list of dates without quotes, such as [2026-03-01].")
    return tuple(found)


def _name(section: Section, key: str) -> str:
    return section.text(key)


_NAME = {"type": "string", "minLength": 1}
_NUMBER_OR_NAME = {"anyOf": [{"type": "number"}, _NAME]}

Amount: TypeAlias = Annotated[
    Fraction | str,
    Form(_amount, {**_NUMBER_OR_NAME, "description": "kroner, or a name"}, "number", is_money=True),
]
"""Kroner, read as exact oere; or the name of a fact or of an earlier clause."""
Number: TypeAlias = Annotated[Fraction | str, Form(_number, _NUMBER_OR_NAME, "number")]
"""A number or a percentage; or a name."""
KeyedName: TypeAlias = Annotated[str, Form(_name, {**_NAME, "description": "name of numbers by key"}, "keyed")]
TextName: TypeAlias = Annotated[str, Form(_name, {**_NAME, "description": "name of a text"}, "text")]
FlagName: TypeAlias = Annotated[str, Form(_name, {**_NAME, "description": "name of a yes or no"}, "flag")]
DayName: TypeAlias = Annotated[str, Form(_name, {**_NAME, "description": "name of a date"}, "day")]
Names: TypeAlias = Annotated[
    tuple[str, ...], Form(lambda section, key: section.texts(key), {"type": "array", "items": _NAME}, "number")
]
"""Names of facts or of earlier clauses."""
Words: TypeAlias = Annotated[
    tuple[str, ...], Form(lambda section, key: section.texts(key), {"type": "array", "items": _NAME})
]
Choices: TypeAlias = Annotated[
    Mapping[str, Fraction | str],
    Form(
        _choices,
        {"type": "object", "additionalProperties": _NUMBER_OR_NAME, "minProperties": 1},
        "number",
        is_money=True,
    ),
]
"""Amounts, or names of them, by the text that chooses them."""
Word: TypeAlias = Annotated[str, Form(_name, _NAME)]
Steps: TypeAlias = Annotated[
    tuple[tuple[Fraction, Fraction], ...],
    Form(
        _steps,
        {
            "type": "object",
            "patternProperties": {r"^[0-9]+(\.[0-9]+)?$": {"type": "number"}},
            "additionalProperties": False,
            "minProperties": 1,
        },
    ),
]
"""Percentages by the number they start from."""
Weights: TypeAlias = Annotated[
    Mapping[str, Fraction],
    Form(_weights, {"type": "object", "additionalProperties": {"type": "number", "minimum": 0}, "minProperties": 1}),
]
Days: TypeAlias = Annotated[
    tuple[date, ...], Form(_days, {"type": "array", "items": {"type": "string", "format": "date"}, "minItems": 1})
]
Integer: TypeAlias = Annotated[int, Form(lambda section, key: section.integer(key), {"type": "integer"})]
Flag: TypeAlias = Annotated[bool, Form(lambda section, key: section.flag(key), {"type": "boolean"})]


def forms_of(kind: type) -> dict[str, tuple[Form, Field[Any]]]:
    """The fields of a kind of clause with their forms, in the order they are declared."""
    hints = get_type_hints(kind, include_extras=True)
    found: dict[str, tuple[Form, Field[Any]]] = {}
    for one in fields(kind):
        found[one.name] = (_form(hints[one.name]), one)
    return found


def _form(hint: object) -> Form:
    """The form of a field, also of one that may be left out ("Amount | None")."""
    for hinted in (hint, *get_args(hint)):
        for form in getattr(hinted, "__metadata__", ()):
            if isinstance(form, Form):
                return form
    raise TypeError(f"{hint} has no form: say how it is written in an agreement's file.")


def read_fields(kind: type[T], section: Section) -> T:
    """An instance of a kind from its table; DataFileError where a field is missing or written wrongly."""
    values: dict[str, Any] = {}
    for name, (form, declared) in forms_of(kind).items():
        if section.has(name):
            values[name] = form.read(section, name)
        elif declared.default is MISSING and declared.default_factory is MISSING:
            section.fail(name, f"is missing. {str(kind.__doc__).splitlines()[0]}")
    return kind(**values)


def names_in(rule: object) -> list[tuple[str, str, str]]:
    """The names a clause refers to: (field, what it refers to, name)."""
    found: list[tuple[str, str, str]] = []
    for field_name, (form, _) in forms_of(type(rule)).items():
        if form.names:
            found += [(field_name, form.names, name) for name in _texts(getattr(rule, field_name))]
    return found


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value] if value else []
    if isinstance(value, tuple):
        return [one for one in value if isinstance(one, str)]
    return [one for one in value.values() if isinstance(one, str)] if isinstance(value, Mapping) else []
