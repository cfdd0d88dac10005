"""Months: previewing and closing them: what settlement computes, from store to store."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from datetime import datetime
from itertools import chain

from gateway.agreement_months import AgreementMonth
from gateway.errors import ConflictError
from gateway.organisations import Register
from gateway.projection import Projection
from gateway.standing import Standing
from gateway.store.contract import ClosedMonth, Store
from mappings.claims import Parties, claim_bundle
from mappings.outbound import Party
from mappings.signing import Signer, signed_document
from settlement.agreements import Agreement
from settlement.lines import Claim, Document
from settlement.periods import Month
from settlement.pricing import Pricer


class Months:
    """Prices months under every agreement. Holds no state of its own. signer: signs claim bundles, if there is one."""

    def __init__(
        self,
        store: Store,
        projection: Projection,
        register: Register,
        agreements: Iterable[Agreement],
        now: Callable[[], datetime],
        signer: Signer | None = None,
    ) -> None:
        self._store = store
        self._projection = projection
        self._register = register
        self.agreements = tuple(agreements)
        self._now = now
        self._signer = signer

    def preview(self, month: Month, municipality: str | None = None) -> Generator[Claim, None, None]:
        """The month's claims (of one municipality): those closed, or what closing it now would give. A month that was
        left open before a closed one has none: the next open month claims what is late.

        They come one by one, by agreement, municipality and region, and all tell of the messages that are here now.
        """
        with self._projection.standing() as standing:
            for agreement in self.agreements:
                one = self.under(agreement, month, standing)
                yield from one.claims() if municipality is None else one.claims_of(municipality)

    def under(self, agreement: Agreement, month: Month, standing: Standing) -> AgreementMonth:
        """A month under one agreement, as a standing has it."""
        directory = self._register.directory
        closed = self._closed()
        is_closed = (str(month), agreement.id) in closed or str(month) < _last_month(closed)
        pricer = Pricer(agreement, directory, month)
        return AgreementMonth(month, agreement, is_closed, standing, self._store, directory, pricer)

    def close(self, month: Month, agreement_id: str = "") -> Iterator[Claim]:
        """Close a month under every agreement (or the one of that id), and write its claim bundles; gives its claims,
        which are read one by one.

        It is closed over the messages that are here now; those that come meanwhile are claimed later. A closed month
        stays as it is. Raises ConflictError for a month that is not over, or that lies before one that is closed: what
        came late for it is claimed in the next open month.
        """
        self._require_closable(month)
        with self._projection.standing() as standing:
            for agreement in self.agreements:
                if agreement_id in ("", agreement.id):
                    self._close(month, agreement, standing)
        return chain.from_iterable(self._store.each_claim(str(month), agreement.id) for agreement in self.agreements)

    def _close(self, month: Month, agreement: Agreement, standing: Standing) -> None:
        closed = ClosedMonth(str(month), agreement.id, self._now(), standing.position)
        found = self.under(agreement, month, standing)
        if not found.is_closed:
            self._store.save_claims(closed, found.claims())
        for claim in self._store.each_claim(str(month), agreement.id):
            if claim.region:
                self._store.save_documents([self._bundle(claim, agreement)])

    def is_closed(self, month: Month) -> bool:
        """Whether the month is closed under every agreement."""
        return self._closed() >= {(str(month), agreement.id) for agreement in self.agreements}

    def _closed(self) -> set[tuple[str, str]]:
        """Months and agreements that are closed."""
        return {(closed.month, closed.agreement) for closed in self._store.months()}

    def _require_closable(self, month: Month) -> None:
        if self._now() < month.end:
            raise ConflictError(
                f"{month} is not over. It can be closed from {month.next().first_day}; see it with preview."
            )
        last = _last_month(self._closed())
        if str(month) < last and not self.is_closed(month):
            raise ConflictError(
                f"{last} is closed, so {month} no longer can be; the next open month claims what is late."
            )

    def _bundle(self, claim: Claim, agreement: Agreement) -> Document:
        month = Month.parse(claim.month)
        citizens = self._store.citizens({line.citizen for line in claim.lines})
        parties = Parties(
            self._municipality(claim, month), self._register.party_of_region(claim.region), agreement.title["da"]
        )
        bundle = claim_bundle(claim, citizens, parties, month.next().first_day, self._now())
        return signed_document(bundle, self._signer) if self._signer else bundle

    def _municipality(self, claim: Claim, month: Month) -> Party:
        name = self._register.directory.municipality_name(claim.municipality, month.last_day)
        return Party(claim.municipality, name)


def _last_month(closed: set[tuple[str, str]]) -> str:
    """The last month that is closed; months before it claim nothing more. Empty where none is closed."""
    return max((month for month, _ in closed), default="")
