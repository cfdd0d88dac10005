"""Our own guide: FHIR resources under `resources/`, examples of them under `examples/`, and the npm-layout package made
of both.

Layout of a FHIR package: package/package.json, package/.index.json, one file per resource, examples in package/example
(Confluence: NPM Package Specification). The same sources give the same bytes.
"""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from profiles.names import BASE
from profiles.strict_json import parse_json

_FOLDER = Path(__file__).with_name("resources")
_EXAMPLES = Path(__file__).with_name("examples")
_INDEXED = ("resourceType", "id", "url", "version", "kind", "type")


@cache
def sources() -> Mapping[str, bytes]:
    """The guide's files by name, in order of name."""
    return {path.name: path.read_bytes() for path in sorted(_FOLDER.glob("*.json"))}


@cache
def examples() -> Mapping[str, bytes]:
    """Examples of what the gateway writes, by file name, in order."""
    return {path.name: path.read_bytes() for path in sorted(_EXAMPLES.glob("*.json"))}


def resources() -> tuple[dict[str, Any], ...]:
    """The guide's resources in their JSON form, in order of file name; fresh ones at every call."""
    return tuple(parse_json(body)[0] for body in sources().values())


@cache
def code_names(system: str) -> Mapping[str, Mapping[str, str]]:
    """The codes of a code system of ours, by its id, each with its name by language ("da", "en")."""
    concepts = parse_json(sources()[f"CodeSystem-{system}.json"])[0]["concept"]
    return {one["code"]: _names(one) for one in concepts}


def _names(concept: Mapping[str, Any]) -> Mapping[str, str]:
    return {"en": concept["display"]} | {one["language"]: one["value"] for one in concept.get("designation", ())}


def package() -> bytes:
    """The guide as a FHIR package (.tgz)."""
    shown = {f"example/{name}": body for name, body in examples().items()}
    files = {"package.json": _pretty(_manifest()), ".index.json": _pretty(_index()), **sources(), **shown}
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, body in files.items():
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(body)
            archive.addfile(member, io.BytesIO(body))
    return gzip.compress(buffer.getvalue(), compresslevel=9, mtime=0)


def _manifest() -> dict[str, Any]:
    guide = next(found for found in resources() if found["resourceType"] == "ImplementationGuide")
    return {
        "name": guide["packageId"],
        "version": guide["version"],
        "type": "IG",
        "canonical": BASE,
        "title": guide["title"],
        "description": guide["description"],
        "license": guide["license"],
        "author": guide["publisher"],
        "fhirVersions": guide["fhirVersion"],
        "dependencies": {"hl7.fhir.r4.core": guide["fhirVersion"][0]},
    }


def _index() -> dict[str, Any]:
    files = [
        {"filename": name, "resourceType": found["resourceType"]}
        | {key: found[key] for key in _INDEXED if key in found}
        for name, found in zip(sources(), resources(), strict=True)
    ]
    return {"index-version": 2, "files": files}


def _pretty(value: dict[str, Any]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()
