"""The guides that can be chosen by name: for $validate and the workbench. Each is loaded when it is first asked for."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from profiles.names import GUIDE_PACKAGE

if TYPE_CHECKING:  # the validator takes a quarter of a second that most commands do not need
    from gateway.guides import Guide
    from profiles.packages import PackageStore

MOST_KEPT = 6
"""Guides kept in memory: each takes some tens of megabytes."""
_NO_GUIDES = ("hl7.fhir.r4.core", "hl7.fhir.r4b.core", "hl7.fhir.r5.core", "hl7.terminology", "hl7.fhir.uv.extensions")
_LOOKED_AT = 200
"""Resources of a Bundle whose claims are looked at to find its guide."""


class GuideShelf:
    """Guides by package, of some folders. May be used by several threads."""

    def __init__(self, folders: Sequence[Path], now: Callable[[], datetime], terminology: str = "") -> None:
        """folders: where packages lie. now: what a guide's invariants take for today, when it is loaded.
        terminology: where codes the packages do not know are asked about (the setting's words)."""
        self._folders = tuple(folders)
        self._now = now
        self._terminology = terminology
        self._loaded: OrderedDict[str, Guide] = OrderedDict()
        self._opened: PackageStore | None = None
        self._claims: dict[str, str] | None = None
        self._lock = Lock()

    def labels(self) -> tuple[str, ...]:
        """The installed guides, name#version; the latest version of each first."""
        store = self._store
        names = [name for name in store.names() if not name.startswith(_NO_GUIDES) and name != GUIDE_PACKAGE]
        return tuple(f"{name}#{version}" for name in names for version in reversed(store.versions(name)))

    def guide(self, package: str) -> Guide:
        """The guide of a package, "name" or "name#version"; "" for base R4 and our own guide.

        Raises BadRequestError for a package that is not installed.
        """
        from gateway.guides import guide_in

        with self._lock:
            if package not in self._loaded:
                self._loaded[package] = guide_in(self._store, package, (), self._now(), self._terminology)
            self._loaded.move_to_end(package)
            while len(self._loaded) > MOST_KEPT:
                self._loaded.popitem(last=False)
            return self._loaded[package]

    def claimed(self, resource: dict[str, Any]) -> str:
        """The installed guide that has the first profile a resource, or one in it, claims; "" where none has."""
        urls = list(_claims(resource))
        return next((self._by_profile[url] for url in urls if url in self._by_profile), "") if urls else ""

    @property
    def _store(self) -> PackageStore:
        if self._opened is None:
            from profiles.context import open_store

            self._opened = open_store(self._folders)
        return self._opened

    @property
    def _by_profile(self) -> dict[str, str]:
        """Profile -> the package that defines it, in its latest version."""
        with self._lock:
            if self._claims is None:
                self._claims = dict(_defined(self._store, self.labels()))
            return self._claims


def _defined(store: PackageStore, labels: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Every profile with its package; where several versions have it, the latest stands last."""
    for label in reversed(labels):
        package = store.find(*label.split("#", 1)).package
        for entry in package.entries if package else ():
            if entry.resource_type == "StructureDefinition":
                yield entry.url, label


def _claims(resource: dict[str, Any]) -> Iterator[str]:
    """The profiles a resource and the first ones in it claim, without versions."""
    entries = _list(resource.get("entry"))[:_LOOKED_AT]
    for one in (resource, *(entry.get("resource") for entry in entries if isinstance(entry, dict))):
        meta = one.get("meta") if isinstance(one, dict) else None
        for url in _list(meta.get("profile")) if isinstance(meta, dict) else ():
            if isinstance(url, str):
                yield url.partition("|")[0]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
