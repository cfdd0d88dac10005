"""The ledger of a batch: what decisions do to the charges they answer, given how those stand. SQL stands at the end.

A charge holds the place of its billable key unless it is rejected. A decision that rejects it gives the place
back; one that approves it after all takes the place again, unless the key has been charged anew by then. A reversal
took back what was approved then, so nothing else can be decided about that charge any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from gateway.store.packing import read_json
from profiles.issue import Issue, error
from settlement.decisions import Decision, Verdict, latest, verdict

Place = tuple[str, str]
"""A billable key, and the line that holds its place."""


@dataclass(frozen=True, slots=True)
class Billed:
    """A charge as it stands: its billable key and amount, who holds the key's place ("" nobody), how many oere a
    reversal took back (None: there is none), and what has been decided about it."""

    line: str
    key: str
    amount: int
    holder: str = ""
    taken_back: int | None = None
    decisions: tuple[Decision, ...] = ()


class Ledger:
    """The charges that the decisions of a batch are about, as they stand after each of its messages."""

    def __init__(self, billed: Mapping[str, Billed]) -> None:
        self._billed = dict(billed)
        self._before = {one.key: one.holder for one in billed.values()}
        self._holders = dict(self._before)

    def decide(self, decisions: Iterable[Decision]) -> tuple[Issue, ...]:
        """Enter a message's decisions: all of them, or none when one cannot be; the issues say why.

        Decisions about lines that are no charges change nothing.
        """
        holders, billed = dict(self._holders), dict(self._billed)
        issues: list[Issue] = []
        for decision in decisions:
            if decision.line in billed:
                one = billed[decision.line]
                billed[one.line] = replace(one, decisions=(*one.decisions, decision))
                issues += _enter(billed[one.line], holders)
        if not issues:
            self._holders, self._billed = holders, billed
        return tuple(issues)

    def freed(self) -> list[Place]:
        """Places given back, by key."""
        return sorted((key, was) for key, was in self._before.items() if was and self._holders[key] != was)

    def taken(self) -> list[Place]:
        """Places taken, by key."""
        return sorted((key, now) for key, now in self._holders.items() if now and self._before[key] != now)


def _enter(billed: Billed, holders: dict[str, str]) -> list[Issue]:
    """What the latest decision about a charge does to its key's place."""
    approved = latest(billed.decisions)[billed.line].approved
    holder, stands = holders[billed.key], verdict(billed.amount, approved) is not Verdict.REJECTED
    if billed.taken_back is not None:
        return [] if approved == billed.taken_back else [_taken_back(billed)]
    if stands and holder not in ("", billed.line):
        return [_charged_anew(billed, holder)]
    if stands or holder == billed.line:
        holders[billed.key] = billed.line if stands else ""
    return []


def _taken_back(billed: Billed) -> Issue:
    advice = (
        f"Line {billed.line} has been taken back by a later month, as far as it was approved then; nothing else can be "
        "decided about it any more. Answer the lines of the later month."
    )
    return error("line-taken-back", "", advice, kind="conflict")


def _charged_anew(billed: Billed, holder: str) -> Issue:
    advice = (
        f"Line {billed.line} was rejected, and what it charged has since been charged anew by line {holder}. Answer "
        "that line."
    )
    return error("line-charged-anew", "", advice, kind="conflict")


BILLED = (
    "SELECT l.id, l.key, l.amount, coalesce(o.line, ''), r.amount, d.body FROM lines l"
    " LEFT JOIN open_charges o ON o.key = l.key LEFT JOIN lines r ON r.reverses = l.id AND r.kind = 'reversal'"
    " LEFT JOIN decisions d ON d.line = l.id WHERE l.kind = 'charge' AND l.id "
)
"""The charges among some lines, a row for each decision about them."""

HOLD = "SELECT key FROM open_charges WHERE line {among} ORDER BY key FOR UPDATE"
"""PostgreSQL: waits for a month that is being closed and takes one of the lines back, and makes such a month wait."""

FREE = "DELETE FROM open_charges WHERE key = {0} AND line = {0}"


def billed_lines(rows: Iterable[tuple[str, str, int, str, int | None, str | None]]) -> dict[str, Billed]:
    """Rows of BILLED, by line."""
    found: dict[str, Billed] = {}
    for line, key, amount, holder, reversed_amount, body in rows:
        taken_back = None if reversed_amount is None else -reversed_amount
        one = found.setdefault(line, Billed(line, key, amount, holder, taken_back))
        if body is not None:
            found[line] = replace(one, decisions=(*one.decisions, read_json(body, Decision)))
    return found
