"""make bench-validate: our validator, warm and on one core, beside others in the same run; prints JSON.

Ours judges in full: structure, the guide's profiles, bindings, invariants, references and narratives. fhir.resources
and fhircraft read a resource into classes, by base structure; Medplum judges base structure, and in a second figure by
the profile of the message, not those of its entries. Medians in milliseconds; "times_faster" is theirs by ours.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from fhir.resources.R4B import get_fhir_model_class

from gateway.build import utc_now
from gateway.guides import Guide, load_guide
from profiles.fhirpath import Node, compile_expression
from profiles.r4.facts import facts
from tests.bench.peers import PeerError, fhircraft, medplum
from tests.bench.samples import HOSPITAL, Sample, referring, samples, with_new_narratives

_PEERS: Mapping[str, Callable[[Path, Path, int], dict[str, Any]]] = {"medplum": medplum, "fhircraft": fhircraft}


def runs_ms(work: Callable[[int], object], times: int) -> list[float]:
    """So many runs in milliseconds, in order of length, after some to warm up."""
    for at in range(20):
        work(at)
    seconds = []
    for at in range(times):
        begun = time.perf_counter()
        work(at)
        seconds.append(time.perf_counter() - begun)
    return sorted(1000 * one for one in seconds)


def median_ms(work: Callable[[int], object], times: int) -> float:
    """The median of so many runs, in milliseconds."""
    return statistics.median(runs_ms(work, times))


def row(guide: Guide, sample: Sample, times: int) -> dict[str, Any]:
    """One resource: ours, and fhir.resources; with other narratives each time, where it has any."""
    model = get_fhir_model_class(sample.resource["resourceType"])
    copies = with_new_narratives(sample.resource, times) if "</div>" in json.dumps(sample.resource) else []
    ours = runs_ms(lambda _: guide.judge(sample.resource), times)
    found: dict[str, Any] = {"ours_ms": statistics.median(ours), "ours_fastest_ms": ours[0]}
    if copies:
        found["ours_new_narratives_ms"] = median_ms(lambda at: guide.judge(copies[at]), times)
    peer = median_ms(lambda _: model.model_validate(sample.resource), times)
    return found | {"fhir_resources": compared({"base_ms": peer}, found["ours_ms"])}


def compared(peer: Mapping[str, Any], ours: float) -> dict[str, Any]:
    """A peer's figures with the ratio to ours of its fullest judgement."""
    known = peer.get("profile_ms", peer.get("base_ms"))
    return {**peer, "times_faster": round(known / ours, 1) if known is not None else None}


def definitions_of(guide: Guide) -> list[dict[str, Any]]:
    """The structure definitions of a guide's own packages, with snapshots."""
    context = guide.validator.context
    urls = {
        entry.url
        for package in context.packages
        for entry in package.entries
        if entry.resource_type == "StructureDefinition" and not entry.url.startswith("http://hl7.org/fhir/")
    }
    found = (context.structure(url) for url in sorted(urls))
    return [one.resource for one in found if one is not None]


def judged_by_peers(given: argparse.Namespace, chosen: list[Sample], guides: Mapping[str, Guide]) -> dict[str, Any]:
    """What each peer measured, or why it is left out."""
    definitions = [one for guide in guides.values() for one in definitions_of(guide)]
    rows = [{"name": one.name, "resource": one.resource, "profile": one.profile} for one in chosen]
    with tempfile.TemporaryDirectory() as folder:
        cases = Path(folder) / "cases.json"
        cases.write_text(json.dumps({"definitions": definitions, "rows": rows}, default=float), encoding="utf-8")
        found: dict[str, Any] = {}
        for name, run in _PEERS.items():
            try:
                found[name] = run(given.peers, cases, given.times)
            except PeerError as reason:
                found[name] = {"left_out": str(reason)}
        return found


def pat_1_microseconds(times: int) -> float:
    """FHIRPath: the invariant pat-1 on a contact, a million evaluations at most."""
    expression = compile_expression(facts().rules["pat-1"][1])
    node = Node({"name": {"family": "Lund"}}, "Patient.contact")
    return 1000 * median_ms(lambda _: [expression.holds(node) for _ in range(1000)], max(times // 10, 5)) / 1000


def growth(guide: Guide) -> dict[str, float]:
    """Milliseconds an entry of Bundles of 1,000 and of 100,000 references, and by how much the latter is slower."""
    small, large = referring(1_000), referring(100_000)
    per_small = median_ms(lambda _: guide.judge(small), 5) / 1_000
    begun = time.perf_counter()
    guide.judge(large)
    per_large = (time.perf_counter() - begun) / 100
    return {"ms_of_1000": per_small, "ms_of_100000": per_large, "times": round(per_large / per_small, 2)}


def loading(package: str, folder: Path) -> dict[str, float]:
    """Seconds and megabytes of a new process that loads a guide."""
    command = [sys.executable, "-m", "tests.bench.loading", package, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder with packages/ and messages/")
    parser.add_argument("--times", type=int, default=300, help="runs of each (default 300)")
    parser.add_argument("--peers", type=Path, default=Path(".venv/bench"), help="where other validators are installed")
    given = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    packages = given.data / "packages"
    chosen = samples(given.data)
    names = dict.fromkeys(sample.guide for sample in chosen)
    guides = {name: load_guide(name, [packages], (), utc_now()) for name in names}
    rows = {sample.name: row(guides[sample.guide], sample, given.times) for sample in chosen}
    peers = judged_by_peers(given, chosen, guides)
    for name, found in peers.items():
        for sample, figures in found.items():
            if sample in rows:
                rows[sample][name] = compared(figures, rows[sample]["ours_ms"])
    result = {
        "medians": rows,
        "left_out": {name: found["left_out"] for name, found in peers.items() if "left_out" in found},
        "fhirpath_pat_1_us": pat_1_microseconds(given.times),
        "bundle_of_references": growth(guides[""]),
        "loading": {name or "base": loading(name, packages) for name in ("", HOSPITAL) if name in guides},
    }
    print(json.dumps(_rounded(result), indent=2))  # noqa: T201


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(one) for key, one in value.items()}
    return round(value, 4) if isinstance(value, float) else value


if __name__ == "__main__":
    main()
