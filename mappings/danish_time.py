"""Danish wall time: what a message means by a time without an offset."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

DANISH = ZoneInfo("Europe/Copenhagen")


def danish(wall: datetime) -> datetime:
    """A naive wall time as an aware one with Denmark's offset at that moment.

    In the hour that comes twice in October the first one is meant; in the hour that never comes in March the clock is
    taken not to have been moved yet.
    """
    offset = wall.replace(tzinfo=DANISH).utcoffset() or timedelta(0)
    return wall.replace(tzinfo=timezone(offset))
