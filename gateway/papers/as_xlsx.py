"""A statement as a workbook: a summary whose sums are formulas, every line, what is withheld, and what was paid."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

from gateway.papers import words
from gateway.papers.statement import Statement

MADE = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""The same statement gives the same bytes, so the workbook tells no time of its making."""


class _Book:
    """A workbook being written."""

    def __init__(self, language: str) -> None:
        self.bytes = io.BytesIO()
        self.language = language
        self._book = xlsxwriter.Workbook(
            self.bytes, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        )
        self._book.set_properties({"title": self.word("statement"), "created": MADE})
        self.plain = self._book.add_format({"valign": "top"})
        self.bold = self._book.add_format({"bold": True, "valign": "top"})
        self.title = self._book.add_format({"bold": True, "font_size": 16})
        self.head = self._book.add_format({"bold": True, "bottom": 1, "bg_color": "#E7EEF5"})
        self.money = self._book.add_format({"num_format": "#,##0.00", "valign": "top"})
        self.sum = self._book.add_format({"num_format": "#,##0.00", "bold": True, "top": 1})
        days = "dd.mm.yyyy" if language == "da" else "yyyy-mm-dd"
        self.day = self._book.add_format({"num_format": days, "valign": "top"})
        self.wrap = self._book.add_format({"text_wrap": True, "valign": "top"})

    def word(self, name: str) -> str:
        return words.word(name, self.language)

    def sheet(self, name: str) -> Any:
        found = self._book.add_worksheet(name)
        found.set_landscape()
        found.set_paper(9)
        found.fit_to_pages(1, 0)
        return found

    def table(self, sheet: Any, heads: Sequence[str], widths: Sequence[int], rows: int) -> None:
        """A head that stays in sight and filters."""
        for column, (head, width) in enumerate(zip(heads, widths, strict=True)):
            sheet.write_string(0, column, self.word(head), self.head)
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        sheet.autofilter(0, 0, max(rows, 1), len(heads) - 1)

    def done(self) -> bytes:
        self._book.close()
        return self.bytes.getvalue()


def as_xlsx(paper: Statement, language: str) -> bytes:
    """The workbook. Amounts are numbers in kroner, exact to the oere; sums are formulas with their value written too.

    The same statement gives the same bytes.
    """
    book = _Book(language)
    summary, lines, withheld, payments = (
        book.sheet(book.word(name)) for name in ("total", "lines", "reason", "payments")
    )
    _summary(book, summary, paper)
    _lines(book, lines, paper)
    _withheld(book, withheld, paper)
    _payments(book, payments, paper)
    return book.done()


def _summary(book: _Book, sheet: Any, paper: Statement) -> None:
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 40)
    sheet.set_column(2, 3, 14)
    sheet.write_string(0, 0, f"{book.word('statement')} {paper.claim.month}", book.title)
    if paper.is_draft:
        sheet.write_string(1, 0, book.word("draft"), book.bold)
    facts = [
        ("from", paper.municipality),
        ("to", paper.region),
        ("month", paper.claim.month),
        ("state", book.word(f"state-{paper.life.state}")),
        ("agreement", paper.title[book.language]),
        ("legal", paper.legal_reference),
        ("claim", paper.claim.id),
        ("hash", paper.sha256),
    ]
    for row, (name, value) in enumerate(facts, start=2):
        sheet.write_string(row, 0, book.word(name), book.bold)
        sheet.write_string(row, 1, value, book.plain)
    if paper.note[book.language]:
        sheet.write_string(2 + len(facts), 1, paper.note[book.language], book.wrap)
    first = 4 + len(facts)
    for column, name in enumerate(("iv-type", "category", "lines", "amount-kroner")):
        sheet.write_string(first, column, book.word(name), book.head)
    for row, one in enumerate(paper.sums, start=first + 1):
        sheet.write_string(row, 0, words.iv_type(one.iv_type, book.language), book.plain)
        sheet.write_string(row, 1, words.category(one.category, book.language), book.plain)
        sheet.write_number(row, 2, one.lines, book.plain)
        sheet.write_number(row, 3, _kroner(one.amount), book.money)
    last = first + len(paper.sums)
    sheet.write_string(last + 1, 0, book.word("total"), book.bold)
    total = f"=SUM(D{first + 2}:D{last + 1})" if paper.sums else "=0"
    sheet.write_formula(last + 1, 3, total, book.sum, _kroner(paper.total))
    if not paper.is_draft:
        _balance(book, sheet, paper, last + 3)


