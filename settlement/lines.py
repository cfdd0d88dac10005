"""What a month comes to: lines, withheld lines, and the claim that holds them. Money is integer oere."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias

Stated: TypeAlias = str | bool | dict[str, str]
"""A fact as a line states it: a text, a number as text, yes or no, or numbers by key."""


class LineKind(StrEnum):
    """A charge, or the reversal of a charge in a closed month."""

    CHARGE = "charge"
    REVERSAL = "reversal"


@dataclass(frozen=True, slots=True)
class Line:
    """One priced item with its explanation.

    id: derived from key, month and kind; stable. key: the billable key (agreement, clause, episode, part): billed
    at most once, net. month: "2026-10", the month it is claimed in. service_date: the day that picks the rate.
    amount: oere, negative for a reversal. inputs: ids of the messages it rests on.
    explanation: the calculation as text, by language ("da", "en"). part: what of a split amount this is: the month of
    a day tariff's days, "" of an amount that is not split. facts: what else of the course the calculation used
    (numbers as text), so that it can be made again. approved: of the reversal of a charge that was not wholly approved,
    the oere that had been, which is what it takes back. replaces: id of the earlier charge, taken back or rejected,
    whose place a charge takes; "" where there is none.
    """

    id: str
    key: str
    kind: LineKind
    reverses: str
    month: str
    agreement: str
    clause: str
    rate_version: str
    municipality: str
    region: str
    episode: str
    citizen: str
    service_date: date
    iv_type: str
    category: str
    amount: int
    inputs: tuple[str, ...]
    explanation: dict[str, str]
    part: str = ""
    facts: dict[str, Stated] = field(default_factory=dict)
    approved: int | None = None
    replaces: str = ""


@dataclass(frozen=True, slots=True)
class Withheld:
    """One item not priced, with the reason: code ("category-missing") and text by language."""

    agreement: str
    month: str
    municipality: str
    region: str
    episode: str
    citizen: str
    reason: str
    explanation: dict[str, str]
    inputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """A municipality's lines for one month towards one region. total: oere."""

    id: str
    agreement: str
    month: str
    municipality: str
    region: str
    lines: tuple[Line, ...]
    withheld: tuple[Withheld, ...]

    @property
    def total(self) -> int:
        """Sum of the lines, in oere."""
        return sum(line.amount for line in self.lines)


@dataclass(frozen=True, slots=True)
class Document:
    """Bytes ready for a region: a claim bundle, a measure, a measure report, a page's data.

    kind: "claim-bundle" | "settlement-bundle" | "invoice" | "evidence" | "measure" | "measure-report". period:
    "2026-10" or "2026-Q3". status: FHIR status of the content. owner: code of the organisation it speaks of (a
    municipality; of an invoice, who is paid); recipient: code of who it is addressed to (a region; of an invoice, who
    pays).
    """

    id: str
    kind: str
    period: str
    owner: str
    recipient: str
    status: str
    body: bytes
    sha256: str
    created_at: datetime
