"""The entries of a Bundle by what they may be referred to by (R4, 3.1.9.4 resolving references in Bundles)."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias

from profiles.fhir_plan import resource_types

Json: TypeAlias = dict[str, Any]

_ON_SERVERS = ("http://", "https://")
_NO_SERVERS = ("http:/", "https:/", *_ON_SERVERS)
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}").fullmatch
_HAS_SPACE = re.compile(r"\s").search
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:").match
_HISTORY = "/_history/"


class Entry(NamedTuple):
    """An entry that holds a resource. name: its type and id, "" without an id; version: meta.versionId, or "".
    server: what stands before type and id in its fullUrl, where that is of a server and ends in the resource's own."""

    position: int
    full_url: str
    resource: Json
    type: str
    name: str
    version: str
    server: str


def read_entries(bundle: Json) -> list[Entry]:
    """The entries of a Bundle that hold a resource."""
    entries = bundle.get("entry")
    return [
        _entry(position, entry, entry["resource"])
        for position, entry in enumerate(entries if type(entries) is list else ())
        if type(entry) is dict and type(entry.get("resource")) is dict
    ]


def _entry(position: int, entry: Json, resource: Json) -> Entry:
    full_url, meta, identity = entry.get("fullUrl"), resource.get("meta"), resource.get("id")
    kind = str(resource.get("resourceType"))
    name = f"{kind}/{identity}" if type(identity) is str else ""
    version = meta.get("versionId") if type(meta) is dict else None
    url = full_url if type(full_url) is str else ""
    server = url.removesuffix(name) if name != "" and url.endswith(f"/{name}") and rest_parts(url) is not None else ""
    return Entry(position, url, resource, kind, name, version if type(version) is str else "", server)


class BundleIndex:
    """The entries of one Bundle by full url, and by type and id; made once."""

    def __init__(self, bundle: Json) -> None:
        self.kind = str(bundle.get("type"))
        self.entries = read_entries(bundle)
        self._named: dict[tuple[str, str], list[Entry]] = {}
        self._by_resource = {id(entry.resource): entry for entry in self.entries}
        self.by_full_url: dict[str, list[Entry]] = {}
        for entry in self.entries:
            if entry.full_url:
                self.by_full_url.setdefault(entry.full_url, []).append(entry)

    @cached_property
    def by_name(self) -> dict[str, list[Entry]]:
        """The entries by their type and id."""
        found: dict[str, list[Entry]] = {}
        for entry in self.entries:
            if entry.name:
                found.setdefault(entry.name, []).append(entry)
        return found

    @cached_property
    def _by_version(self) -> dict[tuple[str, str], list[Entry]]:
        found: dict[tuple[str, str], list[Entry]] = {}
        for entry in self.entries:
            if entry.full_url:
                found.setdefault((entry.full_url, entry.version), []).append(entry)
        return found

    def at_once(self, reference: str, entry: Entry) -> Entry | None:
        """The entry that a reference names as most do: on the same server, by type and id, and only this one."""
        found = self.by_full_url.get(entry.server + reference) if entry.server else None
        is_plain = found is not None and len(found) == 1 and found[0].name == reference and found[0].server
        return found[0] if found is not None and is_plain else None

    def entry_of(self, resource: Json) -> Entry | None:
        """The entry a resource stands in."""
        return self._by_resource.get(id(resource))

    def find(self, reference: str, full_url: str) -> Json | None:
        """The resource a reference names, as FHIRPath's resolve() has it: by its url, else by type and id.

        full_url: of the entry the reference stands in, which a relative one builds on.
        """
        named, _, _ = reference.partition(_HISTORY)
        found = self.by_full_url.get(named)
        if found is None and not is_absolute(reference):
            found = self.by_full_url.get(_server(full_url) + named) or self.by_name.get(named)
        return found[0].resource if found else None

    def named(self, reference: str, full_url: str) -> list[Entry]:
        """The entries a reference names by the rules for fullUrls; a versioned one, of that version."""
        key = (reference, full_url)
        found = self._named.get(key)
        if found is None:
            target, version = target_of(reference, full_url)
            found = self._by_version.get((target, version), []) if version else self.by_full_url.get(target, [])
            self._named[key] = found
        return found

    def lacks_version(self, full_url: str) -> bool:
        """Whether an entry of that fullUrl does not say its version."""
        return (full_url, "") in self._by_version

    def alike(self, reference: str) -> list[Entry]:
        """The entries of the type and id a relative reference names, whatever their fullUrl."""
        return [] if is_absolute(reference) else self.by_name.get("/".join(reference.split("/")[:2]), [])


def is_absolute(url: str) -> bool:
    """Whether a url begins with its scheme."""
    return _SCHEME(url) is not None


def target_of(reference: str, full_url: str) -> tuple[str, str]:
    """The fullUrl a reference means, and the version ("" without one).

    A relative one builds on the fullUrl around it: on the server of a REST url; on a urn its id takes the last part.
    """
    named, _, version = reference.partition(_HISTORY)
    if is_absolute(reference):
        return named, version
    if full_url.startswith("urn:"):
        return full_url.rpartition(":")[0] + ":" + named.rpartition("/")[2], version
    return _server(full_url) + named, version


def rest_parts(url: str) -> tuple[str, str] | None:
    """The type and id at the end of the url of a resource on a server."""
    if not url.startswith(_ON_SERVERS):
        return None
    before, _, identity = url.rpartition("/")
    server, _, kind = before.rpartition("/")
    if kind not in resource_types() or _ID(identity) is None:
        return None
    if (" " in server or not server.isprintable()) and _HAS_SPACE(server) is not None:
        return None
    return (kind, identity) if server not in _NO_SERVERS else None


def _server(full_url: str) -> str:
    """What stands before Type/id, with its slash."""
    server, slash, _ = full_url.rpartition("/")[0].rpartition("/")
    return server + slash
