"""R4 core in its compact form: a package like any other, that is always there (see `derive`)."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

from profiles.packages import Package, make_package

NAME = "hl7.fhir.r4.core"
VERSION = "4.0.1"
_DATA = Path(__file__).with_name("definitions.ndjson.gz")


def core_package() -> Package:
    """The definitions of R4 core 4.0.1: structure definitions with snapshots, value sets, code systems, search
    parameters; no prose."""
    return make_package(_files())


def _files() -> Iterator[tuple[str, bytes]]:
    lines = gzip.decompress(_DATA.read_bytes()).split(b"\n")
    yield "package/package.json", lines[0]
    for number, line in enumerate(lines[1:]):
        yield f"package/{number:05}.json", line
