"""fhircraft beside ours; runs in the benchmark's own environment, as `python fhircraft_models.py CASES.json ROUNDS`."""

from __future__ import annotations

import json
import statistics
import sys
import time
import warnings
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any


def median_ms(model: Any, resource: Any, rounds: int) -> float:
    """The median time of reading a resource into a model; what the model refuses takes its time as well."""
    times = []
    for _ in range(rounds + 2):
        begun = time.perf_counter()
        with suppress(ValueError):
            model.model_validate(resource)
        times.append(time.perf_counter() - begun)
    return 1000 * statistics.median(times[2:])


def main() -> None:
    """Command line."""
    warnings.simplefilter("ignore")
    models = import_module("fhircraft").R4
    rows = json.loads(Path(sys.argv[1]).read_bytes())["rows"]
    rounds = max(int(sys.argv[2]) // 20, 3)
    found = {}
    for row in rows:
        model = getattr(models, row["resource"]["resourceType"])
        found[row["name"]] = {"base_ms": median_ms(model, row["resource"], rounds)}
    print(json.dumps(found))  # noqa: T201


if __name__ == "__main__":
    main()
