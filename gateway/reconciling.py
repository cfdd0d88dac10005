"""Reconciling a month: the claims as they stand, held against the region's own registrations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from gateway.build import Gateway
from gateway.errors import NotFoundError
from settlement.agreements import Agreement
from settlement.lines import Claim
from settlement.organisations import Directory
from settlement.periods import Month
from settlement.reconciling import Compared, reconcile
from settlement.registered_price import RegisteredPrices, is_paid_by, payer
from settlement.registrations import NEAR_DAYS, Registration, of_hospital_messages, of_month

HOSPITAL, IMPORT = "hospital", "import"


@dataclass(frozen=True, slots=True)
class Reconciled:
    """One agreement's month on both sides. claims: those that were held against the registrations."""

    month: Month
    agreement: Agreement
    claims: tuple[Claim, ...]
    compared: tuple[Compared, ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """What is reconciled: an agreement, a region, a municipality, a source of registrations; "" is all.

    source: "hospital", "import", or the name of an import. "" is what was imported; where nothing was, the hospitals'
    messages.
    """

    agreement: str = ""
    region: str = ""
    municipality: str = ""
    source: str = ""

    def holds(self, municipality: str, region: str) -> bool:
        """Whether a course of that municipality, to be paid by that region, is asked for."""
        return self.region in ("", region) and self.municipality in ("", municipality)


def reconcile_month(gateway: Gateway, month: Month, scope: Scope) -> tuple[Reconciled, ...]:
    """The month under each agreement of the scope. Raises NotFoundError for an agreement or source nobody knows."""
    agreements = [one for one in gateway.months.agreements if scope.agreement in ("", one.id)]
    if not agreements:
        known = ", ".join(one.id for one in gateway.months.agreements)
        raise NotFoundError(f"Courses are claimed by no agreement {scope.agreement[:60]!r} here, but by {known}.")
    claims = [claim for claim in gateway.months.preview(month) if scope.holds(claim.municipality, claim.region)]
    known_courses = registrations(gateway, month, claims, scope)
    return tuple(_reconciled(gateway, month, one, claims, known_courses) for one in agreements)


def registrations(gateway: Gateway, month: Month, claims: Iterable[Claim], scope: Scope) -> list[Registration]:
    """The registrations in scope that may be about the month, or about what it claims late."""
    source = _source(gateway, scope.source)
    directory = gateway.register.directory
    starts = [month.first_day, *(line.service_date for claim in claims for line in claim.lines)]
    since, until = min(starts) - timedelta(days=NEAR_DAYS), max(month.last_day, *starts) + timedelta(days=NEAR_DAYS)
    if source == HOSPITAL:
        found = [one for one in _by_hospitals(gateway) if since <= one.start <= until]
    else:
        found = gateway.store.registrations(since, until, "" if source == IMPORT else source)
    return [one for one in found if scope.holds(one.municipality, payer(one, directory, month))]


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


def _by_hospitals(gateway: Gateway) -> list[Registration]:
    gateway.projection.refresh()
    return list(of_hospital_messages(gateway.store.every_episode(), gateway.register.directory))


def _reconciled(
    gateway: Gateway, month: Month, agreement: Agreement, claims: Iterable[Claim], known: Iterable[Registration]
) -> Reconciled:
    own = tuple(claim for claim in claims if claim.agreement == agreement.id)
    lines = [line for claim in own for line in claim.lines]
    concerned = [one for one in known if is_paid_by(one, agreement, gateway.register.directory)]
    places = {one.municipality for one in concerned} | {claim.municipality for claim in own}
    billed = (line for place in sorted(places) for line in gateway.store.billed(agreement.id, place))
    elsewhere = [line for line in billed if line.month != str(month)]
    withheld = [item for claim in own for item in claim.withheld]
    chosen = of_month(concerned, month, lines, elsewhere)
    compared = reconcile(lines, chosen, RegisteredPrices(agreement, lines), withheld)
    return Reconciled(month, agreement, own, compared)


def totals_by(
    compared: Iterable[Compared], directory: Directory, month: Month
) -> dict[tuple[str, str], list[Compared]]:
    """The courses by municipality (its name and code), by name."""
    found: dict[tuple[str, str], list[Compared]] = {}
    for one in compared:
        name = directory.municipality_name(municipality_of(one), month.last_day)
        found.setdefault((name or municipality_of(one), municipality_of(one)), []).append(one)
    return dict(sorted(found.items()))


def municipality_of(one: Compared) -> str:
    """The municipality a course on either side is of."""
    if one.registration is not None:
        return one.registration.municipality
    return one.lines[0].municipality
