"""make bench-months: a month of a million episodes in a real store, closed, reconciled and controlled; prints JSON.

    python -m tests.bench.months [--size 1000000] [--places 98] [--database-url postgresql://...]

The store is filled first, which is not measured: citizens, episodes, and a region's registrations of them, some of
which are missing, differ, or are of courses nobody claims. Then the month is previewed, closed, reconciled with the
registrations and controlled, each in a process of its own: seconds, processor seconds (our own, not those of a database
server), episodes a second, and the most megabytes the process held. --places: how many municipalities share the
episodes; what must lie in memory is the largest one. Exits 1 where a process held more than LIMIT_MB, or the sums of
the four are not the same.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from gateway.build import Gateway, build
from gateway.controlling import ControlSums, control_month
from gateway.months import Months
from gateway.post_control import sample
from gateway.reconciling import Scope, reconcile_month
from gateway.settings import Settings
from gateway.store.opening import SqlStore
from settlement.lines import Claim
from settlement.reconciling import tallies
from tests.bench import synthetic
from tests.bench.filling import SOURCE, fill
from tests.bench.loading import most_megabytes
from tests.bench.synthetic import MONTH
from tests.same_bytes.runs import schema_of_its_own

LIMIT_MB = 1024
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
Told = dict[str, Any]


def opened(settings: Mapping[str, str]) -> Gateway:
    """The gateway on that store, with an agreement that settles the whole country."""
    gateway = build(Settings.model_validate({**settings, "pseudonym_key": "bench"}), lambda: NOW)
    months = Months(gateway.store, gateway.projection, gateway.register, [synthetic.agreement()], gateway.now)
    return replace(gateway, months=months)


def filled(gateway: Gateway, size: int, places: int) -> Told:
    """Fill the store."""
    assert isinstance(gateway.store, SqlStore)
    fill(gateway.store, size, places)
    return {}


def previewed(gateway: Gateway, _: int, __: int) -> Told:
    """What the month would come to."""
    return _summed(gateway.months.preview(MONTH))


def closed(gateway: Gateway, _: int, __: int) -> Told:
    """Close it, bundles and all, and read what it came to."""
    return _summed(gateway.months.close(MONTH))


def _summed(claims: Iterable[Claim]) -> Told:
    lines = withheld = total = 0
    for claim in claims:
        lines, withheld, total = lines + len(claim.lines), withheld + len(claim.withheld), total + claim.total
    return {"lines": lines, "withheld": withheld, "claimed": total}


def reconciled(gateway: Gateway, _: int, __: int) -> Told:
    """Hold it against the registrations."""
    sums = tallies()
    for one in (one for each in reconcile_month(gateway, MONTH, Scope(source=SOURCE)) for one in each.compared):
        sums[one.finding].add(one)
    courses = {finding.value: tally.courses for finding, tally in sums.items() if tally.courses}
    return {"claimed": sum(tally.claimed for tally in sums.values()), "courses": courses}


def controlled(gateway: Gateway, _: int, __: int) -> Told:
    """Hold it against the rules, and draw a sample."""
    sums = ControlSums()

    def added() -> Iterable[Any]:
        for one in control_month(gateway, MONTH, Scope(source=SOURCE)):
            sums.add(one)
            yield one

    strata = sample(added(), MONTH, "").strata
    drawn = {one.name: len(one.drawn) for one in strata}
    return {"claimed": sums.claimed, "proposed": sums.proposed, "rules": dict(sums.by_rule), "drawn": drawn}


STEPS: Mapping[str, Callable[[Gateway, int, int], Told]] = {
    "fill": filled,
    "preview": previewed,
    "close": closed,
    "reconcile": reconciled,
    "control": controlled,
}


def step(name: str, settings: Mapping[str, str], size: int, places: int) -> Told:
    """One step, in the process it is called in."""
    gateway = opened(settings)
    begun, spent = time.perf_counter(), time.process_time()
    told = STEPS[name](gateway, size, places)
    seconds = time.perf_counter() - begun
    gateway.close()
    return {
        "seconds": round(seconds, 1),
        "processor_seconds": round(time.process_time() - spent, 1),
        "episodes_a_second": round(size / seconds),
        "memory_mb": round(most_megabytes() or 0),
        **told,
    }


def measured(settings: Mapping[str, str], size: int, places: int) -> Told:
    """Every step, each in a process of its own."""
    found: Told = {}
    for name in STEPS:
        with ProcessPoolExecutor(1, get_context("spawn")) as pool:
            found[name] = pool.submit(step, name, settings, size, places).result()
    return found


def is_well(found: Told) -> bool:
    """Whether all steps came to the same sum, none of them with more memory than it may have."""
    steps = [one for name, one in found.items() if name != "fill"]
    return len({one["claimed"] for one in steps}) == 1 and all(one["memory_mb"] <= LIMIT_MB for one in steps)


def main(arguments: list[str]) -> int:
    """Command line; 0 where all is well."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=1_000_000, help="episodes in the month")
    parser.add_argument("--places", type=int, default=98, help="municipalities they are shared among")
    parser.add_argument("--database-url", default="", help="PostgreSQL server; SQLite without")
    given = parser.parse_args(arguments)
    load = os.getloadavg()[0]
    server = given.database_url
    with tempfile.TemporaryDirectory() as folder, schema_of_its_own(server) if server else nullcontext("") as url:
        found = measured({"data_folder": str(Path(folder)), "database_url": url}, given.size, given.places)
    about = {"episodes": given.size, "municipalities": given.places, "store": "postgresql" if server else "sqlite"}
    told = {**about, "load_average_before": round(load, 2), "limit_mb": LIMIT_MB, "well": is_well(found), **found}
    sys.stdout.write(json.dumps(told, indent=2) + "\n")
    return 0 if told["well"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
