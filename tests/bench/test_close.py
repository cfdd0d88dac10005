"""The bench of closing: the same amounts by three ways, the same bytes on any number of workers."""

from __future__ import annotations

from pathlib import Path

from tests.bench import flat, synthetic
from tests.bench.close import Written, work

SIZE = 2_000


def closed(folder: Path, workers: int) -> Written:
    found = Written()
    for worker in range(workers):
        found.add(work(worker, workers, SIZE, str(folder)))
    return found


def test_amounts_are_equal_and_bytes_the_same_on_any_number_of_workers(tmp_path: Path) -> None:
    alone, three = closed(tmp_path, 1), closed(tmp_path, 3)
    assert alone.digest == three.digest
    assert (alone.lines, alone.withheld) == (SIZE - SIZE // synthetic.WITHOUT_CATEGORY, SIZE // 50)
    table = flat.months_table(SIZE)
    assert alone.sums == flat.plain(table) == flat.aggregated(table, synthetic.agreement())
    assert list(tmp_path.iterdir()) == []
