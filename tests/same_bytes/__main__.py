"""make same-bytes: close the same months again and again; prints one JSON line, exits 1 where a digest differs.

    python -m tests.same_bytes [--runs N] [--database-url URL]

Every run has a hash seed, a time zone and an order of messages of its own. With the url of a PostgreSQL server every
second run is on it, in a schema of its own; without, all are on SQLite.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter

from tests.same_bytes.runs import run, schema_of_its_own


def main(arguments: list[str]) -> int:
    """Command line; 0 where all digests are the same."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=50, help="how many (default 50)")
    parser.add_argument("--database-url", default=os.environ.get("OVERGANG_TEST_POSTGRESQL", ""), help="of PostgreSQL")
    given = parser.parse_args(arguments)
    digests: Counter[str] = Counter()
    databases: Counter[str] = Counter()
    for number in range(given.runs):
        on_postgresql = bool(given.database_url) and number % 2 == 1
        digests[_run_on(given.database_url, number) if on_postgresql else run(number)] += 1
        databases["postgresql" if on_postgresql else "sqlite"] += 1
        sys.stderr.write(f"\r{number + 1} of {given.runs} runs, {len(digests)} digest(s)")
    sys.stderr.write("\n")
    sys.stdout.write(json.dumps({"runs": databases, "digests": digests, "same": len(digests) == 1}) + "\n")
    return 0 if len(digests) == 1 else 1


def _run_on(server: str, number: int) -> str:
    with schema_of_its_own(server) as url:
        return run(number, url)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
