"""make billing-histories: as many histories as asked, on every core; progress on standard error, then one JSON line.

    python -m tests.histories [--count N] [--seed X] [--workers W] [--only CASE]

Each case is made by the seed and its number alone, so what is found is repeated with --seed and --only. Exits 1 where
anything does not hold.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from tests.histories.judging import judged
from tests.histories.telling import shipped, told

BATCH = 250

Found = tuple[Counter[str], dict[int, str]]
"""What was seen, and what did not hold, by case."""


def run(seed: int, numbers: Iterable[int]) -> Found:
    """Judge the cases of these numbers."""
    known, seen = shipped(), Counter[str]()
    failed: dict[int, str] = {}
    for number in numbers:
        dice = random.Random(f"{seed}/{number}")  # noqa: S311  (repeatable is what it must be)
        try:
            seen.update(judged(told(dice, known), dice))
        except AssertionError as broken:
            failed[number] = str(broken)
        seen["histories"] += 1
    return seen, failed


def _batch(seed: int, first: int, last: int) -> Found:
    return run(seed, range(first, last))


def campaign(seed: int, count: int, workers: int) -> Found:
    """Judge so many cases on so many processes."""
    seen, failed = Counter[str](), dict[int, str]()
    firsts = range(0, count, BATCH)
    lasts = [min(first + BATCH, count) for first in firsts]
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        for more, broken in pool.map(_batch, [seed] * len(firsts), firsts, lasts):
            seen.update(more)
            failed |= broken
            sys.stderr.write(f"\r{seen['histories']} of {count} histories, {len(failed)} broken")
    sys.stderr.write("\n")
    return seen, failed


def main(arguments: list[str]) -> int:
    """Command line; 0 where everything holds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=50_000, help="how many histories (default 50,000)")
    parser.add_argument("--seed", type=int, default=1, help="of the random generator (default 1)")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes (default: one a core)")
    parser.add_argument("--only", type=int, default=-1, help="one case again")
    given = parser.parse_args(arguments)
    begun = time.perf_counter()
    if given.only >= 0:
        seen, failed = run(given.seed, [given.only])
    else:
        seen, failed = campaign(given.seed, given.count, given.workers)
    seconds = round(time.perf_counter() - begun, 1)
    told_of = {"seed": given.seed, **dict(sorted(seen.items())), "seconds": seconds, "broken": failed}
    sys.stdout.write(json.dumps({**told_of, "clean": not failed}) + "\n")
    return 1 if failed else 0
