"""A context: the packages one guide is made of, and what a canonical url means among them.

The guide's own package comes first, then its direct dependencies, then theirs: the nearest package that defines a url
gives it, whatever other versions lie elsewhere in the store. So HospitalNotification is judged by its own dk-core, and
CareCommunication by its own. R4 core comes last and is always there.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import orjson

from profiles.core import NAME as CORE
from profiles.core import core_package
from profiles.guide import sources
from profiles.issue import Issue, warning
from profiles.json_shapes import snapshot_of, unnumbered
from profiles.packages import STANDARD_CACHE, Entry, Json, Package, PackageStore, given_package, make_package
from profiles.snapshots import snapshot
from profiles.versions import best, order

TYPES = "http://hl7.org/fhir/StructureDefinition/"
_OTHERS = ("hl7.fhir.r4b.core", "hl7.fhir.r5.core", "hl7.fhir.r4.examples", "hl7.fhir.r4.expansions")

_LONGEST_CHAIN = 30

Place: TypeAlias = tuple[Package, int]


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a canonical means: the resource (shared, not to be changed), its package, what is to be said about it."""

    resource: Json = field(repr=False)
    package: str
    note: Issue | None = None


def open_store(folders: Iterable[Path] = (STANDARD_CACHE,)) -> PackageStore:
    """A store of the packages in the folders given; R4 core and our own guide are always in it."""
    return PackageStore(folders, (core_package(), _guide_package()))


def is_needed(name: str) -> bool:
    """Whether a package a guide depends on adds anything: R4 core is always there; other versions of FHIR, examples
    and expansions are not judged by."""
    return name != CORE and name not in _OTHERS


def _guide_package() -> Package:
    guide = next(orjson.loads(body) for name, body in sources().items() if name.startswith("ImplementationGuide"))
    manifest = {"name": guide["packageId"], "version": guide["version"], "dependencies": {CORE: "4.0.1"}}
    return make_package(
        [("package/package.json", orjson.dumps(manifest))]
        + [(f"package/{name}", body) for name, body in sources().items()]
    )


@dataclass(frozen=True, slots=True, eq=False)
class Context:
    """The packages of one guide, nearest first, and an index of what they define. Built by `load` or `of`.

    issues: what could not be found or opened, or stands in for something else.
    """

    packages: tuple[Package, ...]
    issues: tuple[Issue, ...]
    _by_url: Mapping[str, Sequence[Place]] = field(repr=False)
    _by_id: Mapping[tuple[str, str], Place] = field(repr=False)
    _supplements: Mapping[str, Sequence[Place]] = field(repr=False)
    _structures: dict[str, Resolved | None] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def load(cls, store: PackageStore, name: str, version: str = "latest") -> Context:
        """The context of a guide: its package and everything it depends on, as far as the store has it."""
        packages, issues = _closure(store, name, version)
        return cls.of(packages, issues)

    @classmethod
    def of(cls, packages: Iterable[Package], issues: Iterable[Issue] = ()) -> Context:
        """The context of packages given, nearest first."""
        packages = tuple(packages)
        places = [(package, position) for package in packages for position in range(len(package.entries))]
        by_url: dict[str, list[Place]] = {}
        by_id: dict[tuple[str, str], Place] = {}
        supplements: dict[str, list[Place]] = {}
        for place in places:
            entry = _entry(place)
            by_url.setdefault(entry.url, []).append(place)
            by_id.setdefault((entry.resource_type, entry.id), place)
            if isinstance(entry.supplements, str) and entry.supplements:
                supplements.setdefault(entry.supplements.partition("|")[0], []).append(place)
        by_url.pop("", None)
        return cls(packages, tuple(issues), by_url, by_id, supplements)

    def adding(self, resources: Iterable[Json], label: str = "given") -> Context:
        """This context with more resources, nearer than all packages."""
        given = given_package(resources, label)
        return Context.of((given, *self.packages), self.issues)

    def with_package(self, package: Package | None) -> Context:
        """This context with one package more, behind the guide's own and before R4 core."""
        if package is None or package in self.packages:
            return self
        behind = [one for one in self.packages if one.name == CORE]
        return Context.of([*(one for one in self.packages if one.name != CORE), package, *behind], self.issues)

    def resolve(self, canonical: str, resource_type: str = "") -> Resolved | None:
        """What a canonical (`url` or `url|version`) means; None where no package defines the url.

        A version no package has is answered by url, with a note. The part after `#` is left to the caller.
        """
        url, _, version = canonical.partition("#")[0].partition("|")
        places = [place for place in self._by_url.get(url, ()) if _is(place, resource_type)]
        if not places:
            return None
        if not version:
            return _resolved(_nearest(places))
        wanted = best((_entry(place).version for place in places), version)
        if wanted is not None:
            return _resolved(next(place for place in places if _entry(place).version == wanted))
        place = _nearest(places)
        return _resolved(place, _other_version(canonical, _entry(place).version))

    def by_id(self, resource_type: str, identity: str) -> Resolved | None:
        """The resource of a type and id in the nearest package."""
        place = self._by_id.get((resource_type, identity))
        return _resolved(place) if place else None

    def all_of(self, url: str, resource_type: str) -> Iterable[Resolved]:
        """Every resource of that url and type, nearest first."""
        return (_resolved(place) for place in self._by_url.get(url, ()) if _is(place, resource_type))

    def supplements(self, url: str) -> Iterable[Resolved]:
        """The code system supplements of a code system, nearest first."""
        return map(_resolved, self._supplements.get(url, ()))

    def structure(self, canonical: str) -> Resolved | None:
        """A structure definition with its snapshot, generated where only a differential is given.

        canonical: a url, `url|version`, or the bare name of a type ("Patient").
        """
        return self._structure(canonical, ())

    def _structure(self, canonical: str, chain: tuple[str, ...]) -> Resolved | None:
        """chain: the definitions this one is needed for; one among them has no snapshot yet, and never will."""
        if canonical in chain or len(chain) > _LONGEST_CHAIN:
            return None
        if canonical not in self._structures:
            self._structures[canonical] = self._complete(canonical, (*chain, canonical))
        return self._structures[canonical]

    def _complete(self, canonical: str, chain: tuple[str, ...]) -> Resolved | None:
        found = self.resolve(canonical if ":" in canonical else TYPES + canonical, "StructureDefinition")
        if found is None or snapshot_of(found.resource):
            return found

        def base(url: str) -> Json | None:
            made = self._structure(url, chain)
            return made.resource if made else None

        made = snapshot(found.resource, base)
        complete = found.resource | {"snapshot": {"element": list(made.elements)}}
        return Resolved(complete, found.package, next(iter(made.issues), found.note))

    def of_type(self, resource_type: str) -> Iterable[Resolved]:
        """All resources of a type that are the nearest of their url, in order of package and name."""
        for places in self._by_url.values():
            fitting = [place for place in places if _is(place, resource_type)]
            if fitting:
                yield _resolved(_nearest(fitting))


