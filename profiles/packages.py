"""FHIR packages and where they come from.

A `Package` is an index of resources whose bytes are kept as they came; a resource is parsed when it is asked for.
`PackageStore` knows the packages of some folders (`.tgz` or unpacked, also the standard cache `~/.fhir/packages`),
R4 core in its compact form and our own guide, which are always there. Nothing is fetched from a network.
Source: FHIR package specification (https://registry.fhir.org/learn), FHIR package cache (Confluence).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

import msgspec

from profiles.issue import Issue, error, warning
from profiles.json_shapes import text
from profiles.package_files import UnsafePackage, archive_files, folder_files, folder_manifest
from profiles.versions import best, is_release, major, order

Json: TypeAlias = dict[str, Any]

STANDARD_CACHE = Path("~/.fhir/packages")
_LABEL = re.compile(r"([a-z][a-z0-9]*(?:[.\-][a-z][a-z0-9]*)+)[#\-](\d.*|current|dev)").fullmatch
_NOT_KEPT = re.compile(r"package/(?:Bundle|List|Provenance)-|package/\.index")
_MOVING = ("current", "dev")
"""Labels of the package cache for builds that have not been published: by the build server, and by oneself."""
_CUMULATIVE = ("hl7.terminology", "hl7.fhir.uv.extensions")
"""HL7's shared packages: a later one holds what an earlier one held."""


class Entry(msgspec.Struct, frozen=True):
    """One resource of a package: what it can be found by."""

    resource_type: str = msgspec.field(name="resourceType", default="")
    id: str = ""
    url: str = ""
    version: str = ""
    supplements: Any = ""


class _Manifest(msgspec.Struct, frozen=True):
    name: str = ""
    version: str = ""
    dependencies: dict[str, str] = {}


_entry = msgspec.json.Decoder(Entry).decode
_resource = msgspec.json.Decoder(float_hook=Decimal).decode
_manifest = msgspec.json.Decoder(_Manifest).decode


@dataclass(frozen=True, slots=True, eq=False)
class Package:
    """A package: its name, version, the versions it depends on, and its resources.

    `entries` and `bodies` go together: the bytes of a resource stand where its entry stands.
    """

    name: str
    version: str
    dependencies: Mapping[str, str] = field(repr=False)
    entries: tuple[Entry, ...] = field(repr=False)
    bodies: tuple[bytes, ...] = field(repr=False)
    _parsed: dict[int, Json] = field(default_factory=dict, repr=False)

    @property
    def label(self) -> str:
        """As it is written everywhere: name#version."""
        return f"{self.name}#{self.version}"

    @property
    def needs(self) -> tuple[tuple[str, str], ...]:
        """Name and version of what it depends on. A package that is needed in two versions goes by aliases
        (`old@npm:hl7.fhir.us.core`); what follows is its name."""
        return tuple((name.rpartition("@npm:")[2], version) for name, version in self.dependencies.items())

    def read(self, position: int) -> Json:
        """The resource at a position, parsed at the first call, decimals exactly; it is shared, so nobody
        may change it."""
        found = self._parsed.get(position)
        if found is None:
            found = self._parsed[position] = _resource(self.bodies[position])
            found.pop("text", None)
        return found


@dataclass(frozen=True, slots=True)
class Found:
    """What a search for a package gave: the package, or None; and what is to be said about it."""

    package: Package | None
    issues: tuple[Issue, ...] = ()


def make_package(files: Iterable[tuple[str, bytes]]) -> Package:
    """A package of its files ("package/package.json", ...), in order of name. Raises UnsafePackage where the
    manifest is missing or unreadable. Files that are no resources are left out."""
    manifest = None
    kept: list[tuple[str, Entry, bytes]] = []
    for name, body in files:
        if is_manifest(name):
            manifest = _read_manifest(body)
        elif (entry := _read_entry(body)) is not None:
            kept.append((name, entry, body))
    if manifest is None:
        raise UnsafePackage("it has no package/package.json with a name and a version")
    kept.sort(key=lambda item: item[0])
    entries, bodies = tuple(entry for _, entry, _ in kept), tuple(body for _, _, body in kept)
    return Package(manifest.name, manifest.version, manifest.dependencies, entries, bodies)


def given_package(resources: Iterable[Json], label: str) -> Package:
    """A package of resources that lie in no package; they are kept as they are."""
    kept = tuple(resources)
    names = ("resourceType", "id", "url", "version", "supplements")
    entries = tuple(Entry(*(text(resource.get(name)) for name in names)) for resource in kept)
    return Package(label, "", {}, entries, (b"",) * len(kept), dict(enumerate(kept)))


