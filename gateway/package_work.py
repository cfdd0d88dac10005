"""What people do with FHIR packages: list, show, install with what they depend on, check that nothing is missing."""

from __future__ import annotations

import tempfile
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from gateway.errors import BadRequestError, NotFoundError, SettingsError
from gateway.registry import Listed, Registry
from profiles.context import Context, is_needed, open_store
from profiles.issue import Issue
from profiles.package_files import UnsafePackage
from profiles.package_installing import install
from profiles.packages import Package, PackageStore
from profiles.versions import best

BUILT_IN = "built in"
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Installed:
    """A package there is. place: its file or folder, or "built in"."""

    name: str
    version: str
    place: str


@dataclass(frozen=True, slots=True)
class Dependency:
    """A package another one depends on. used: the version that would be used, "" for none."""

    name: str
    version: str
    used: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A package in detail: what it depends on, how many resources of each type it has, and its profiles' urls."""

    name: str
    version: str
    place: str
    dependencies: tuple[Dependency, ...]
    resources: tuple[tuple[str, int], ...]
    profiles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """A guide checked: its package, the packages it is made of, and what is wrong or missing."""

    label: str
    packages: tuple[str, ...]
    issues: tuple[Issue, ...]


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an installation did: packages installed, and dependencies the registry does not have."""

    installed: tuple[str, ...]
    missing: tuple[str, ...]


def list_packages(store: PackageStore) -> list[Installed]:
    """Every version of every package, in order."""
    return [
        Installed(name, version, _place(store, name, version))
        for name in store.names()
        for version in store.versions(name)
    ]


def show_package(store: PackageStore, label: str) -> Shown:
    """A package, "name" or "name#version", in detail. Raises NotFoundError where it is not there or cannot be used."""
    package = _found(store, label)
    counts = Counter(entry.resource_type for entry in package.entries)
    profiles = [entry.url for entry in package.entries if entry.resource_type == "StructureDefinition"]
    return Shown(
        package.name,
        package.version,
        _place(store, package.name, package.version),
        tuple(_dependency(store, *item) for item in package.needs),
        tuple(sorted(counts.items())),
        tuple(sorted(profiles)),
    )


def check_packages(store: PackageStore, labels: Sequence[str]) -> list[Checked]:
    """Guides checked ("name" or "name#version"; all installed ones if none is named): every package is opened, what
    depends on something that is missing is told, and the snapshots that are not given are made."""
    wanted = labels or [f"{one.name}#{one.version}" for one in list_packages(store) if one.place != BUILT_IN]
    return [_check(store, label) for label in wanted]


def install_archive(archive: Path, folder: Path) -> Package:
    """Installs the package in a `.tgz` on disk. Raises BadRequestError."""
    try:
        return install(archive, folder)
    except UnsafePackage as problem:
        raise BadRequestError(f"{archive} cannot be installed: {problem}.") from problem
    except OSError as problem:
        raise BadRequestError(f"{folder} cannot be written: {problem.strerror}.") from problem


def install_from(registry: Registry, folders: Sequence[Path], label: str, say: Say, *, alone: bool = False) -> Fetched:
    """Installs a package, "name#version" (exact, `1.2.x`, `latest`), and what it depends on, from a registry into the
    first of the folders; what a folder has already is not fetched.

    say: is told of each package. alone: without dependencies. Raises NotFoundError where the registry does not have
    the package or cannot be reached, SettingsError without a folder. A dependency nobody has is no error.
    """
    if not folders:
        raise SettingsError("There is no folder to install into: set package_folders.")
    work = _Installation(registry, tuple(folders), say)
    name, _, version = label.partition("#")
    first = work.get(name, version or "latest", required=True)
    waiting = deque([first] if first and not alone else [])
    while waiting:
        needed = [(name, wanted) for name, wanted in waiting.popleft().needs if is_needed(name)]
        waiting.extend(package for name, wanted in needed if (package := work.get(name, wanted)) is not None)
    return Fetched(tuple(work.installed), tuple(work.missing))


class _Installation:
    """One installation: each package is got once."""

    def __init__(self, registry: Registry, folders: tuple[Path, ...], say: Say) -> None:
        self._registry, self._folders, self._say = registry, folders, say
        self._asked: dict[str, Listed | None] = {}
        self._seen: set[tuple[str, str]] = set()
        self.installed: list[str] = []
        self.missing: list[str] = []

    def get(self, name: str, version: str, *, required: bool = False) -> Package | None:
        """The package, fetched unless it is there; None where it was got before, or is missing and not required."""
        if (name, version) in self._seen:
            return None
        self._seen.add((name, version))
        store = open_store(self._folders)
        there = store.versions(name)
        if version in there or (best(there, version) is not None and not required):
            return store.find(name, version).package
        return self._fetch(name, version, required=required)

    def _fetch(self, name: str, version: str, *, required: bool) -> Package | None:
        if name not in self._asked:
            self._asked[name] = self._registry.listed(name)
        listed = self._asked[name]
        chosen = listed.choose(version) if listed else None
        if listed is None or chosen is None:
            self._absent(name, version, listed, required=required)
            return None
        if chosen in open_store(self._folders).versions(name):
            self._say(f"{name}#{chosen} is there already")
            return open_store(self._folders).find(name, chosen).package
        return self._install(name, chosen, listed.sums[chosen])

    def _install(self, name: str, version: str, shasum: str) -> Package:
        self._say(f"Fetching {name}#{version} from {self._registry.base}")
        with tempfile.TemporaryDirectory() as folder:
            archive = Path(folder) / "package.tgz"
            self._registry.fetch(name, version, shasum, archive)
            try:
                package = install(archive, self._folders[0], name, version)
            except UnsafePackage as problem:
                raise NotFoundError(
                    f"{name}#{version} of {self._registry.base} cannot be used: {problem}."
                ) from problem
            except OSError as problem:
                raise SettingsError(f"{self._folders[0]} cannot be written: {problem.strerror}.") from problem
        self.installed.append(package.label)
        return package

    def _absent(self, name: str, version: str, listed: Listed | None, *, required: bool) -> None:
        if required:
            known = (
                f"It has {', '.join(sorted(listed.sums))}." if listed and listed.sums else "It has no version of it."
            )
            build = " Builds are not in registries: fetch one from its build server and install the file."
            said = build if version in ("current", "dev") else ""
            raise NotFoundError(f"{self._registry.base} does not have {name}#{version}. {known}{said}")
        self._say(f"{name}#{version} is not in the registry")
        self.missing.append(f"{name}#{version}")


def _found(store: PackageStore, label: str) -> Package:
    name, _, version = label.partition("#")
    found = store.find(name, version or "latest")
    if found.package is None:
        raise NotFoundError(" ".join(issue.text for issue in found.issues))
    return found.package


def _place(store: PackageStore, name: str, version: str) -> str:
    return str(store.place(name, version) or BUILT_IN)


def _dependency(store: PackageStore, name: str, version: str) -> Dependency:
    package = store.dependency(name, version).package
    return Dependency(name, version, package.version if package else "")


def _check(store: PackageStore, label: str) -> Checked:
    name, _, version = label.partition("#")
    context = Context.load(store, name, version or "latest")
    made = _snapshot_issues(context) if context.packages and context.packages[0].name == name else ()
    return Checked(label, tuple(package.label for package in context.packages), (*context.issues, *made))


def _snapshot_issues(context: Context) -> Iterable[Issue]:
    """What is wrong with snapshots that are made of the differentials of the guide's own package."""
    package = context.packages[0]
    for entry in package.entries:
        if entry.resource_type == "StructureDefinition" and entry.url:
            found = context.structure(entry.url)
            if found is not None and found.package == package.label and found.note is not None:
                yield found.note
