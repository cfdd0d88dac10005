"""Invoicing: period agreements from inputs given by people to invoices of closed months, from store to store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from gateway.errors import BadRequestError, ConflictError, NotFoundError
from gateway.store.contract import ClosedMonth, Store
from mappings.settlement_invoices import Settlement, settlement_documents
from mappings.signing import Signer, signed_document
from settlement.agreements import Agreement
from settlement.datafile import DataFileError
from settlement.eligibility import Reason
from settlement.invoices import Given, Invoice, inputs_of, invoice, latest_given
from settlement.periods import Month


class Invoicing:
    """Settles period agreements month by month. Holds no state of its own. agreements: those about periods, by id."""

    def __init__(
        self,
        store: Store,
        agreements: Mapping[str, Agreement],
        now: Callable[[], datetime],
        signer: Signer | None = None,
    ) -> None:
        self._store = store
        self.agreements = agreements
        self._now = now
        self._signer = signer

    def give(self, given: Given) -> Invoice | None:
        """Keep the inputs of a period, and give what they come to as things stand; None where they are taken back.

        Raises NotFoundError for an agreement that is not known, BadRequestError for inputs that cannot be read or pay
        nothing (with the reason), ConflictError where the month is closed.
        """
        agreement = self.agreement(given.agreement)
        drafted = self._drafted(given, agreement) if given.values else None
        last = max((closed.month for closed in self._store.months()), default="")
        if given.month < last:
            raise ConflictError(f"{last} is closed, so nothing more is invoiced in {given.month}; name a later month.")
        self._store.give_inputs(given)
        return drafted

    def agreement(self, agreement_id: str) -> Agreement:
        """An agreement about periods. Raises NotFoundError."""
        found = self.agreements.get(agreement_id)
        if found is None:
            raise NotFoundError(
                f"There is no agreement about periods called {agreement_id[:60]}. See `overgang agreement list`."
            )
        return found

    def of_month(self, month: Month) -> list[Invoice]:
        """The month's invoices by agreement and parties: those of closed agreements as they are, of others the drafts.

        Raises BadRequestError where inputs no longer fit their agreement.
        """
        closed = {one.agreement for one in self._store.months() if one.month == str(month)}
        drafts = (self._drafted(one, self.agreement(one.agreement)) for one in self._open(month, closed))
        found = [*self._store.invoices(str(month)), *(one for one in drafts if one.entries)]
        return sorted(found, key=lambda one: one.period)

    def is_closed(self, one: Invoice) -> bool:
        """Whether an invoice is one of a closed month."""
        return self._store.invoice(one.id) is not None

    def close(self, month: Month, agreement_id: str = "") -> list[Invoice]:
        """Freeze the month's invoices (of every period agreement, or of that one), and write their documents.

        To be called when the month is closed; again it changes nothing. Raises BadRequestError where inputs no longer
        fit their agreement: they are to be given again.
        """
        for one in self.agreements:
            if agreement_id in ("", one):
                self._close(month, one)
        return self._store.invoices(str(month), agreement_id)

    def _close(self, month: Month, agreement_id: str) -> None:
        given = [one for one in self._open(month, set()) if one.agreement == agreement_id]
        if not given:
            return
        drafts = (self._drafted(one, self.agreements[agreement_id]) for one in given)
        invoices = [one for one in drafts if one.entries]
        closed = ClosedMonth(str(month), agreement_id, self._now(), self._position())
        self._store.save_invoices(closed, invoices)
        for one in self._store.invoices(str(month), agreement_id):
            self._write(one)

    def _position(self) -> int:
        with self._store.snapshot() as view:
            return view.position

    def _open(self, month: Month, closed: set[str]) -> list[Given]:
        found = latest_given(self._store.given_inputs(str(month)))
        return [one for one in found if one.agreement not in closed]

    def _drafted(self, given: Given, agreement: Agreement) -> Invoice:
        try:
            found = invoice(given, agreement, self._store.invoices(agreement=agreement.id))
        except DataFileError as problem:
            raise BadRequestError(f"The inputs of {agreement.id} cannot be used: {problem}") from problem
        if isinstance(found, Reason):
            raise BadRequestError(f"{agreement.id} pays nothing: {found.explanation['en']}.")
        return found

    def _write(self, one: Invoice) -> None:
        agreement = self.agreement(one.agreement)
        settlement = Settlement(one, agreement, inputs_of(one.values, agreement))
        bundle, *parts = settlement_documents(settlement, self._now())
        bundle = signed_document(bundle, self._signer) if self._signer else bundle
        self._store.save_documents([bundle, *parts])
