"""Danish wall time, with its offset at that moment."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mappings.danish_time import danish


@pytest.mark.parametrize(
    ("wall", "utc"),
    [
        ("2026-01-05T14:00", "2026-01-05T13:00"),
        ("2026-07-05T14:00", "2026-07-05T12:00"),
        ("2026-03-29T01:59", "2026-03-29T00:59"),
        ("2026-03-29T03:00", "2026-03-29T01:00"),
        ("2026-10-25T02:30", "2026-10-25T00:30"),
        ("2026-10-25T03:00", "2026-10-25T02:00"),
    ],
)
def test_wall_time(wall: str, utc: str) -> None:
    read = danish(datetime.fromisoformat(wall))
    assert read.astimezone(UTC) == datetime.fromisoformat(utc).replace(tzinfo=UTC)
