"""What a month comes to: lines, withheld lines, and the claim that holds them. Money is integer oere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class LineKind(StrEnum):
    """A charge, or the reversal of a charge in a closed month."""

    CHARGE = "charge"
    REVERSAL = "reversal"


@dataclass(frozen=True, slots=True)
class Line:
    """One priced item with its explanation.

    id: derived from key, month and kind; stable. key: the billable key (agreement, clause, episode): billed
    at most once, net. month: "2026-10", the month it is claimed in. service_date: the day that picks the rate.
    amount: oere, negative for a reversal. inputs: ids of the messages it rests on.
    explanation: the calculation as text, by language ("da", "en").
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

    kind: "claim-bundle" | "measure" | "measure-report". period: "2026-10" or "2026-Q3". status: FHIR status
    of the content. owner: organisation it speaks of (municipality code); recipient: region code it is addressed to.
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
