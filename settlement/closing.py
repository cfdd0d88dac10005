"""Closing: a month's claims are the truth as known now, minus what earlier closed months have billed net.

Unchanged courses give nothing. A changed course gives a reversal of the line billed and a new charge, both in this
month; a course that is no longer to be paid gives the reversal alone. Closed months are only read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from uuid import uuid5

from settlement.agreements import Agreement
from settlement.episodes import Episode
from settlement.lines import Claim, Line, LineKind, Withheld
from settlement.money import kroner
from settlement.organisations import Directory
from settlement.periods import Month, local_day
from settlement.pricing import NAMESPACE, line_id, price, recalculated
from settlement.wording import sentences

ELSEWHERE = ("not-begun", "region-not-party", "begun-outside-agreement", "outside-agreement")
"""Reasons that are none of this month's or this agreement's business, so they are no news in its claims."""

Party = tuple[str, str]


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


@dataclass(slots=True)
class _Pile:
    """What one claim will hold."""

    lines: list[Line] = field(default_factory=list)
    withheld: list[Withheld] = field(default_factory=list)


def close_month(
    month: Month, episodes: Iterable[Episode], agreement: Agreement, billed: Iterable[Line], directory: Directory
) -> tuple[Claim, ...]:
    """The claims of a month, one per municipality and region, in that order.

    episodes: all episodes, or all of one municipality, in any order; they are read one by one. billed: every line of
    the other closed months of the agreement (and of that municipality). What is withheld is listed in the month the
    course started in, and again in a month that brought news of it or reversed it. An episode whose municipality is
    unknown is withheld in a claim with municipality "" and region "", which nobody can be sent.
    """
    open_charges = outstanding(line for line in billed if line.month != str(month) and line.agreement == agreement.id)
    by_episode: defaultdict[str, list[Line]] = defaultdict(list)
    for charge in open_charges.values():
        by_episode[charge.episode].append(charge)
    piles: defaultdict[Party, _Pile] = defaultdict(_Pile)
    for episode in episodes:
        truth = price(episode, agreement, directory, month)
        _settle(episode, truth, by_episode.pop(episode.id, []), month, directory, piles)
    for charge in (charge for charges in by_episode.values() for charge in charges):
        _add(reversal(charge, month, directory, "vanished"), piles)
    return tuple(
        _claim(month, agreement, party, pile) for party, pile in sorted(piles.items(), key=lambda item: item[0])
    )


def outstanding(lines: Iterable[Line]) -> dict[str, Line]:
    """The charges that no reversal has taken back, by billable key."""
    every = list(lines)
    reversed_ids = {line.reverses for line in every if line.kind is LineKind.REVERSAL}
    return {line.key: line for line in every if line.kind is LineKind.CHARGE and line.id not in reversed_ids}


def reversal(charge: Line, month: Month, directory: Directory, why: str) -> Line:
    """A line that takes a charge back in a later month, from the region that now answers for it."""
    return replace(
        charge,
        id=line_id(charge.key, str(month), LineKind.REVERSAL),
        kind=LineKind.REVERSAL,
        reverses=charge.id,
        month=str(month),
        region=directory.successor(charge.region, month.last_day),
        amount=-charge.amount,
        explanation={language: _taken_back(charge, why, language) for language in ("da", "en")},
    )


def explain(line: Line, agreement: Agreement, episode: Episode | None, directory: Directory) -> Explanation:
    """A line calculated again from the facts it states, and whether its episode (None: gone) still says the same."""
    amount = recalculated(line, agreement)
    priced = price(episode, agreement, directory, Month.parse(line.month)) if episode else ()
    now = next((one for one in priced if one.key == line.key), None) if isinstance(priced, tuple) else None
    return Explanation(line.amount, amount, {lang: _checked(line, amount, now, lang) for lang in ("da", "en")})


def _settle(
    episode: Episode,
    truth: tuple[Line, ...] | Withheld,
    charges: list[Line],
    month: Month,
    directory: Directory,
    piles: dict[Party, _Pile],
) -> None:
    due = {} if isinstance(truth, Withheld) else {line.key: line for line in truth}
    standing = {charge.key for charge in charges if _stands(charge, due.get(charge.key), month, directory)}
    for charge in charges:
        if charge.key not in standing:
            why = truth.reason if isinstance(truth, Withheld) else "changed"
            _add(reversal(charge, month, directory, why), piles)
    for line in due.values():
        if line.key not in standing:
            _add(line, piles)
    if isinstance(truth, Withheld) and (charges or (truth.reason not in ELSEWHERE and _is_news(episode, month))):
        piles[truth.municipality, truth.region].withheld.append(truth)


def _stands(charge: Line, truth: Line | None, month: Month, directory: Directory) -> bool:
    """Whether a billed charge is still due as it was billed."""
    return truth is not None and _same(charge, truth, month, directory)


def _same(charge: Line, truth: Line, month: Month, directory: Directory) -> bool:
    """Whether a billed charge still stands: the same money for the same facts, owed by the same region."""
    facts = ("key", "rate_version", "municipality", "service_date", "iv_type", "category", "amount")
    region = directory.successor(charge.region, month.last_day)
    return region == truth.region and all(getattr(charge, name) == getattr(truth, name) for name in facts)


def _is_news(episode: Episode, month: Month) -> bool:
    """Whether a course started in the month, or anything was said of it in the month.

    An admission of which no treatment is stated is no news: most admissions have nothing to do with the agreement.
    """
    if not episode.started_at and not episode.assigned:
        return False
    said = (record.stated_at for record in episode.records)
    start, end = month.start, month.end
    begun = episode.started_at
    return bool(begun and month.first_day <= local_day(begun) <= month.last_day) or any(
        start <= at < end for at in said
    )


def _add(line: Line, piles: dict[Party, _Pile]) -> None:
    piles[line.municipality, line.region].lines.append(line)


def _claim(month: Month, agreement: Agreement, party: Party, pile: _Pile) -> Claim:
    municipality, region = party
    return Claim(
        id=str(uuid5(NAMESPACE, "\n".join(("claim", agreement.id, str(month), municipality, region)))),
        agreement=agreement.id,
        month=str(month),
        municipality=municipality,
        region=region,
        lines=tuple(sorted(pile.lines, key=lambda line: (line.key, line.kind is LineKind.CHARGE))),
        withheld=tuple(sorted(pile.withheld, key=lambda item: item.episode)),
    )


_WHY: Mapping[str, tuple[str, str]] = {
    "changed": ("forløbet er ændret siden", "the course has changed since"),
    "vanished": ("forløbet findes ikke længere", "the course no longer exists"),
}


def _taken_back(charge: Line, why: str, language: str) -> str:
    danish, english = _WHY.get(why, (f"kan ikke længere afregnes ({why})", f"can no longer be claimed ({why})"))
    amount = kroner(-charge.amount, language)
    if language == "da":
        return sentences(f"Tilbageførsel af linje {charge.id} fra {charge.month}: {danish}", amount)
    return sentences(f"Reversal of line {charge.id} from {charge.month}: {english}", amount)


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
