"""The bench of months in a store: every step comes to the same sum, and finds what was put there to be found."""

from __future__ import annotations

from pathlib import Path

from tests.bench import filling
from tests.bench.months import LIMIT_MB, STEPS, is_well, opened

SIZE, PLACES = 700, 3


def test_every_step_comes_to_the_same(tmp_path: Path) -> None:
    gateway = opened({"data_folder": str(tmp_path), "database_url": ""})
    try:
        found = {name: run(gateway, SIZE, PLACES) for name, run in STEPS.items()}
    finally:
        gateway.close()
    assert len({one["claimed"] for name, one in found.items() if name != "fill"}) == 1
    assert found["preview"] == found["close"]
    numbers = [number for number in range(SIZE) if number % 50 != 49]
    missing = sum(number % filling.NOT_REGISTERED == 0 for number in numbers)
    assert found["reconcile"]["courses"]["not-registered"] == missing == found["control"]["rules"]["not-registered"][0]
    assert sum(found["control"]["drawn"].values()) > 0


def test_too_much_memory_or_another_sum_is_not_well() -> None:
    one = {"claimed": 5, "memory_mb": LIMIT_MB}
    assert is_well({"fill": {}, "preview": one, "close": one})
    assert not is_well({"fill": {}, "preview": one, "close": {**one, "claimed": 4}})
    assert not is_well({"fill": {}, "preview": one, "close": {**one, "memory_mb": LIMIT_MB + 1}})
