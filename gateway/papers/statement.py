"""A statement: one claim as a paper shows it, with what the region has answered to it and paid.

No citizen is named: courses go by their opaque episode ids.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from gateway.masking import masked_text
from settlement.agreements import Agreement
from settlement.decisions import Verdict, verdict_of
from settlement.life import Life, State
from settlement.lines import Claim, Line, LineKind, Withheld
from settlement.payments import Payment, standing
from settlement.periods import COPENHAGEN

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
class Answer:
    """What the region has answered to a line: verdict, what it approved (oere), and why not all of it: a code and the
    region's own words, CPR numbers masked. verdict and approved are None while it has not answered. disputed: whether
    a dispute is open."""

    verdict: Verdict | None
    approved: int | None
    reason: str
    text: str
    disputed: bool


@dataclass(frozen=True, slots=True)
class Balance:
    """What a claim has come to, in oere: claimed is approved, refused and undecided together; outstanding what of owed
    is not paid, negative where more was paid."""

    claimed: int
    approved: int
    refused: int
    undecided: int
    owed: int
    paid: int
    outstanding: int


@dataclass(frozen=True, slots=True)
class Statement:
    """A claim with everything its paper says.

    municipality, region: names. month_end: the month's last day. sha256: content hash of the claim's bundle, "" of a
    draft. sums: by IV type and category; they and the lines come to total, in oere. life: how far the claim has come;
    payments: those that count.
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
    life: Life
    payments: tuple[Payment, ...] = ()

    @property
    def total(self) -> int:
        """The claim's total, in oere."""
        return self.claim.total

    @property
    def is_draft(self) -> bool:
        """Whether the month is still open."""
        return self.life.state is State.DRAFT

    @property
    def balance(self) -> Balance:
        """What the claim has come to; of an open month nothing is decided or owed yet."""
        undecided = sum(line.amount for line in self.claim.lines if line.id not in self.life.decisions)
        refused = self.total - undecided - self.life.approved
        paid = sum(payment.amount for payment in self.payments)
        owed = self.life.owed
        return Balance(self.total, self.life.approved, refused, undecided, owed, paid, owed - paid)

    @property
    def as_of(self) -> date:
        """The day of the last thing the statement tells: the month's end, an answer, a payment."""
        answered = [decision.decided_at.astimezone(COPENHAGEN).date() for decision in self.life.decisions.values()]
        return max([self.month_end, *answered, *(payment.paid_on for payment in self.payments)])

    def answer(self, line: Line) -> Answer:
        """What the region has answered to a line of the claim."""
        decision, disputed = self.life.decisions.get(line.id), line.id in self.life.disputed
        if decision is None:
            return Answer(None, None, "", "", disputed)
        verdict = verdict_of(line, decision.approved)
        return Answer(verdict, decision.approved, decision.reason, masked_text(decision.text), disputed)

    def lines(self) -> tuple[Line, ...]:
        """Charges first, then reversals; each by service date and id."""
        return tuple(
            sorted(self.claim.lines, key=lambda line: (line.kind is LineKind.REVERSAL, line.service_date, line.id))
        )

    def withheld(self) -> tuple[Withheld, ...]:
        """What is withheld, by reason and episode."""
        return tuple(sorted(self.claim.withheld, key=lambda item: (item.reason, item.episode)))


def statement(
    claim: Claim,
    agreement: Agreement,
    municipality: str,
    region: str,
    month_end: date,
    sha256: str,
    life: Life,
    payments: Iterable[Payment] = (),
) -> Statement:
    """The statement of a claim under its agreement. payments: of this claim, in the order they were stated."""
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
        life=life,
        payments=standing(payments),
    )


def _sums(lines: Iterable[Line]) -> Iterable[Sum]:
    cells: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for line in lines:
        cells[line.iv_type, line.category].append(line.amount)
    return [Sum(*kind, len(amounts), sum(amounts)) for kind, amounts in sorted(cells.items())]
