"""Budgets: what a year may cost, by agreement and municipality, read from a data file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

from settlement.datafile import Section, read
from settlement.money import oere

Budgets: TypeAlias = Mapping[tuple[str, str, int], int]
"""Oere a year, by agreement, municipality and year."""


def read_budgets(path: Path) -> dict[tuple[str, str, int], int]:
    """The [[budget]] tables of a TOML file, each with year, agreement, municipality (four digits) and kroner.

    Raises DataFileError with file, line, key and what to write.
    """
    top = read(path)
    top.only("budget")
    found: dict[tuple[str, str, int], int] = {}
    for table in top.tables("budget"):
        key, amount = _budget(table)
        if key in found:
            table.fail("municipality", "has this agreement's budget of the year twice. Give it one.")
        found[key] = amount
    return found


def _budget(table: Section) -> tuple[tuple[str, str, int], int]:
    table.only("year", "agreement", "municipality", "kroner")
    municipality = table.text("municipality")
    if not (len(municipality) == 4 and municipality.isascii() and municipality.isdigit()):
        table.fail("municipality", "must be a municipality's code of four digits in quotes.")
    kroner = table.number("kroner")
    try:
        amount = oere(kroner)
    except ValueError as problem:
        table.fail("kroner", f"is no amount in kroner: {problem}.")
    return (table.text("agreement"), municipality, table.integer("year")), amount
