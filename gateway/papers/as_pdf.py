"""A statement as PDF, set by Typst from the template beside this file; nothing is fetched, no local font is used."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import typst

from gateway.papers import words
from gateway.papers.statement import Statement
from settlement.lines import Line, LineKind
from settlement.money import kroner
from settlement.payments import Payment

STANDARDS: Final[list[Any]] = ["a-2a", "ua-1"]
"""For archives (PDF/A-2a, ISO 19005-2) and readers' aids (PDF/UA-1, ISO 14289-1): Typst refuses what breaks them."""
TEMPLATE = Path(__file__).with_name("statement.typ")


def as_pdf(paper: Statement, language: str) -> bytes:
    """The statement on A4. The same statement gives the same bytes."""
    data = json.dumps(_data(paper, language), ensure_ascii=False)
    pages = typst.compile(
        TEMPLATE.read_bytes(), sys_inputs={"data": data}, ignore_system_fonts=True, pdf_standards=STANDARDS
    )
    if not isinstance(pages, bytes):
        raise TypeError("Typst gave pages where a PDF was asked for.")
    return pages


def _data(paper: Statement, language: str) -> dict[str, Any]:
    lines = paper.lines()
    return {
        "language": language,
        "words": {name: words.word(name, language) for name in words.WORDS},
        "draft": paper.is_draft,
        "month": words.month(paper.month_end, language),
        "as_of": [paper.as_of.year, paper.as_of.month, paper.as_of.day],
        "as_of_text": words.day(paper.as_of, language),
        "state": words.word(f"state-{paper.life.state}", language),
        "from": paper.municipality,
        "to": paper.region,
        "agreement": paper.title[language],
        "legal": paper.legal_reference,
        "note": paper.note[language],
        "claim": paper.claim.id,
        "hash": paper.sha256,
        "total": kroner(paper.total, language),
        "sums": [
            [
                words.iv_type(one.iv_type, language),
                words.category(one.category, language),
                str(one.lines),
                kroner(one.amount, language),
            ]
            for one in paper.sums
        ],
        "balance": [] if paper.is_draft else _balance(paper, language),
        "charges": [_line(paper, line, language) for line in lines if line.kind is LineKind.CHARGE],
        "reversals": [_line(paper, line, language) for line in lines if line.kind is LineKind.REVERSAL],
        "withheld": [[item.episode, item.explanation[language]] for item in paper.withheld()],
        "payments": [_payment(payment, language) for payment in paper.payments],
    }


def _balance(paper: Statement, language: str) -> list[list[str]]:
    """Each sum with its name."""
    return [[words.word(name, language), kroner(amount, language)] for name, amount in asdict(paper.balance).items()]


def _payment(payment: Payment, language: str) -> list[str]:
    return [words.day(payment.paid_on, language), payment.reference, kroner(payment.amount, language)]


def _line(paper: Statement, line: Line, language: str) -> dict[str, str]:
    answer = paper.answer(line)
    return {
        "episode": line.episode,
        "date": words.day(line.service_date, language),
        "part": line.part,
        "iv_type": words.iv_type(line.iv_type, language),
        "category": words.category(line.category, language),
        "rate": line.rate_version,
        "amount": kroner(line.amount, language),
        "line": line.id,
        "reverses": line.reverses,
        "calculation": line.explanation[language],
        "answer": "" if paper.is_draft else words.answer(answer, language),
        "approved": "" if answer.approved is None else kroner(answer.approved, language),
        "why": words.answer_reason(answer, language),
    }
