"""make bench-close: synthetic months rated, explained and written as claim bundles; prints JSON.

    python -m tests.bench.close [--sizes 10000,1000000] [--workers 2]

Episodes are made, priced and written municipality by municipality; the municipalities are dealt out to the workers. A
bundle is a line of NDJSON in a file of its municipality, removed when it is complete, so that a large month needs no
large disk. `seconds` is the time of it all, making the episodes included (`making_microseconds` says what that takes an
episode); `processor_seconds` is that of all workers, `memory_mb` the most that all processes held, added up.

The same month is summed up in plain SQL on DuckDB, and by the agreement's clauses over the same flat table; the three
must be equal to the oere, and the bytes the same on one worker and on several (checked on the smallest month). Exits 1
where they are not.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import json
import math
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any, BinaryIO

from mappings.claims import Parties, write_claim_bundle
from mappings.outbound import Party
from settlement.agreements import Agreement
from settlement.closing import close_month
from settlement.lines import Claim
from settlement.organisations import Directory
from settlement.pricing import Pricer
from tests.bench import flat, synthetic
from tests.bench.loading import most_megabytes
from tests.bench.synthetic import MONTH

Sums = Counter[tuple[str, str]]
"""Oere by municipality and weight category."""
NEXT_DAY = MONTH.next().first_day


@dataclass(slots=True)
class Written:
    """What workers wrote. digests: SHA-256 of each municipality's file, by code. spent: processor seconds."""

    digests: dict[str, str] = field(default_factory=dict)
    sums: Sums = field(default_factory=Counter)
    lines: int = 0
    withheld: int = 0
    size: int = 0
    spent: float = 0.0
    megabytes: float = 0.0

    def add(self, other: Written) -> None:
        """Take in what another worker wrote."""
        self.digests |= other.digests
        self.sums.update(other.sums)
        for name in ("lines", "withheld", "size", "spent", "megabytes"):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def digest(self) -> str:
        """SHA-256 over every municipality's file, by code."""
        every = "".join(f"{code} {digest}\n" for code, digest in sorted(self.digests.items()))
        return hashlib.sha256(every.encode()).hexdigest()


def work(worker: int, workers: int, size: int, folder: str) -> Written:
    """Close one worker's municipalities."""
    directory, agreement, found = Directory.build(), synthetic.agreement(), Written()
    codes = synthetic.municipalities(directory)
    pricer = Pricer(agreement, directory, MONTH)
    for place in range(worker, len(codes), workers):
        path = Path(folder) / f"{codes[place]}.ndjson"
        episodes = synthetic.episodes(place, len(codes), size, directory)
        claims = close_month(MONTH, episodes, agreement, (), directory, pricer=pricer)
        with path.open("wb") as file:
            found.digests[codes[place]] = _write(claims, agreement, directory, file, found)
            found.size += file.tell()
        path.unlink()
    found.spent, found.megabytes = time.process_time(), most_megabytes() or 0.0
    return found


def _write(claims: tuple[Claim, ...], agreement: Agreement, directory: Directory, file: BinaryIO, to: Written) -> str:
    digest = hashlib.sha256()
    for claim in claims:
        name = directory.municipality_name(claim.municipality, MONTH.last_day)
        region = Party(claim.region, directory.region_name(claim.region))
        parties = Parties(Party(claim.municipality, name), region, agreement.title["da"])
        citizens = synthetic.citizens(line.citizen for line in claim.lines)
        digest.update(write_claim_bundle(claim, citizens, parties, NEXT_DAY, file.write).encode())
        to.lines += len(claim.lines)
        to.withheld += len(claim.withheld)
        for line in claim.lines:
            to.sums[line.municipality, line.category] += line.amount
    return digest.hexdigest()


def closed(size: int, workers: int) -> Written:
    """Close a month of that size on so many processes; what they make holds no cycles, so none are looked for."""
    found = Written()
    pool = ProcessPoolExecutor(workers, get_context("spawn"), initializer=gc.disable)
    with tempfile.TemporaryDirectory() as folder, pool:
        for part in pool.map(work, range(workers), [workers] * workers, [size] * workers, [folder] * workers):
            found.add(part)
    return found


def measured(size: int, workers: int) -> dict[str, Any]:
    """One month: what it took, and beside it the plain aggregation."""
    begun = time.perf_counter()
    found = closed(size, workers)
    seconds = time.perf_counter() - begun
    table = flat.months_table(size)
    plain, aggregated = _best(lambda: flat.plain(table)), _best(lambda: flat.aggregated(table, synthetic.agreement()))
    return {
        "episodes": size,
        "seconds": round(seconds, 2),
        "episodes_a_second": round(size / seconds),
        "processor_seconds": round(found.spent, 2),
        "memory_mb": round(found.megabytes + (most_megabytes() or 0.0)),
        "lines": found.lines,
        "withheld": found.withheld,
        "ndjson_mb": round(found.size / 1e6),
        "sha256": found.digest,
        "duckdb_seconds": round(plain[0], 4),
        "ratio_to_duckdb": round(seconds / plain[0]),
        "aggregates_seconds": round(aggregated[0], 4),
        "aggregates_ratio_to_duckdb": round(aggregated[0] / plain[0], 2),
        "amounts_equal": found.sums == plain[1] == aggregated[1],
        "kroner": f"{sum(found.sums.values()) / 100:.2f}",
    }


def _best(run: Callable[[], Sums]) -> tuple[float, Sums]:
    """The least seconds of five runs, and what came out."""
    times = []
    for _ in range(5):
        begun = time.perf_counter()
        sums = run()
        times.append(time.perf_counter() - begun)
    return min(times), sums


def _making() -> float:
    """Microseconds of processor time that making an episode takes."""
    directory, count = Directory.build(), 20_000
    begun = time.process_time()
    for _ in synthetic.episodes(0, 1, count, directory):
        pass
    return (time.process_time() - begun) / count * 1e6


def _slope(months: list[dict[str, Any]]) -> float | None:
    """How processor time grows with size, between the two largest months: 1 is linear."""
    if len(months) < 2:
        return None
    one, other = months[-2:]
    growth = math.log(other["processor_seconds"] / one["processor_seconds"])
    return round(growth / math.log(other["episodes"] / one["episodes"]), 3)


def main(arguments: list[str]) -> int:
    """Command line; 0 where amounts and bytes are the same."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="10000,100000,1000000", help="episodes in a month, smallest first")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes (default: one a core)")
    given = parser.parse_args(arguments)
    load, sizes = os.getloadavg()[0], [int(size) for size in given.sizes.split(",")]
    months = [measured(size, given.workers) for size in sizes]
    same = closed(sizes[0], 1).digest == closed(sizes[0], given.workers + 1).digest == months[0]["sha256"]
    told = {
        "workers": given.workers,
        "load_average_before": round(load, 2),
        "making_microseconds": round(_making(), 1),
        "months": months,
        "slope": _slope(months),
        "same_bytes_on_any_number_of_workers": same,
    }
    sys.stdout.write(json.dumps(told, indent=2) + "\n")
    return 0 if same and all(month["amounts_equal"] for month in months) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
