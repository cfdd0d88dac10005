"""Packages made for tests: archives with whatever members a test wants."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any


def member(
    name: str, body: bytes = b"", kind: bytes = tarfile.REGTYPE, link: str = ""
) -> tuple[tarfile.TarInfo, bytes]:
    """A member of an archive."""
    info = tarfile.TarInfo(name)
    info.size, info.type, info.linkname = len(body), kind, link
    return info, body


def archive(members: Iterable[tuple[tarfile.TarInfo, bytes]], form: int = tarfile.USTAR_FORMAT) -> bytes:
    """A `.tgz` of the members."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form) as tar:
        for info, body in members:
            tar.addfile(info, io.BytesIO(body))
    return gzip.compress(buffer.getvalue(), mtime=0)


def package_archive(
    name: str, version: str, resources: Iterable[Mapping[str, Any]] = (), dependencies: Mapping[str, str] | None = None
) -> bytes:
    """A FHIR package of the resources."""
    manifest = {"name": name, "version": version, "dependencies": dict(dependencies or {})}
    members = [member("package/package.json", json.dumps(manifest).encode())]
    members += [
        member(f"package/{found['resourceType']}-{found['id']}.json", json.dumps(found).encode()) for found in resources
    ]
    return archive(members)


def put_package(
    folder: Path,
    name: str,
    version: str,
    resources: Iterable[Mapping[str, Any]] = (),
    dependencies: Mapping[str, str] | None = None,
) -> Path:
    """Writes a FHIR package into a folder of packages."""
    path = folder / f"{name}-{version}.tgz"
    path.write_bytes(package_archive(name, version, resources, dependencies))
    return path


def code_system(identity: str, *codes: str, **more: Any) -> dict[str, Any]:
    """A complete code system of flat codes."""
    return {
        "resourceType": "CodeSystem",
        "id": identity,
        "url": f"http://example.dk/CodeSystem/{identity}",
        "status": "active",
        "content": "complete",
        "concept": [{"code": code} for code in codes],
        **more,
    }


def value_set(identity: str, *includes: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """A value set of the includes."""
    return {
        "resourceType": "ValueSet",
        "id": identity,
        "url": f"http://example.dk/ValueSet/{identity}",
        "status": "active",
        "compose": {"include": [dict(include) for include in includes]},
        **more,
    }
