"""The installation's secrets: given, or made once."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from gateway.keys import installation_key


def test_a_given_key_is_used_and_nothing_is_written(tmp_path: Path) -> None:
    assert installation_key("given", tmp_path, "pseudonym") == b"given"
    assert list(tmp_path.iterdir()) == []


def test_a_key_is_made_once_and_kept_private(tmp_path: Path) -> None:
    first = installation_key("", tmp_path / "new", "pseudonym")
    assert first == installation_key("", tmp_path / "new", "pseudonym")
    assert len(first) == 64
    assert first != installation_key("", tmp_path / "other", "pseudonym")
    assert stat.S_IMODE((tmp_path / "new" / "pseudonym.key").stat().st_mode) == 0o600


def test_many_at_once_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(lambda _: installation_key("", tmp_path, "pseudonym"), range(64)))
    assert len(keys) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["pseudonym.key"]
