"""A table as CSV for Danish spreadsheets: semicolons, decimal commas, UTF-8 with its mark."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence


def sheet(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A table as CSV. A text that a spreadsheet would take for a formula is written as text."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(heads)
    writer.writerows([_plain(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def inert(text: str) -> str:
    """A text from elsewhere that no spreadsheet takes for a formula; one that begins with a minus is no amount."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _plain(value: object) -> object:
    is_formula = isinstance(value, str) and value[:1] in ("=", "+", "@", "\t", "\r")
    return f"'{value}" if is_formula else value
