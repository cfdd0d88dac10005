"""A statement as CSV for Danish spreadsheets: semicolons, decimal commas, UTF-8 with its mark."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.papers import words
from gateway.papers.sheet import inert, sheet
from gateway.papers.statement import Statement
from settlement.lines import Line, Withheld
from settlement.payments import Payment

HEADS = (
    "kind",
    "line",
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
    "paid-kroner",
    "reverses",
    "explanation",
)


def as_csv(paper: Statement, language: str) -> bytes:
    """Every line, then every withheld item, then every payment, one row each, amounts in kroner.

    The columns sum to what is claimed, approved and paid. The same statement gives the same bytes.
    """
    rows = [
        *(_line(paper, line, language) for line in paper.lines()),
        *(_withheld(item, language) for item in paper.withheld()),
        *(_payment(payment, language) for payment in paper.payments),
    ]
    return sheet([words.word(name, language) for name in HEADS], rows)


def _line(paper: Statement, line: Line, language: str) -> Sequence[str]:
    answer = paper.answer(line)
    return (
        words.word(str(line.kind), language),
        line.id,
        line.episode,
        words.day(line.service_date, language),
        line.part,
        words.iv_type(line.iv_type, language),
        words.category(line.category, language),
        line.rate_version,
        words.kroner(line.amount),
        "" if paper.is_draft else words.answer(answer, language),
        "" if answer.approved is None else words.kroner(answer.approved),
        inert(words.answer_reason(answer, language)),
        "",
        line.reverses,
        line.explanation[language],
    )


def _withheld(item: Withheld, language: str) -> Sequence[str]:
    kind = words.word("withheld", language)
    return (kind, "", item.episode, *[""] * 11, item.explanation[language])


def _payment(payment: Payment, language: str) -> Sequence[str]:
    paid_on, amount = words.day(payment.paid_on, language), words.kroner(payment.amount)
    return (words.word("payment", language), inert(payment.reference), "", paid_on, *[""] * 8, amount, "", "")
