"""Explaining: a written line calculated again from the facts it states, and held against what its episode says now."""

from __future__ import annotations

from dataclasses import dataclass

from settlement.agreements import Agreement
from settlement.episodes import Episode
from settlement.evaluating import recalculated
from settlement.lines import Line, LineKind
from settlement.money import kroner
from settlement.organisations import Directory
from settlement.periods import Month
from settlement.pricing import price
from settlement.wording import sentences


@dataclass(frozen=True, slots=True)
class Explanation:
    """A line checked: recorded and recalculated in oere (None: no such rate any more), and the words by language."""

    recorded: int
    recalculated: int | None
    text: dict[str, str]

    @property
    def agrees(self) -> bool:
        """Whether the calculation made again gives the amount recorded."""
        return self.recorded == self.recalculated


def explain(line: Line, agreement: Agreement, episode: Episode | None, directory: Directory) -> Explanation:
    """A line calculated again from the facts it states, and whether its episode (None: gone) still says the same."""
    amount = recalculated(line, agreement)
    priced = price(episode, agreement, directory, Month.parse(line.month)) if episode else ()
    now = next((one for one in priced if one.key == line.key), None) if isinstance(priced, tuple) else None
    return Explanation(line.amount, amount, {lang: _checked(line, amount, now, lang) for lang in ("da", "en")})


def _checked(line: Line, amount: int | None, now: Line | None, language: str) -> str:
    danish = language == "da"
    if amount is None:
        verdict = "Satsen findes ikke længere." if danish else "The rate no longer exists."
    elif amount == line.amount:
        verdict = f"{'Genberegnet: samme beløb' if danish else 'Recalculated: same amount'}, {kroner(amount, language)}"
    else:
        verdict = (
            f"{'Genberegnet: ANDET beløb' if danish else 'Recalculated: OTHER amount'}, {kroner(amount, language)}"
        )
    return sentences(line.explanation[language], verdict, _today(line, now, danish))


def _today(line: Line, now: Line | None, danish: bool) -> str:
    """Whether what is known now says the same; a difference is corrected when the next month is closed."""
    if line.kind is LineKind.REVERSAL:
        return ""
    if now is not None and (now.amount, now.service_date) == (line.amount, line.service_date):
        return "Forløbet siger stadig det samme." if danish else "The course still says the same."
    return (
        "Forløbet er ændret siden; det rettes, når næste måned lukkes."
        if danish
        else "The course has changed since; closing the next month corrects it."
    )
