"""A statement as CSV for Danish spreadsheets: semicolons, decimal commas, UTF-8 with its mark."""

from __future__ import annotations

import csv
import io

from gateway.papers import words
from gateway.papers.statement import Statement


def as_csv(paper: Statement, language: str) -> bytes:
    """Every line, then every withheld item, one row each, amounts in kroner. The same statement, the same bytes."""
    columns = ("kind", "line", "episode", "service-date", "part", "iv-type", "category", "rate")
    heads = [words.word(name, language) for name in (*columns, "amount-kroner", "reverses", "explanation")]
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(heads)
    for line in paper.lines():
        writer.writerow(
            [
                words.word(str(line.kind), language),
                line.id,
                line.episode,
                words.day(line.service_date, language),
                line.part,
                words.iv_type(line.iv_type, language),
                words.category(line.category, language),
                line.rate_version,
                words.kroner(line.amount),
                line.reverses,
                line.explanation[language],
            ]
        )
    for item in paper.withheld():
        kind = words.word("withheld", language)
        writer.writerow([kind, "", item.episode, "", "", "", "", "", "", "", item.explanation[language]])
    return text.getvalue().encode("utf-8-sig")
