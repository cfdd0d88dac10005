"""Loads a guide in this process, judges with it once, and prints the seconds and megabytes that took.

    python -m tests.bench.loading GUIDE FOLDER_OF_PACKAGES

Seconds are counted from the first import of ours; megabytes are all that the process held, Python included.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path


def main(package: str, folder: Path) -> None:
    """Load and print."""
    begun = time.perf_counter()
    guide = import_module("gateway.guides").load_guide(package, [folder], (), datetime.now(UTC))
    guide.judge({"resourceType": "Patient"})
    print(json.dumps({"seconds": time.perf_counter() - begun, "megabytes": most_megabytes()}))  # noqa: T201


def most_megabytes() -> float | None:
    """The most memory this process held, where the system tells; getrusage() also counts the process it came from."""
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="ascii").splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), None)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
