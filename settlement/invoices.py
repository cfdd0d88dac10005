"""Invoices: what a period agreement comes to between two parties, in one month.

Somebody gives the inputs of a period; while the month is open the latest ones count, and what they come to is a draft.
Closing the month freezes it. A period that is settled again in a later month is invoiced by the difference: a closed
month is never changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from settlement.agreements import Agreement
from settlement.clauses.sheet import Fact
from settlement.datafile import read_text
from settlement.eligibility import Reason
from settlement.inputs import examples, read_values
from settlement.money import kroner
from settlement.naming import named
from settlement.pricing import NAMESPACE
from settlement.settling import Entry, settle
from settlement.wording import LANGUAGES, sentences


@dataclass(frozen=True, slots=True)
class Given:
    """The inputs of a period, as somebody gave them.

    month: "2026-10", the month it is invoiced in. on: the day that picks the rates and names the period. issuer: code
    of who is paid; recipient: of who pays. values: the inputs as TOML text, "" to take back what was given before.
    person: who gave them, "" at the machine itself.
    """

    agreement: str
    month: str
    issuer: str
    recipient: str
    on: date
    values: str
    person: str
    at: datetime

    @property
    def period(self) -> tuple[str, str, str, str]:
        """What is settled, whenever it is invoiced: agreement, day, and the two parties."""
        return self.agreement, self.on.isoformat(), self.issuer, self.recipient


@dataclass(frozen=True, slots=True)
class Invoice:
    """A period's money in one month. entries: oere with their explanation. values: the inputs it rests on."""

    id: str
    agreement: str
    month: str
    issuer: str
    recipient: str
    on: date
    values: str
    entries: tuple[Entry, ...]

    @property
    def total(self) -> int:
        """What is due in this period, in oere; negative where the issuer pays back."""
        return sum(entry.amount for entry in self.entries if not entry.carried)

    @property
    def period(self) -> tuple[str, str, str, str]:
        """As that of `Given`."""
        return self.agreement, self.on.isoformat(), self.issuer, self.recipient


def latest_given(given: Iterable[Given]) -> list[Given]:
    """The inputs that count of each period, given in the order they were said; those taken back are not among them."""
    found: dict[tuple[str, str, str, str], Given] = {}
    for one in given:
        found[one.period] = one
    return [found[period] for period in sorted(found) if found[period].values]


def inputs_of(values: str, agreement: Agreement) -> dict[str, Fact]:
    """The inputs a text gives, with the agreement's illustrative values where it gives none. Raises DataFileError."""
    return examples(agreement.inputs) | read_values(read_text("inputs", values), agreement.inputs)


def invoice(given: Given, agreement: Agreement, earlier: Iterable[Invoice]) -> Invoice | Reason:
    """What the inputs come to, less what earlier months have invoiced of the same period; or why nothing is paid.

    earlier: invoices of closed months, of this period and maybe others. Raises DataFileError for inputs that cannot
    be read.
    """
    settled = settle(agreement, inputs_of(given.values, agreement), given.on)
    if settled.reason:
        return settled.reason
    before = [one for one in earlier if one.period == given.period and one.month < given.month]
    return Invoice(
        invoice_id(given),
        given.agreement,
        given.month,
        given.issuer,
        given.recipient,
        given.on,
        given.values,
        _less(settled.entries, before) if before else settled.entries,
    )


def invoice_id(given: Given) -> str:
    """A stable id: a period has one invoice in a month."""
    return named(NAMESPACE, "invoice", given.month, *given.period)


_Place = tuple[str, str, bool]


def _less(entries: Iterable[Entry], before: Iterable[Invoice]) -> tuple[Entry, ...]:
    """The entries less what has been invoiced of them; what has been invoiced and is no longer due is paid back."""
    invoiced: defaultdict[_Place, list[tuple[str, Entry]]] = defaultdict(list)
    for one in sorted(before, key=lambda one: one.month):
        for entry in one.entries:
            invoiced[_place(entry)].append((one.month, entry))
    due = {_place(entry): entry for entry in entries}
    gone = {place: replace(said[-1][1], amount=0) for place, said in invoiced.items() if place not in due}
    found = (_difference(entry, invoiced[place]) for place, entry in {**due, **gone}.items())
    return tuple(entry for entry in found if entry.amount)


def _place(entry: Entry) -> _Place:
    return entry.clause, entry.part, entry.carried


def _difference(entry: Entry, said: list[tuple[str, Entry]]) -> Entry:
    if not said:
        return entry
    before = sum(earlier.amount for _, earlier in said)
    months = ", ".join(dict.fromkeys(month for month, _ in said))
    texts = {name: _told(entry, before, months, name) for name in LANGUAGES}
    return replace(entry, amount=entry.amount - before, explanation=texts)


def _told(entry: Entry, before: int, months: str, language: str) -> str:
    now, earlier = kroner(entry.amount, language), kroner(before, language)
    rest = kroner(entry.amount - before, language)
    if language == "da":
        return sentences(entry.explanation[language], f"Nu {now}, tidligere faktureret ({months}) {earlier}: {rest}")
    return sentences(entry.explanation[language], f"Now {now}, invoiced before ({months}) {earlier}: {rest}")
