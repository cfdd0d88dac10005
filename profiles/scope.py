"""Where a check stands in the document: the resource around it, and how references are resolved from there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from profiles.bundle_index import BundleIndex, Entry
from profiles.definitions import Definition
from profiles.faults import Fault, Found
from profiles.fhirpath import Environment

Json: TypeAlias = dict[str, Any]


Fetch: TypeAlias = Callable[[str], Mapping[str, Any] | None]


class Claims(NamedTuple):
    """The profiles a resource claims, and what is wrong with its claims."""

    roots: tuple[Definition, ...]
    faults: tuple[Fault, ...]


class Link(NamedTuple):
    """What a reference means in one resource: what it points at, where that is here; the type of that, as far as it
    is known; how it is carried: contained, bundled or referenced; and whether the reference is written as it must."""

    target: Json | None
    type: str | None
    carried: str
    is_right: bool


@dataclass(slots=True)
class Scope:
    """One resource being validated. container: the resource that contains it; bundle: the innermost around it;
    entry: the innermost entry around it.

    active: pairs of target and profile being judged, so that resources that refer to each other come to an end.
    verdicts, judged: what is known of those already judged. claims: the profiles that resources claim, by identity.
    ids: of elements, with the identity of who has each. links: what the resource's references mean.
    """

    resource: Json
    root: Json
    container: Json | None = None
    bundle: BundleIndex | None = None
    outer: Scope | None = None
    entry: Entry | None = None
    active: set[tuple[int, str]] = field(default_factory=set)
    fetch: Fetch | None = None
    verdicts: dict[tuple[int, str], bool] = field(default_factory=dict)
    judged: dict[tuple[int, frozenset[Any]], Found] = field(default_factory=dict)
    claims: dict[int, Claims] = field(default_factory=dict)
    environment: Environment | None = None
    outside: dict[str, Json | None] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    links: dict[str, Link] = field(default_factory=dict)

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
            entry=self.bundle.entry_of(resource) or self.entry if self.bundle else None,
            active=self.active,
            fetch=self.fetch,
            verdicts=self.verdicts,
            judged=self.judged,
            claims=self.claims,
            outside=self.outside,
        )

    @property
    def full_url(self) -> str:
        """The fullUrl of the entry around the resource; "" where it stands in none, or in one without."""
        return self.entry.full_url if self.entry is not None else ""

    def language(self) -> str:
        """The language of the resource, or of the nearest around it that says one; "" where none does."""
        at: Scope | None = self
        while at is not None:
            language = at.resource.get("language")
            if type(language) is str:
                return language
            at = at.outer
        return ""

    def resolve(self, reference: Any) -> Json | None:
        """What FHIRPath's resolve() finds: contained, in the Bundle, or known to whoever asked for the check."""
        if type(reference) is not str or not reference:
            return None
        if reference[0] == "#":
            return self._contained(reference[1:])
        found = self.bundle.find(reference, self.full_url) if self.bundle else None
        return found if found is not None else self._fetched(reference)

    def target(self, reference: str) -> Json | None:
        """What a reference points at, in a Bundle by the rules for fullUrls alone."""
        if reference.startswith("#"):
            return self._contained(reference[1:])
        if self.bundle is not None:
            found = self.bundle.named(reference, self.full_url)
            return found[-1].resource if found else self._fetched(reference)
        return self._parameter(reference) or self._fetched(reference)

    def _parameter(self, reference: str) -> Json | None:
        """A resource beside this one in Parameters, by type and id."""
        outer: Scope | None = self
        while outer is not None and outer.resource.get("resourceType") != "Parameters":
            outer = outer.outer
        held = outer.resource.get("parameter") if outer is not None else None
        return _in_parameters(held, reference)

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


def _in_parameters(parameters: Any, name: str) -> Json | None:
    for one in parameters if type(parameters) is list else ():
        if type(one) is not dict:
            continue
        held = one.get("resource")
        if type(held) is dict and f"{held.get('resourceType')}/{held.get('id')}" == name:
            return held
        found = _in_parameters(one.get("part"), name)
        if found is not None:
            return found
    return None


def open_scope(resource: Json, fetch: Fetch | None = None) -> Scope:
    """The scope of a whole document."""
    index = BundleIndex(resource) if resource.get("resourceType") == "Bundle" else None
    return Scope(resource, resource, bundle=index, fetch=fetch)
