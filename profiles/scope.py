"""Where a check stands in the document: the resource around it, and how references are resolved from there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from profiles.faults import Found
from profiles.fhirpath import Environment

Json: TypeAlias = dict[str, Any]


class BundleIndex:
    """The entries of one Bundle by full url, and by type and id; made once (R4, 3.1.9.4 resolving references)."""

    __slots__ = ("_full_urls", "by_full_url", "by_type_and_id")

    def __init__(self, bundle: Json) -> None:
        self.by_full_url: dict[str, list[Json]] = {}
        self.by_type_and_id: dict[str, list[Json]] = {}
        self._full_urls: dict[int, str] = {}
        entries = bundle.get("entry")
        for entry in entries if type(entries) is list else ():
            resource = entry.get("resource") if type(entry) is dict else None
            if type(resource) is not dict:
                continue
            full_url = entry.get("fullUrl")
            if type(full_url) is str:
                self.by_full_url.setdefault(full_url, []).append(resource)
                self._full_urls[id(resource)] = full_url
            key = f"{resource.get('resourceType')}/{resource.get('id')}"
            self.by_type_and_id.setdefault(key, []).append(resource)

    def full_url_of(self, resource: Json) -> str:
        """The fullUrl of the entry a resource stands in; "" where it stands in none."""
        return self._full_urls.get(id(resource), "")

    def find(self, reference: str, full_url: str) -> Json | None:
        """The resource a reference names; full_url: of the entry it stands in, which a relative one builds on."""
        found = self.by_full_url.get(reference.partition("/_history/")[0])
        if found is None and ":" not in reference.partition("/")[0]:
            base = _service_base(full_url)
            found = self.by_full_url.get(f"{base}/{reference}") if base else None
            found = found or self.by_type_and_id.get(reference.partition("/_history/")[0])
        return found[0] if found else None


def _service_base(full_url: str) -> str:
    """The part of a REST url before Type/id; "" for a urn."""
    parts = full_url.split("/")
    return "/".join(parts[:-2]) if full_url.startswith("http") and len(parts) > 4 else ""


Fetch: TypeAlias = Callable[[str], Mapping[str, Any] | None]


@dataclass(slots=True)
class Scope:
    """One resource being validated. container: the resource that contains it; bundle: the innermost around it.

    active: pairs of target and profile being judged, so that resources that refer to each other come to an end.
    verdicts, judged: what is known of those already judged.
    """

    resource: Json
    root: Json
    container: Json | None = None
    bundle: BundleIndex | None = None
    outer: Scope | None = None
    full_url: str = ""
    active: set[tuple[int, str]] = field(default_factory=set)
    fetch: Fetch | None = None
    verdicts: dict[tuple[int, str], bool] = field(default_factory=dict)
    judged: dict[tuple[int, frozenset[Any]], Found] = field(default_factory=dict)
    environment: Environment | None = None
    outside: dict[str, Json | None] = field(default_factory=dict)

    def inside(self, resource: Json) -> Scope:
        """The scope of a resource inside this one: in a Bundle's entry, or contained here or beside it."""
        holder = self.container or self.resource
        members = holder.get("contained")
        contained = type(members) is list and any(one is resource for one in members)
        index = BundleIndex(resource) if resource.get("resourceType") == "Bundle" else None
        return Scope(
            resource=resource,
            root=holder if contained else resource,
            container=holder if contained else None,
            bundle=index or self.bundle,
            outer=self,
            full_url=(self.bundle.full_url_of(resource) if self.bundle else "") or self.full_url,
            active=self.active,
            fetch=self.fetch,
            verdicts=self.verdicts,
            judged=self.judged,
            outside=self.outside,
        )

    def resolve(self, reference: Any) -> Json | None:
        """The resource a reference names: contained, in the Bundle, or known to whoever asked for the check."""
        if type(reference) is not str or not reference:
            return None
        if reference[0] == "#":
            return self._contained(reference[1:])
        found = self.bundle.find(reference, self.full_url) if self.bundle else None
        return found if found is not None else self._fetched(reference)

    def _fetched(self, reference: str) -> Json | None:
        """What lies outside the document; kept, as findings are remembered by the identity of what they are on."""
        if self.fetch is None:
            return None
        if reference not in self.outside:
            found = self.fetch(reference)
            self.outside[reference] = dict(found) if found is not None else None
        return self.outside[reference]

    def _contained(self, identity: str) -> Json | None:
        holder = self.container or self.resource
        if not identity:
            return holder
        inside = holder.get("contained")
        members = inside if type(inside) is list else ()
        return next((one for one in members if type(one) is dict and one.get("id") == identity), None)


def open_scope(resource: Json, fetch: Fetch | None = None) -> Scope:
    """The scope of a whole document."""
    index = BundleIndex(resource) if resource.get("resourceType") == "Bundle" else None
    return Scope(resource, resource, bundle=index, fetch=fetch)
