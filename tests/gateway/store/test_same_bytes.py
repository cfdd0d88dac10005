"""Closed months are the same bytes on both databases, whatever hash seed, time zone and order of messages."""

from __future__ import annotations

from pathlib import Path

from gateway.settings import Settings
from tests.same_bytes.once import closed
from tests.same_bytes.runs import run


def test_a_month_closed_elsewhere_is_the_same(settings: Settings, tmp_path: Path) -> None:
    here = closed(tmp_path / "here", order=1)
    assert run(2, settings.database_url) == here
