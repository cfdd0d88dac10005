"""Reconciling a month: the claims as they stand, held against the region's own registrations."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import groupby
from operator import attrgetter, itemgetter

from gateway.build import Gateway
from gateway.errors import NotFoundError
from gateway.standing import Standing
from settlement.agreements import Agreement
from settlement.evaluating import Evaluator
from settlement.lines import Claim, Line
from settlement.partitions import may_concern
from settlement.periods import Month, local_day
from settlement.reconciling import Compared, reconcile
from settlement.registered_price import RegisteredPrices, is_paid_by, payer
from settlement.registrations import NEAR_DAYS, Registration, of_hospital_messages, of_month

HOSPITAL, IMPORT = "hospital", "import"


@dataclass(frozen=True, slots=True)
class Reconciled:
    """One municipality's month under one agreement on both sides. claims: those that were held against the
    registrations."""

    month: Month
    agreement: Agreement
    municipality: str
    claims: tuple[Claim, ...]
    compared: tuple[Compared, ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """What is reconciled: an agreement, a region, a municipality, a source of registrations; "" is all.

    source: "hospital", "import", or the name of an import. "" is what was imported; where nothing was, the hospitals'
    messages. predecessors: the regions that the region has taken over from, which are in it too (`reconcile_month`
    fills them in).
    """

    agreement: str = ""
    region: str = ""
    municipality: str = ""
    source: str = ""
    predecessors: tuple[str, ...] = ()

    def holds(self, municipality: str, region: str) -> bool:
        """Whether a course of that municipality, to be paid by that region, is asked for."""
        is_theirs = not self.region or region in (self.region, *self.predecessors)
        return is_theirs and self.municipality in ("", municipality)


def reconcile_month(gateway: Gateway, month: Month, scope: Scope) -> Iterator[Reconciled]:
    """The month under each agreement of the scope, municipality by municipality, as long as it is read.

    Only the municipality at hand lies in memory. Raises NotFoundError, before anything is read, for an agreement or
    source nobody knows.
    """
    agreements, source = agreements_of(gateway, scope), _source(gateway, scope.source)
    _, *before = gateway.register.directory.answers_for(scope.region, local_day(gateway.now()))
    scope = replace(scope, predecessors=tuple(before) if scope.region else ())
    return _each(gateway, month, scope, agreements, source)


def agreements_of(gateway: Gateway, scope: Scope) -> list[Agreement]:
    """The agreements of the scope. Raises NotFoundError for one nobody knows."""
    agreements = [one for one in gateway.months.agreements if scope.agreement in ("", one.id)]
    if not agreements:
        known = ", ".join(one.id for one in gateway.months.agreements)
        raise NotFoundError(f"Courses are claimed by no agreement {scope.agreement[:60]!r} here, but by {known}.")
    return agreements


def _each(
    gateway: Gateway, month: Month, scope: Scope, agreements: Iterable[Agreement], source: str
) -> Iterator[Reconciled]:
    with gateway.projection.standing() as standing:
        for agreement in agreements:
            side = _Side(gateway, standing, month, agreement, scope, source, Evaluator(agreement))
            for municipality, claims in side.claims():
                found = side.reconciled(municipality, claims)
                if found.claims or found.compared:
                    yield found


@dataclass(frozen=True, slots=True)
class _Side:
    """One agreement's month, and what it is held against."""

    gateway: Gateway
    standing: Standing
    month: Month
    agreement: Agreement
    scope: Scope
    source: str
    evaluator: Evaluator

    def claims(self) -> Iterator[tuple[str, list[Claim]]]:
        """Every municipality with a claim or a registration, by code, with its claims in scope."""
        wanted = self.scope.municipality
        mine = self.gateway.months.under(self.agreement, self.month, self.standing)
        claims = mine.claims_of(wanted) if wanted else mine.claims()
        in_scope = (one for one in claims if self.scope.holds(one.municipality, one.region))
        groups = ((place, list(group)) for place, group in groupby(in_scope, key=attrgetter("municipality")))
        others = ((place, list[Claim]()) for place in ([wanted] if wanted else self._registered_places()))
        both = heapq.merge(groups, others, key=itemgetter(0))
        for place, found in groupby(both, key=itemgetter(0)):
            yield place, [claim for _, group in found for claim in group]

    def reconciled(self, municipality: str, claims: Sequence[Claim]) -> Reconciled:
        """A municipality's claims held against its registrations."""
        lines = [line for claim in claims for line in claim.lines]
        known = [one for one in self._registrations(municipality, lines) if self._concerns(one)]
        withheld = [item for claim in claims for item in claim.withheld]
        elsewhere = self.standing.billed(self.agreement.id, municipality, str(self.month)) if known else ()
        chosen = of_month(known, self.month, lines, elsewhere)
        compared = reconcile(lines, chosen, RegisteredPrices(self.agreement, lines, self.evaluator), withheld)
        return Reconciled(self.month, self.agreement, municipality, tuple(claims), compared)

    def _registered_places(self) -> list[str]:
        """The municipalities with registrations that the agreement may pay for."""
        places = self.standing.municipalities() if self.source == HOSPITAL else self.gateway.store.registration_places()
        return [place for place in places if may_concern(self.agreement, place, self.gateway.register.directory)]

    def _registrations(self, municipality: str, lines: Iterable[Line]) -> Iterable[Registration]:
        """The registrations that may be about the month, or about what it claims late."""
        starts = [self.month.first_day, self.month.last_day, *(line.service_date for line in lines)]
        since, until = min(starts) - timedelta(days=NEAR_DAYS), max(starts) + timedelta(days=NEAR_DAYS)
        if self.source == HOSPITAL:
            episodes = self.standing.episodes(municipality)
            said = of_hospital_messages(episodes, self.gateway.register.directory)
            return (one for one in said if since <= one.start <= until)
        imported = "" if self.source == IMPORT else self.source
        return self.gateway.store.registrations(since, until, imported, municipality)

    def _concerns(self, one: Registration) -> bool:
        """Whether a registration is in scope, and any of the agreement's business."""
        directory = self.gateway.register.directory
        in_scope = self.scope.holds(one.municipality, payer(one, directory, self.month))
        return in_scope and is_paid_by(one, self.agreement, directory)


def sources(gateway: Gateway) -> list[str]:
    """What registrations there are: the hospitals' messages, and the imports by name."""
    return [HOSPITAL, *gateway.store.registration_sources()]


def _source(gateway: Gateway, wanted: str) -> str:
    imported = gateway.store.registration_sources()
    if not wanted:
        return IMPORT if imported else HOSPITAL
    if wanted not in (HOSPITAL, IMPORT, *imported):
        known = ", ".join((HOSPITAL, IMPORT, *imported))
        raise NotFoundError(f"There are no registrations of {wanted[:60]!r}. There are: {known}.")
    return wanted


def municipality_of(one: Compared) -> str:
    """The municipality a course on either side is of."""
    if one.registration is not None:
        return one.registration.municipality
    return one.lines[0].municipality
