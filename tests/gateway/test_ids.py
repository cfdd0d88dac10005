"""New ids are UUIDs, and no two are the same: not in one process, not in two."""

from __future__ import annotations

import subprocess
import sys
import uuid

from gateway.ids import new_id


def test_new_ids_are_random_uuids() -> None:
    ids = {new_id() for _ in range(10_000)}
    assert len(ids) == 10_000
    assert {uuid.UUID(one).version for one in ids} == {4}


def test_two_processes_make_different_ids() -> None:
    command = [sys.executable, "-c", "from gateway.ids import new_id; print(new_id())"]
    first, second = (subprocess.run(command, capture_output=True, check=True).stdout for _ in range(2))  # noqa: S603
    assert len(first) > 30
    assert first != second
