"""A reconciliation as CSV and workbook: every course on either side, one row each. No citizen is named."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

from gateway.papers import words
from gateway.papers.sheet import inert
from gateway.reconciling import Reconciled, municipality_of
from settlement.reconciling import WORDS, Compared

MADE = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""The same courses give the same bytes, so the workbook tells no time of its making."""
HEADS: Mapping[str, tuple[str, str]] = {
    "agreement": ("Aftale", "Agreement"),
    "finding": ("Fund", "Finding"),
    "municipality": ("Kommune", "Municipality"),
    "claimed_start": ("Krævet startdag", "Start claimed"),
    "claimed_kind": ("Krævet IV-type", "IV type claimed"),
    "claimed_category": ("Krævet kategori", "Category claimed"),
    "registered_start": ("Registreret startdag", "Start registered"),
    "registered_kind": ("Registreret IV-type", "IV type registered"),
    "registered_category": ("Registreret kategori", "Category registered"),
    "claimed": ("Krævet (kr.)", "Claimed (DKK)"),
    "expected": ("Efter registreringen (kr.)", "By the registration (DKK)"),
    "difference": ("Forskel (kr.)", "Difference (DKK)"),
    "explanation": ("Forklaring", "Explanation"),
    "lines": ("Linjer", "Lines"),
    "registration": ("Registrering", "Registration"),
}


@dataclass(frozen=True, slots=True)
class Oere:
    """An amount, which each form writes in its own way; None where there is none."""

    amount: int | None


Cell = str | date | Oere


def as_csv(found: Iterable[Reconciled], language: str) -> bytes:
    """Semicolons, decimal commas, UTF-8 with its mark: what Danish spreadsheets read."""
    return csv_head(language) + b"".join(csv_rows(each, language) for each in found)


def csv_head(language: str) -> bytes:
    """The first line of such a file."""
    return _csv([[name[language != "da"] for name in HEADS.values()]]).encode("utf-8-sig")


def csv_rows(found: Reconciled, language: str) -> bytes:
    """A municipality's lines of it."""
    return _csv([_text(cell, language) for cell in row] for row in _rows([found], language)).encode()


def _csv(rows: Iterable[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(rows)
    return text.getvalue()


def as_xlsx(found: Iterable[Reconciled], language: str) -> bytes:
    """A workbook with one sheet that filters; amounts are numbers in kroner. The same courses give the same bytes."""
    body = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(body, options)
    book.set_properties({"created": MADE})
    sheet = book.add_worksheet()
    head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#E7EEF5"})
    money = book.add_format({"num_format": "#,##0.00"})
    day = book.add_format({"num_format": "dd.mm.yyyy" if language == "da" else "yyyy-mm-dd"})
    for column, name in enumerate(HEADS.values()):
        sheet.write_string(0, column, name[language != "da"], head)
    count = 0
    for count, row in enumerate(_rows(found, language), start=1):
        for column, cell in enumerate(row):
            _write(sheet, count, column, cell, money if isinstance(cell, Oere) else day)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(count, 1), len(HEADS) - 1)
    sheet.set_column(0, len(HEADS) - 1, 18)
    book.close()
    return body.getvalue()


def _write(sheet: Any, row: int, column: int, cell: Cell, form: Any) -> None:
    if isinstance(cell, date):
        sheet.write_datetime(row, column, datetime(cell.year, cell.month, cell.day), form)  # noqa: DTZ001  (no zones)
    elif isinstance(cell, str):
        sheet.write_string(row, column, cell)
    elif cell.amount is not None:
        sheet.write_number(row, column, Decimal(cell.amount).scaleb(-2), form)


FORMATS: Mapping[str, tuple[Callable[[Iterable[Reconciled], str], bytes], str]] = {
    "xlsx": (as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "csv": (as_csv, "text/csv; charset=utf-8"),
}
"""By the ending of the file: what writes it, and its media type."""


def _rows(found: Iterable[Reconciled], language: str) -> Iterator[list[Cell]]:
    for each in found:
        for one in each.compared:
            yield [each.agreement.id, *_cells(one, language)]


def _cells(one: Compared, language: str) -> list[Cell]:
    line, registered = one.told_of, one.registration
    return [
        WORDS[one.finding][language != "da"],
        municipality_of(one),
        line.service_date if line else "",
        words.iv_type(line.iv_type, language) if line else "",
        words.category(line.category, language) if line else "",
        registered.start if registered else "",
        words.iv_type(registered.iv_type, language) if registered else "",
        words.category(registered.category, language) if registered else "",
        Oere(one.claimed),
        Oere(one.expected),
        Oere(one.difference),
        one.explanation[language],
        " ".join(each.id for each in one.lines),
        f"{registered.source} {registered.id}" if registered else "",
    ]


def _text(cell: Cell, language: str) -> str:
    if isinstance(cell, date):
        return words.day(cell, language)
    if isinstance(cell, Oere):
        return "" if cell.amount is None else words.kroner(cell.amount)
    return inert(cell)
