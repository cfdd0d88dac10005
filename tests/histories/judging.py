"""Living through a history month by month, and what must hold after each closing."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from settlement.agreements import Agreement
from settlement.closing import close_month
from settlement.decisions import Charge, Decision, latest, standing_charges, verdict_of
from settlement.episodes import Episode, fold
from settlement.lines import Claim, Line, LineKind
from settlement.periods import Month
from settlement.pricing import price
from settlement.records import Record
from tests.histories.telling import MONTHS, History, raised
from tests.histories.truth import entitled
from tests.settlement.building import DIRECTORY

LAST = MONTHS[-1].next()
"""Closed after everything has been decided on."""


@dataclass(slots=True)
class Books:
    """What has been billed under an agreement, and decided on it."""

    agreement: Agreement
    lines: list[Line] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)


def judged(history: History, dice: random.Random) -> Counter[str]:
    """Close every month of a history, and one more when everything is decided on; counts what it saw.

    AssertionError where something does not hold.
    """
    seen: Counter[str] = Counter()
    books = [Books(agreement) for agreement in history.agreements]
    known: list[Record] = []
    for month, heard in zip((*MONTHS, LAST), (*history.heard, ()), strict=True):
        known += heard
        dice.shuffle(known)
        episodes = episodes_of(known)
        is_raised = history.raised_from is not None and month >= history.raised_from
        for book in books:
            if month == LAST:
                _decide(book, MONTHS[-1], dice, seen, chance=1)
            _live(book, episodes, month, dice, seen, is_raised=is_raised)
            _decide(book, month, dice, seen, chance=0.7 if history.asks else 0.25)
    return seen


def _live(
    book: Books, episodes: list[Episode], month: Month, dice: random.Random, seen: Counter[str], *, is_raised: bool
) -> None:
    agreement = raised(book.agreement) if is_raised else book.agreement
    new = [line for claim in _closed(month, episodes, agreement, book, dice) for line in claim.lines]
    book.lines += new
    seen.update(line.kind.value for line in new)
    due = _due(episodes, agreement, month, is_raised=is_raised)
    _check(book, due, everything=month == LAST)


def episodes_of(records: Iterable[Record]) -> list[Episode]:
    """The episodes of every citizen in the records."""
    by_citizen: defaultdict[str, list[Record]] = defaultdict(list)
    for record in records:
        by_citizen[record.citizen].append(record)
    return [episode for said in by_citizen.values() for episode in fold(said, DIRECTORY)]


def _closed(
    month: Month, episodes: list[Episode], agreement: Agreement, book: Books, dice: random.Random
) -> tuple[Claim, ...]:
    """The month's claims; the same in another order of everything, and put together from municipalities."""
    claims = close_month(month, episodes, agreement, book.lines, DIRECTORY, book.decisions)
    mixed = [dice.sample(one, len(one)) for one in (episodes, book.lines, book.decisions)]
    assert claims == close_month(month, mixed[0], agreement, mixed[1], DIRECTORY, mixed[2]), "order matters"  # type: ignore[arg-type]
    codes = sorted({one.municipality for one in episodes} | {one.municipality for one in book.lines})
    parts = [_of(code, month, episodes, agreement, book) for code in codes]
    assert claims == tuple(claim for part in parts for claim in part), "parts are not the whole"
    assert sum(claim.total for claim in claims) == sum(line.amount for claim in claims for line in claim.lines)
    return claims


def _of(code: str, month: Month, episodes: list[Episode], agreement: Agreement, book: Books) -> tuple[Claim, ...]:
    own = [one for one in episodes if one.municipality == code]
    lines = [one for one in book.lines if one.municipality == code]
    return close_month(month, own, agreement, lines, DIRECTORY, book.decisions)


def _due(episodes: Sequence[Episode], agreement: Agreement, month: Month, *, is_raised: bool) -> dict[str, int]:
    """What is due by billable key; an episode's keys sum to what the plain rules say it is worth."""
    found: dict[str, int] = {}
    for episode in episodes:
        priced = price(episode, agreement, DIRECTORY, month)
        lines = priced if isinstance(priced, tuple) else ()
        worth = entitled(episode, agreement.id, month, is_raised=is_raised)
        total = sum(line.amount for line in lines)
        assert total == worth, f"{agreement.id} {month}: priced {total}, entitled to {worth}"
        found |= {line.key: line.amount for line in lines}
    return found


def _check(book: Books, due: dict[str, int], *, everything: bool) -> None:
    """After a closing: what is due is billed, once, and nothing else; a correction waits only for a decision.

    everything: no correction may wait any longer.
    """
    lines, standing = book.lines, _standing(book)
    assert len({line.id for line in lines}) == len(lines), "an id twice"
    taken_back = Counter(line.reverses for line in lines if line.kind is LineKind.REVERSAL)
    assert max(taken_back.values(), default=1) == 1, "a line is reversed twice"
    waits = set() if everything else {key for key, charge in standing.items() if charge.owed is None}
    for key, amount in due.items():
        billed = standing[key].line.amount if key in standing else 0
        assert key in waits or billed == amount, f"{key}: billed {billed}, due {amount}"
    for key, charge in standing.items():
        assert key in due or key in waits or charge.owed == 0, f"{key}: billed and not due"
    assert sum(_paid(book, line) for line in lines) == sum(charge.owed or 0 for charge in standing.values()), "net"


def _standing(book: Books) -> dict[str, Charge]:
    silence = not book.agreement.decision_required
    return standing_charges(book.lines, latest(book.decisions), silence_approves=silence)


def _paid(book: Books, line: Line) -> int:
    """What a line moves: what was approved of a charge, all of a reversal."""
    if line.kind is LineKind.REVERSAL:
        return line.amount
    decision = latest(book.decisions).get(line.id)
    if decision is None:
        return 0 if book.agreement.decision_required else line.amount
    return decision.approved


def _decide(book: Books, month: Month, dice: random.Random, seen: Counter[str], chance: float) -> None:
    """The region answers to some of the charges that stand; sometimes it thinks again."""
    for charge in _standing(book).values():
        again = any(one.line == charge.line.id for one in book.decisions)
        if dice.random() < (0.05 if again else chance):
            approved = dice.choice((charge.line.amount,) * 3 + (dice.randint(1, charge.line.amount), 0))
            seen[verdict_of(charge.line, approved).value] += 1
            at = month.end + timedelta(days=dice.randint(1, 20))
            reason = "" if approved == charge.line.amount else "disagreed"
            book.decisions.append(Decision(charge.line.id, approved, reason, "", at, f"d{len(book.decisions):05}"))