def _closure(store: PackageStore, name: str, version: str) -> tuple[list[Package], list[Issue]]:
    """The guide's package and those it depends on, breadth first; R4 core last. Another version of a package already
    there is taken in behind it, so that what the nearer one lacks is still found."""
    first = store.find(name, version)
    packages: list[Package] = []
    issues: list[Issue] = list(first.issues)
    waiting = deque([first.package] if first.package else [])
    seen: set[tuple[str, str]] = set()
    while waiting:
        package = waiting.popleft()
        if package in packages or package.name == CORE:
            continue
        packages.append(package)
        for dependency, wanted in package.needs:
            if (dependency, wanted) in seen or not is_needed(dependency):
                continue
            seen.add((dependency, wanted))
            waiting.extend(_dependency(store, dependency, wanted, packages, waiting, issues))
    core = store.find(CORE).package
    return [*packages, *([core] if core else [])], issues


def _dependency(
    store: PackageStore,
    name: str,
    version: str,
    packages: Iterable[Package],
    waiting: Iterable[Package],
    issues: list[Issue],
) -> Iterable[Package]:
    """The package of a dependency. One that is missing is no loss where a nearer version of it is there already."""
    nearer = any(package.name == name for package in (*packages, *waiting))
    if nearer and best(store.versions(name), version) is None:
        return ()
    found = store.dependency(name, version)
    issues.extend(found.issues)
    return (found.package,) if found.package else ()


def _entry(place: Place) -> Entry:
    package, position = place
    return package.entries[position]


def _is(place: Place, resource_type: str) -> bool:
    return not resource_type or _entry(place).resource_type == resource_type


def _nearest(places: Sequence[Place]) -> Place:
    """The first package that has it; within that package the latest version."""
    package = places[0][0]
    return max((place for place in places if place[0] is package), key=lambda place: order(_entry(place).version))


def _resolved(place: Place, note: Issue | None = None) -> Resolved:
    package, position = place
    return Resolved(package.read(position), package.label, note)


def _other_version(canonical: str, version: str) -> Issue:
    problem = f"No package has {canonical}; version {version or '(none)'} of it is used."
    return warning("canonical-version", unnumbered(canonical), unnumbered(problem), "not-found")
