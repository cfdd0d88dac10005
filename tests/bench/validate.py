"""make bench-validate: our validator, warm and on one core, beside fhir.resources (structure only); prints JSON.

fhir.resources judges structure and no profiles, so the ratio says how much slower or faster a full judgement is than
reading a resource into that library's classes.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fhir.resources.R4B import get_fhir_model_class

from gateway.build import utc_now
from gateway.guides import load_guide

PATIENT = {
    "resourceType": "Patient",
    "id": "example",
    "identifier": [{"system": "urn:oid:1.2.208.176.1.2", "value": "0101405001"}],
    "name": [{"use": "official", "family": "Lyngholm", "given": ["Anna"]}],
    "gender": "female",
    "birthDate": "2040-01-01",
}
GUIDE = "medcom.fhir.dk.hospitalnotification#3.0.2"


def median_ms(work: Callable[[], object], times: int) -> float:
    """The median of so many runs, in milliseconds, after some to warm up."""
    for _ in range(5):
        work()
    seconds = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - begun)
    return 1000 * statistics.median(seconds)


def row(judge: Callable[[dict[str, Any]], object], resource: dict[str, Any], times: int) -> dict[str, float]:
    """One resource as it is printed."""
    ours = median_ms(lambda: judge(resource), times)
    model = get_fhir_model_class(resource["resourceType"])
    peer = median_ms(lambda: model.model_validate(resource), times)
    return {"ours_ms": round(ours, 4), "fhir_resources_ms": round(peer, 4), "times_faster": round(peer / ours, 2)}


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder with packages/ and messages/")
    parser.add_argument("--times", type=int, default=200, help="runs of each (default 200)")
    given = parser.parse_args()
    begun = time.perf_counter()
    base = load_guide("", (), (), utc_now())
    own_seconds, begun = time.perf_counter() - begun, time.perf_counter()
    guide = load_guide(GUIDE, [given.data / "packages"], (), utc_now())
    loaded = {"our_guide": round(own_seconds, 2), GUIDE: round(time.perf_counter() - begun, 2)}
    path = next((given.data / "messages/hospital-notification/ig-3.0.2").glob("Bundle-f4aa42a4*.json"))
    message = json.loads(path.read_bytes())
    result = {
        "load_seconds": loaded,
        "patient": row(base.judge, PATIENT, given.times),
        "hospital_notification": row(guide.judge, message, given.times),
    }
    print(json.dumps(result, indent=2))  # noqa: T201


if __name__ == "__main__":
    main()
