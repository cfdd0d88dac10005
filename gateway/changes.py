"""What changed since last month: two months' claims, closed or as they would be closed now, taken apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gateway.agreement_months import AgreementMonth
from gateway.build import Gateway
from settlement.changes import Change, changes
from settlement.lines import Claim
from settlement.periods import Month


@dataclass(frozen=True, slots=True)
class MonthChanges:
    """The changes of every municipality from one month to the next. is_closed: of the month before, and of the month.

    A month before that is open is taken as it would be closed now, so that nothing it would claim stands in both.
    """

    before: Month
    month: Month
    is_closed: tuple[bool, bool]
    changes: tuple[Change, ...]


def month_changes(gateway: Gateway, month: Month, seen: Callable[[Claim], bool] = lambda _: True) -> MonthChanges:
    """What a month comes to against the month before it. seen: which claims are looked at."""
    before, months = month.previous(), gateway.months
    closed = months.is_closed(before), months.is_closed(month)
    with gateway.projection.standing() as standing:
        pairs = [
            (months.under(agreement, before, standing), months.under(agreement, month, standing))
            for agreement in months.agreements
        ]
        places = sorted({place for pair in pairs for place in pair[1].places()})
        found = tuple(change for place in places for change in _changes(place, pairs, seen))
    return MonthChanges(before, month, closed, found)


def _changes(
    place: str, pairs: list[tuple[AgreementMonth, AgreementMonth]], seen: Callable[[Claim], bool]
) -> tuple[Change, ...]:
    """A municipality's change; its claims lie in memory, and no other's."""
    both = [_claims(place, *pair) for pair in pairs]
    sides = ([claim for side in both for claim in side[number] if seen(claim)] for number in (0, 1))
    return changes(*sides)


def _claims(place: str, before: AgreementMonth, month: AgreementMonth) -> tuple[list[Claim], list[Claim]]:
    """What both months claim of a municipality under one agreement."""
    first = list(before.claims_of(place))
    return first, list(month.claims_of(place, () if before.is_closed else first))
