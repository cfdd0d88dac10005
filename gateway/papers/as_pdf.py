"""A statement as PDF, set by Typst from the template beside this file; nothing is fetched, no local font is used."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typst

from gateway.papers import words
from gateway.papers.statement import Statement
from settlement.lines import Line, LineKind
from settlement.money import kroner

TEMPLATE = Path(__file__).with_name("statement.typ")


def as_pdf(paper: Statement, language: str) -> bytes:
    """The statement on A4. The same statement gives the same bytes."""
    data = json.dumps(_data(paper, language), ensure_ascii=False)
    pages = typst.compile(TEMPLATE.read_bytes(), sys_inputs={"data": data}, ignore_system_fonts=True)
    if not isinstance(pages, bytes):
        raise TypeError("Typst gave pages where a PDF was asked for.")
    return pages


def _data(paper: Statement, language: str) -> dict[str, Any]:
    lines = paper.lines()
    return {
        "language": language,
        "words": {name: words.word(name, language) for name in words.WORDS},
        "draft": paper.is_draft,
        "month": paper.claim.month,
        "day": words.day(paper.month_end, language),
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
        "charges": [_line(line, language) for line in lines if line.kind is LineKind.CHARGE],
        "reversals": [_line(line, language) for line in lines if line.kind is LineKind.REVERSAL],
        "withheld": [[item.episode, item.explanation[language]] for item in paper.withheld()],
    }


def _line(line: Line, language: str) -> dict[str, str]:
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
    }
