"""A statement: one claim as a paper shows it. No citizen is named: courses go by their opaque episode ids."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from settlement.agreements import Agreement
from settlement.lines import Claim, Line, LineKind, Withheld

IV_TYPES = {
    "antibiotic": ("Antibiotika", "Antibiotics"),
    "fluid": ("Væske", "Fluid"),
    "nutrition": ("Ernæring", "Nutrition"),
    "medicine": ("Medicin", "Medicine"),
    "chemotherapy": ("Kemoterapi", "Chemotherapy"),
    "": ("Ikke oplyst", "Not stated"),
}


@dataclass(frozen=True, slots=True)
class Sum:
    """What one IV type and weight category comes to: lines, and oere."""

    iv_type: str
    category: str
    lines: int
    amount: int


@dataclass(frozen=True, slots=True)
class Statement:
    """A claim with everything its paper says.

    municipality, region: names. month_end: the month's last day. sha256: content hash of the claim's bundle, "" of a
    draft. sums: by IV type and category; they and the lines come to total, in oere.
    """

    claim: Claim
    municipality: str
    region: str
    title: dict[str, str]
    legal_reference: str
    note: dict[str, str]
    month_end: date
    sha256: str
    sums: tuple[Sum, ...]

    @property
    def total(self) -> int:
        """The claim's total, in oere."""
        return self.claim.total

    @property
    def is_draft(self) -> bool:
        """Whether the month is still open."""
        return not self.sha256

    def lines(self) -> tuple[Line, ...]:
        """Charges first, then reversals; each by service date and id."""
        return tuple(
            sorted(self.claim.lines, key=lambda line: (line.kind is LineKind.REVERSAL, line.service_date, line.id))
        )

    def withheld(self) -> tuple[Withheld, ...]:
        """What is withheld, by reason and episode."""
        return tuple(sorted(self.claim.withheld, key=lambda item: (item.reason, item.episode)))


def statement(
    claim: Claim, agreement: Agreement, municipality: str, region: str, month_end: date, sha256: str
) -> Statement:
    """The statement of a claim under its agreement."""
    return Statement(
        claim=claim,
        municipality=municipality,
        region=region,
        title=agreement.title,
        legal_reference=agreement.legal_reference,
        note=agreement.note if agreement.illustrative else {"da": "", "en": ""},
        month_end=month_end,
        sha256=sha256,
        sums=tuple(_sums(claim.lines)),
    )


def _sums(lines: Iterable[Line]) -> Iterable[Sum]:
    cells: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for line in lines:
        cells[line.iv_type, line.category].append(line.amount)
    return [Sum(*kind, len(amounts), sum(amounts)) for kind, amounts in sorted(cells.items())]
