"""A FHIR package registry: which versions there are of a package, and its archive.

Speaks the registry's HTTP API: `GET /{name}` lists versions (npm's form), `GET /{name}/{version}` is the archive.
Source: https://registry.fhir.org/learn, packages.fhir.org. Nothing is asked unless somebody asks for a package.
"""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2
import msgspec

from gateway.errors import NotFoundError, SettingsError
from gateway.outgoing import is_safe
from profiles.versions import best

LARGEST_LIST = 32 << 20
LARGEST_ARCHIVE = 512 << 20
LONGEST = 600.0
"""Seconds one answer may take in all."""


class _Dist(msgspec.Struct, frozen=True):
    shasum: str = ""


class _Version(msgspec.Struct, frozen=True):
    dist: _Dist | None = None


class _Listing(msgspec.Struct, frozen=True):
    versions: dict[str, _Version] = {}
    tags: dict[str, Any] = msgspec.field(name="dist-tags", default={})


@dataclass(frozen=True, slots=True)
class Listed:
    """What a registry says of a package: its versions, each with the SHA-1 of its archive ("" unsaid), and the one it
    calls the latest ("" for none)."""

    sums: Mapping[str, str]
    latest: str

    def choose(self, version: str) -> str | None:
        """The version that is meant: exact, a pattern (`1.2.x`), or `latest`; None without one."""
        if version in ("", "latest") and self.latest in self.sums:
            return self.latest
        return best(self.sums, version)


@dataclass(frozen=True, slots=True)
class Registry:
    """A registry at a url. Its methods raise NotFoundError with what was asked, what came of it and what to do."""

    http: httpx2.Client
    base: str

    def listed(self, name: str) -> Listed | None:
        """The versions of a package; None where the registry does not know it."""
        url = self._url(name)
        with self._answer(url) as answer:
            if answer.status_code == 404:
                return None
            body = b"".join(_chunks(answer, url, LARGEST_LIST))
        try:
            listing = msgspec.json.decode(body, type=_Listing)
        except (msgspec.DecodeError, UnicodeDecodeError) as problem:
            raise NotFoundError(f"{url} answers no list of versions; is it a FHIR package registry?") from problem
        sums = {version: one.dist.shasum if one.dist else "" for version, one in listing.versions.items()}
        return Listed(sums, str(listing.tags.get("latest", "")))

    def fetch(self, name: str, version: str, shasum: str, target: Path) -> None:
        """The archive of a package into a file. shasum: the SHA-1 it must have, "" where nobody said."""
        url, found = self._url(name, version), hashlib.sha1(usedforsecurity=False)
        with self._answer(url) as answer, target.open("wb") as file:
            if answer.status_code == 404:
                raise NotFoundError(f"{self.base} lists {name}#{version} but does not have it; try another registry.")
            for chunk in _chunks(answer, url, LARGEST_ARCHIVE):
                found.update(chunk)
                file.write(chunk)
        if shasum and found.hexdigest() != shasum.lower():
            raise NotFoundError(f"What {url} sent is damaged: it is not what the registry's list says. Try again.")

    def _url(self, *parts: str) -> str:
        return "/".join((self.base.rstrip("/"), *(quote(part, safe="") for part in parts)))

    @contextlib.contextmanager
    def _answer(self, url: str) -> Iterator[httpx2.Response]:
        """The answer to a request, if it is 200 or 404."""
        try:
            with self.http.stream("GET", url, headers={"Accept": "application/json, application/gzip"}) as answer:
                if answer.status_code not in (200, 404):
                    raise NotFoundError(f"{url} answered {answer.status_code}. Ask again later, or another registry.")
                yield answer
        except (httpx2.HTTPError, httpx2.InvalidURL) as problem:
            raise NotFoundError(
                f"{url} cannot be reached ({type(problem).__name__}). Is package_registry right?"
            ) from problem


def open_registry(base: str, http: httpx2.Client) -> Registry:
    """The registry at a url. Raises SettingsError unless it is https, or on this machine."""
    if is_safe(base):
        return Registry(http, base)
    raise SettingsError(f"package_registry is no https address: {base!r}.")


def _chunks(answer: httpx2.Response, url: str, most: int) -> Iterator[bytes]:
    size, end = 0, time.monotonic() + LONGEST
    for chunk in answer.iter_bytes():
        size += len(chunk)
        if size > most or time.monotonic() > end:
            raise NotFoundError(f"{url} sends more, or takes longer, than any package does. Nothing was installed.")
        yield chunk
