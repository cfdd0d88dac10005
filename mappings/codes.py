"""Code tables: one CSV each in `codes/`, and one way to look a code up. An unknown code is an issue, never an error
of ours.

`codes/<name>.csv` has a header line; its first column is the code. A new entry is one line.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from profiles.issue import Issue, error

Row = MappingProxyType[str, str]


@cache
def table(name: str) -> MappingProxyType[str, Row]:
    """A whole table: code to row. Raises FileNotFoundError for a table the program does not ship."""
    lines = files("mappings").joinpath(f"codes/{name}.csv").read_text("utf-8").splitlines()
    rows = csv.DictReader(lines)
    key = (rows.fieldnames or [""])[0]
    return MappingProxyType({row[key]: MappingProxyType(row) for row in rows})


def find(name: str, code: str) -> Row | None:
    """The row of a code, or None."""
    return table(name).get(code)


def translate(name: str, code: str, where: str) -> tuple[Row | None, tuple[Issue, ...]]:
    """The row of a code; else None and an issue with the codes that may stand at `where`."""
    row = find(name, code)
    if row is not None:
        return row, ()
    known = ", ".join(table(name))
    return None, (error("code-unknown", where, f"This code is not in the list. Known: {known}.", "code-invalid"),)
