"""One month under one agreement, as one standing has it: closed, or as it would be closed now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gateway.standing import Standing
from gateway.store.contract import Store
from settlement.agreements import Agreement
from settlement.billing import as_if_closed
from settlement.closing import close_courses
from settlement.lines import Claim
from settlement.organisations import Directory
from settlement.periods import Month
from settlement.pricing import Pricer


@dataclass(frozen=True, slots=True)
class AgreementMonth:
    """A month under an agreement. is_closed: it is closed, or cannot be any more because a later one is. The pricer
    remembers what courses of one municipality came to for the next."""

    month: Month
    agreement: Agreement
    is_closed: bool
    standing: Standing
    store: Store
    directory: Directory
    pricer: Pricer

    def places(self) -> list[str]:
        """The municipalities it may have claims of, by code."""
        return self.standing.partitions(self.agreement)

    def claims(self) -> Iterator[Claim]:
        """All its claims, one by one, by municipality and region."""
        if self.is_closed:
            yield from self.store.each_claim(str(self.month), self.agreement.id)
        else:
            for place in self.places():
                yield from self._compute(place)

    def claims_of(self, municipality: str, before: Sequence[Claim] = ()) -> Iterator[Claim]:
        """A municipality's claims. before: what another open month would claim of it first, as if that were closed."""
        if self.is_closed:
            return self.store.each_claim(str(self.month), self.agreement.id, municipality)
        return self._compute(municipality, before)

    def _compute(self, municipality: str, before: Sequence[Claim] = ()) -> Iterator[Claim]:
        """A partition is a pure function of its episodes and what was billed."""
        courses = self.standing.courses(self.agreement.id, municipality)
        known = as_if_closed(courses, before) if before else courses
        yield from close_courses(self.month, known, self.agreement, self.directory, self.pricer)
