"""What changed since last month: two months' claims, closed or as they would be closed now, taken apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gateway.build import Gateway
from settlement.changes import Change, changes
from settlement.lines import Claim
from settlement.periods import Month


@dataclass(frozen=True, slots=True)
class MonthChanges:
    """The changes of every municipality from one month to the next. is_closed: of the month before, and of the month.

    A month claims whatever is not claimed yet, so two months that are both open have the first one's courses in both.
    """

    before: Month
    month: Month
    is_closed: tuple[bool, bool]
    changes: tuple[Change, ...]

    @property
    def overlap(self) -> bool:
        """Whether the month before is not closed, so that its courses stand in both months."""
        return not self.is_closed[0]


def month_changes(gateway: Gateway, month: Month, seen: Callable[[Claim], bool] = lambda _: True) -> MonthChanges:
    """What a month comes to against the month before it. seen: which claims are looked at."""
    before, months = month.previous(), gateway.months
    closed = months.is_closed(before), months.is_closed(month)
    sides = (filter(seen, months.preview(each)) for each in (before, month))
    return MonthChanges(before, month, closed, changes(*sides))
