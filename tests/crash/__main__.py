"""make crash: run a campaign and print what it found as JSON; exits 1 when anything was lost or processed twice."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from tests.crash.campaign import run


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cycles", type=int, default=50, help="how often the gateway is killed (default 50)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the schedule, printed with the result (default 1)")
    parser.add_argument("--database-url", default="", help="run on PostgreSQL instead of SQLite")
    given = parser.parse_args()
    settings = {"database_url": given.database_url} if given.database_url else {}
    with tempfile.TemporaryDirectory() as folder:
        found = run(given.cycles, given.seed, Path(folder), **settings)
    print(json.dumps({"seed": given.seed, **asdict(found), "clean": found.clean}, indent=2))  # noqa: T201
    return 0 if found.clean else 1


if __name__ == "__main__":
    sys.exit(main())