def _balance(book: _Book, sheet: Any, paper: Statement, first: int) -> None:
    """What was claimed, approved, owed and paid, by formulas over the other sheets where they have it."""
    sheet.write_string(first, 0, book.word("balance"), book.head)
    sheet.write_blank(first, 1, None, book.head)
    for row, (name, amount) in enumerate(asdict(paper.balance).items(), start=first + 1):
        sheet.write_string(row, 0, book.word(name), book.bold)
        formula = _formula(book, paper, name, first + 1)
        if formula:
            sheet.write_formula(row, 1, formula, book.money, _kroner(amount))
        else:
            sheet.write_number(row, 1, _kroner(amount), book.money)


def _formula(book: _Book, paper: Statement, name: str, first: int) -> str:
    """The formula of a sum of the balance, whose rows start at first; "" for one that stands in no other sheet."""
    rows = {each.name: f"B{row}" for row, each in enumerate(fields(paper.balance), start=first + 1)}
    lines, payments = f"'{book.word('lines')}'", f"'{book.word('payments')}'"
    last, paid = len(paper.claim.lines) + 1, len(paper.payments) + 1
    formulas = {
        "claimed": f"=SUM({lines}!H2:H{last})" if paper.claim.lines else "=0",
        "approved": f"=SUM({lines}!J2:J{last})" if paper.claim.lines else "=0",
        "refused": f"={rows['claimed']}-{rows['approved']}-{rows['undecided']}",
        "paid": f"=SUM({payments}!C2:C{paid})" if paper.payments else "=0",
        "outstanding": f"={rows['owed']}-{rows['paid']}",
    }
    return formulas.get(name, "")


LINE_HEADS = (
    "kind",
    "episode",
    "service-date",
    "part",
    "iv-type",
    "category",
    "rate",
    "amount-kroner",
    "answer",
    "approved-kroner",
    "answer-reason",
    "line",
    "reverses",
    "calculation",
)


def _lines(book: _Book, sheet: Any, paper: Statement) -> None:
    lines = paper.lines()
    book.table(sheet, LINE_HEADS, (14, 38, 12, 10, 14, 14, 12, 14, 14, 14, 40, 38, 38, 110), len(lines))
    for row, line in enumerate(lines, start=1):
        answer = paper.answer(line)
        texts = {
            0: book.word(str(line.kind)),
            1: line.episode,
            3: line.part,
            4: words.iv_type(line.iv_type, book.language),
            5: words.category(line.category, book.language),
            6: line.rate_version,
            8: "" if paper.is_draft else words.answer(answer, book.language),
            10: words.answer_reason(answer, book.language),
            11: line.id,
            12: line.reverses,
        }
        for column, text in texts.items():
            sheet.write_string(row, column, text, book.plain)
        sheet.write_datetime(row, 2, _moment(line.service_date), book.day)
        sheet.write_number(row, 7, _kroner(line.amount), book.money)
        if answer.approved is not None:
            sheet.write_number(row, 9, _kroner(answer.approved), book.money)
        sheet.write_string(row, 13, line.explanation[book.language], book.wrap)
    end = len(lines) + 1
    sheet.write_string(end, 0, book.word("total"), book.bold)
    for column, letter, amount in ((7, "H", paper.total), (9, "J", paper.life.approved)):
        total = f"=SUM({letter}2:{letter}{end})" if lines else "=0"
        sheet.write_formula(end, column, total, book.sum, _kroner(amount))


def _withheld(book: _Book, sheet: Any, paper: Statement) -> None:
    items = paper.withheld()
    book.table(sheet, ("episode", "reason", "explanation"), (38, 24, 110), len(items))
    for row, item in enumerate(items, start=1):
        sheet.write_string(row, 0, item.episode, book.plain)
        sheet.write_string(row, 1, item.reason, book.plain)
        sheet.write_string(row, 2, item.explanation[book.language], book.wrap)


def _payments(book: _Book, sheet: Any, paper: Statement) -> None:
    book.table(sheet, ("paid-on", "reference", "amount-kroner"), (14, 30, 14), len(paper.payments))
    for row, payment in enumerate(paper.payments, start=1):
        sheet.write_datetime(row, 0, _moment(payment.paid_on), book.day)
        sheet.write_string(row, 1, payment.reference, book.plain)
        sheet.write_number(row, 2, _kroner(payment.amount), book.money)


def _kroner(oere: int) -> Decimal:
    """Kroner as the workbook's file has them: written from whole oere, so that no binary fraction comes near them."""
    return Decimal(oere).scaleb(-2)


def _moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001  (workbooks know no time zones)
