"""Data files: TOML read with exact decimals, and errors that name file, key and line."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn, TypeVar

T = TypeVar("T")
MOST_DIGITS = 30
"""Before its decimal point or after it: 1e999999999 would take all memory."""


class DataFileError(ValueError):
    """A data file that cannot be used: "file, line 12, clause[1].kind: what is wrong and what to write"."""


@dataclass(frozen=True, slots=True)
class Section:
    """A table of a TOML file, with what an error about it needs to say. path: "clause[2].version[1]", "" at the top."""

    file: str
    source: str
    path: str
    values: Mapping[str, Any]

    def fail(self, key: str, what: str) -> NoReturn:
        """Raise a DataFileError about one key."""
        line = line_of(self.source, self.path, key)
        place = f"{self.file}, line {line}" if line else self.file
        raise DataFileError(f"{place}, {self._name(key)}: {what}")

    def only(self, *keys: str) -> None:
        """Refuse keys that mean nothing here: a misspelt key must not pass in silence."""
        for key in self.values:
            if key not in keys:
                self.fail(key, f"unknown key. Known here: {', '.join(keys)}.")

    def has(self, key: str) -> bool:
        """Whether the key is there."""
        return key in self.values

    def text(self, key: str, default: str | None = None) -> str:
        """A text; without a default it must be there and not be empty."""
        found = self._typed(key, str, default, "a text in quotes")
        return found if found or default is not None else self.fail(key, "is empty. Write a text.")

    def flag(self, key: str) -> bool:
        """true or false; false where it is not there."""
        return self._typed(key, bool, False, "true or false")

    def integer(self, key: str, default: int | None = None) -> int:
        """A whole number."""
        return self._typed(key, int, default, "a whole number")

    def day(self, key: str, default: date | None = None) -> date:
        """A date written without quotes, 2026-01-01."""
        found = self._typed(key, date, default, "a date without quotes, such as 2026-01-01")
        return self.fail(key, "is a time. Write a date, such as 2026-01-01.") if isinstance(found, datetime) else found

    def number(self, key: str) -> Decimal:
        """A number, exact as written."""
        found = self.values.get(key)
        if isinstance(found, bool) or not isinstance(found, int | Decimal):
            self.fail(key, "must be a number, such as 1.4.")
        number = Decimal(found)
        if not number.is_finite() or (number and abs(number.adjusted()) > MOST_DIGITS):
            self.fail(key, f"is too large or too small: a number has {MOST_DIGITS} digits at most.")
        return number

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """A list of texts."""
        found = self._typed(key, list, None if default is None else list(default), 'a list, such as ["a", "b"]')
        if not all(isinstance(item, str) for item in found):
            self.fail(key, "must hold texts only.")
        return tuple(found)

    def languages(self, key: str) -> dict[str, str]:
        """A text in Danish and English: key = { da = "...", en = "..." }."""
        table = self.table(key)
        table.only("da", "en")
        return {"da": table.text("da"), "en": table.text("en")}

    def table(self, key: str) -> Section:
        """A table within this one."""
        found = self._typed(key, dict, None, "a table")
        return Section(self.file, self.source, self._name(key), found)

    def tables(self, key: str) -> tuple[Section, ...]:
        """The tables [[key]] within this one, in order."""
        found = self._typed(key, list, [], "tables written [[...]]")
        names = (f"{self._name(key)}[{place}]" for place in range(1, len(found) + 1))
        return tuple(Section(self.file, self.source, *pair) for pair in zip(names, found, strict=True))

    def choice(self, key: str, choices: Mapping[str, T] | Iterable[str]) -> str:
        """One of several texts."""
        found, known = self.text(key), tuple(choices)
        return found if found in known else self.fail(key, f"is not known. Write one of: {', '.join(known)}.")

    def _name(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def _typed(self, key: str, kind: type[T], default: T | None, wanted: str) -> T:
        found = self.values.get(key, default)
        if found is None:
            self.fail(key, f"is missing. Write {wanted}.")
        if not isinstance(found, kind) or (kind is int and isinstance(found, bool)):
            self.fail(key, f"must be {wanted}.")
        return found


def read(path: Path) -> Section:
    """The top table of a TOML file; DataFileError where it cannot be read or is no TOML."""
    try:
        source = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as problem:
        raise DataFileError(f"{path.name}: is not text in UTF-8; save it as UTF-8.") from problem
    except OSError as problem:
        raise DataFileError(f"{path.name}: cannot be read: {problem.strerror or type(problem).__name__}.") from problem
    return read_text(path.name, source)


def read_text(name: str, source: str) -> Section:
    """The top table of TOML text; DataFileError, which calls it by that name, where it is none."""
    try:
        return Section(name, source, "", tomllib.loads(source, parse_float=Decimal))
    except (ValueError, RecursionError) as problem:  # a number of thousands of digits, tables in tables without end
        raise DataFileError(f"{name}: not valid TOML: {problem}.") from problem


def line_of(source: str, path: str, key: str) -> int | None:
    """The line a key stands on, else the line of its table's header; None where neither is found."""
    counts: Counter[str] = Counter()
    here, header = "", None
    for number, line in enumerate(source.splitlines(), start=1):
        opened = re.match(r"\s*(\[\[?)\s*([\w.\-]+)\s*\]", line)
        if opened:
            here = _opened(opened[2], opened[1] == "[[", counts)
            header = number if here == path else header
        elif here == path and re.match(rf'\s*"?{re.escape(key)}"?\s*[.=]', line):
            return number
    return header


def _opened(name: str, is_list: bool, counts: Counter[str]) -> str:
    """The path of a header, with the number of each list table it lies in; counts is kept up to date."""
    if is_list:
        counts[name] += 1
        for inner in [other for other in counts if other.startswith(f"{name}.")]:
            del counts[inner]
    parts = name.split(".")
    prefixes = [".".join(parts[: place + 1]) for place in range(len(parts))]
    numbered = [
        f"{part}[{counts[prefix]}]" if counts[prefix] else part for part, prefix in zip(parts, prefixes, strict=True)
    ]
    return ".".join(numbered)