def _read_manifest(body: bytes) -> _Manifest | None:
    try:
        manifest = _manifest(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return manifest if manifest.name and manifest.version else None


def _read_entry(body: bytes) -> Entry | None:
    try:
        entry = _entry(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return entry if entry.resource_type else None


def is_manifest(name: str) -> bool:
    """Whether a file of a package is its manifest."""
    return name == "package/package.json"


def wanted_file(name: str) -> bool:
    """Whether a file of a package is kept: resources at the top, not examples, pages or whole collections."""
    return name.count("/") == 1 and name.endswith(".json") and _NOT_KEPT.match(name) is None


@dataclass(frozen=True, slots=True)
class _Source:
    """Where a package lies; `name` and `version` as the file or folder says, to be proved when it is opened."""

    name: str
    version: str
    path: Path

    def open(self) -> Package:
        read = folder_files if self.path.is_dir() else archive_files
        package = make_package(read(self.path, wanted_file))
        if package.name != self.name or (package.version != self.version and self.version not in _MOVING):
            raise UnsafePackage("it is another package than its file name says")
        return package


class PackageStore:
    """The packages of some folders and those always there. Opens each at most once; answers depend on nothing else."""

    def __init__(self, folders: Iterable[Path] = (), built_in: Iterable[Package] = ()) -> None:
        """folders: looked through in order, the first that has a version gives it. built_in: before all folders."""
        self._folders = tuple(folders)
        self._opened: dict[tuple[str, str], Found] = {
            (package.name, package.version): Found(package) for package in built_in
        }

    @cached_property
    def _sources(self) -> Mapping[tuple[str, str], _Source]:
        sources = [source for folder in self._folders for source in _sources_in(folder.expanduser())]
        return {(source.name, source.version): source for source in reversed(sources)}

    def versions(self, name: str) -> tuple[str, ...]:
        """The versions there are of a package, earliest first."""
        known = {version for found, version in (*self._opened, *self._sources) if found == name}
        return tuple(sorted(known, key=order))

    def names(self) -> tuple[str, ...]:
        """The names of all packages, in order."""
        return tuple(sorted({name for name, _ in (*self._opened, *self._sources)}))

    def place(self, name: str, version: str) -> Path | None:
        """Where a package lies; None for one that is built in, or not there."""
        source = self._sources.get((name, version))
        return source.path if source is not None else None

    def find(self, name: str, version: str = "latest") -> Found:
        """A package by name and version, where the version may be a pattern (`1.2.x`, `latest`).

        A version that is missing gives the package None and an issue, never an exception. For a build (`current`,
        `dev`) that is missing, what has been published stands in, with a warning.
        """
        there = self.versions(name)
        chosen = _MOVING[0] if version in _MOVING and version not in there and _MOVING[0] in there else None
        chosen = chosen or best(there, version)
        if chosen is None:
            return Found(None, (_missing(name, version, there),))
        key = (name, chosen)
        if key not in self._opened:
            self._opened[key] = _open(self._sources[key])
        found = self._opened[key]
        if version in _MOVING and chosen not in _MOVING:
            return Found(found.package, (_replaced(name, version, chosen), *found.issues))
        return found

    def dependency(self, name: str, version: str) -> Found:
        """Like find, for a dependency: where that version is missing, another takes its place, with a warning.

        Only one of the same major version may, except for HL7's cumulative packages; the next later one is preferred.
        """
        there = self.versions(name)
        if best(there, version) is not None:
            return self.find(name, version)
        stand_in = _stand_in(name, version, there)
        if stand_in is None:
            return Found(None, (_missing_dependency(name, version),))
        found = self.find(name, stand_in)
        return Found(found.package, (_replaced(name, version, stand_in), *found.issues))


def _sources_in(folder: Path) -> list[_Source]:
    """The packages of one folder, in order of file name; an absent folder has none."""
    if not folder.is_dir():
        return []
    paths = (path for path in sorted(folder.iterdir()) if not (path.is_symlink() or path.name.startswith(".")))
    found = map(_source, paths)
    return [source for source in found if source is not None]


def _source(path: Path) -> _Source | None:
    if not path.is_dir() and (path.suffix != ".tgz" or not path.is_file()):
        return None
    label = _LABEL(path.name.removesuffix(".tgz"))
    if label is not None and (path.suffix == ".tgz" or (path / "package" / "package.json").is_file()):
        return _Source(label[1], label[2], path)
    return _of_manifest(path, folder_manifest if path.is_dir() else archive_files)


def _of_manifest(path: Path, read: Any) -> _Source | None:
    """A source whose manifest has to be read to know its name; None where that is no package."""
    try:
        bodies = [body for _, body in read(path, is_manifest)]
    except UnsafePackage:
        return None
    manifest = _read_manifest(bodies[0]) if bodies else None
    return _Source(manifest.name, manifest.version, path) if manifest else None


def _open(source: _Source) -> Found:
    try:
        return Found(source.open())
    except UnsafePackage as failure:
        problem = f"Package {source.name}#{source.version} cannot be used: {failure}. Fetch it again."
        return Found(None, (error("package-unsafe", f"{source.name}#{source.version}", problem, "exception"),))


def _stand_in(name: str, version: str, there: Iterable[str]) -> str | None:
    fit = [one for one in there if name.startswith(_CUMULATIVE) or major(one) == major(version)]
    later = [one for one in fit if order(one) > order(version)]
    return min(later, key=order) if later else max(fit, key=order, default=None)


def _missing(name: str, version: str, there: tuple[str, ...]) -> Issue:
    known = f"There is {', '.join(there)}." if there else "There is no other version of it either."
    problem = f"Package {name}#{version} is not installed. {known} {_how(name, version)}"
    return error("package-missing", f"{name}#{version}", problem, "not-found")


def _missing_dependency(name: str, version: str) -> Issue:
    problem = (
        f"Package {name}#{version}, which the guide depends on, is not installed, and what it defines is not known. "
        + _how(name, version)
    )
    return warning("package-dependency-missing", f"{name}#{version}", problem, "not-found")


def _replaced(name: str, version: str, stand_in: str) -> Issue:
    kind = "" if is_release(stand_in) else " (a pre-release)"
    problem = f"Package {name}#{version} is not installed; {name}#{stand_in}{kind} is used in its place. " + _how(
        name, version
    )
    return warning("package-dependency-replaced", f"{name}#{version}", problem, "not-found")


def _how(name: str, version: str) -> str:
    return f"Put it into a package folder, or: overgang packages install {name}#{version}"
