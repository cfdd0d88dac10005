"""make bench-intake: messages a second, durable before the receipt, over HTTP and MLLP; prints JSON.

Every figure stands beside the raw fsync rate of the same disk in the same run: what a gateway that did nothing but
write one small block for each message, one after the other, would reach.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.bench.load import Figures, Http, Mllp, measure
from tests.bench.messages import adt, notification
from tests.bench.server import HOST, Server

TARGETS = {"http": 500, "mllp": 1000}
"""Messages a second at 32 connections on 2 cores."""


def fsync_rate(folder: Path, seconds: float = 1.5) -> float:
    """How many times a second 4 KiB can be appended and fdatasynced, one after the other."""
    block = os.urandom(4096)
    count, begun = 0, time.perf_counter()
    with (folder / "fsync").open("wb", buffering=0) as file:
        while time.perf_counter() - begun < seconds:
            file.write(block)
            os.fdatasync(file.fileno())
            count += 1
    return count / (time.perf_counter() - begun)


def row(figures: Figures, fsyncs: float) -> dict[str, Any]:
    """One measurement as it is printed."""
    return {
        "messages_per_second": round(figures.per_second(), 1),
        "p50_ms": round(figures.percentile_ms(0.50), 2),
        "p99_ms": round(figures.percentile_ms(0.99), 2),
        "messages": len(figures.seconds),
        "not_acknowledged": figures.refused,
        "ratio_to_fsync": round(figures.per_second() / fsyncs, 3),
    }


def run(seconds: float, settings: dict[str, str]) -> dict[str, Any]:
    """Measure both doors at 1 and 32 connections on a fresh store."""
    with tempfile.TemporaryDirectory() as folder:
        fsyncs = fsync_rate(Path(folder))
        server = Server(Path(folder), **settings)
        started = server.start()
        doors: dict[str, tuple[Callable[[], Http | Mllp], Callable[[str], Iterator[bytes]]]] = {
            "http": (
                lambda: Http(HOST, server.http_port, "/fhir/$process-message", "application/fhir+json"),
                lambda label: (notification(label, number) for number in itertools.count()),
            ),
            "mllp": (
                lambda: Mllp(HOST, server.mllp_port),
                lambda label: (adt(label, number) for number in itertools.count()),
            ),
        }
        result: dict[str, Any] = {"fsync_per_second": round(fsyncs, 1), "start_seconds": round(started, 2)}
        try:
            for door, (connect, messages) in doors.items():
                asyncio.run(measure(connect, messages(f"{door}-warm"), 4, 1.0))
                for connections in (1, 32):
                    figures = asyncio.run(measure(connect, messages(f"{door}-{connections}"), connections, seconds))
                    result[f"{door}_{connections}"] = row(figures, fsyncs)
                result[f"{door}_32"]["ratio_to_target"] = round(
                    result[f"{door}_32"]["messages_per_second"] / TARGETS[door], 2
                )
            result["peak_memory_mb"] = round(server.peak_memory_mb(), 1)
        finally:
            server.stop()
    return result


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5.0, help="how long each measurement takes (default 5)")
    parser.add_argument("--database-url", default="", help="measure on PostgreSQL instead of SQLite")
    parser.add_argument("--packages", default="", help="folder of FHIR packages: messages are judged by their guides")
    given = parser.parse_args()
    settings = {"database_url": given.database_url, "package_folders": given.packages}
    print(json.dumps(run(given.seconds, settings), indent=2))  # noqa: T201


if __name__ == "__main__":
    main()
