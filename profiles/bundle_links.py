"""What leads to what in a document or message (R4, 3.3.1 Document content and 2.4 Messaging).

The first entry's own references must lead to entries, and every entry must be reached from the first.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, TypeAlias

from profiles.bundle_index import BundleIndex, Entry, is_absolute, rest_parts
from profiles.faults import Fault, placed
from profiles.fhir_plan import plan_of, resource_types
from profiles.issue import Severity
from profiles.plans import place_name
from profiles.r4.facts import facts

Json: TypeAlias = dict[str, Any]
Path: TypeAlias = tuple[str | int, ...]
Link: TypeAlias = tuple[Path, str, bool]
"""Where a link stands, where it leads, and whether it is a Reference (else a url)."""

LED: Mapping[str, str] = MappingProxyType({"document": "Composition", "message": "MessageHeader"})
"""What the first entry is, by the kind of Bundle."""
_HEADS = ("subject", "encounter", "custodian", "author", "attester", "event", "section", "focus")
_NO_LINKS = frozenset({"system", "profile", "endpoint", "address"})
"""Properties that name systems, profiles and places of delivery, and never an entry."""
_EXTENSION = ("Extension", "url")


def check_links(kind: str, bundle: Json, index: BundleIndex) -> Iterator[Fault]:
    """The findings on the links of a Bundle with at least one entry that holds a resource."""
    ahead: dict[int, set[int]] = {}
    for entry in index.entries:
        ahead[entry.position], others = _led_to(entry, index)
        if others and any(_is_suspect(url, entry, index) for url in others):
            yield from _lost(entry, index)
    yield from _unreached(kind, bundle, ahead, index)


def _led_to(entry: Entry, index: BundleIndex) -> tuple[set[int], list[str]]:
    """The positions of the entries that an entry leads to, and its links that lead to none or to several."""
    positions: set[int] = set()
    others: list[str] = []
    for url in urls_of(entry.resource):
        quick = index.at_once(url, entry)
        found = named(url, entry, index) if quick is None else (quick,)
        if len(found) == 1:
            positions.add(found[0].position)
        else:
            others.append(url)
    return positions, others


def _is_suspect(reference: str, entry: Entry, index: BundleIndex) -> bool:
    """Whether a link that leads to none or several entries may be lost; then it is worth looking where it stands."""
    return entry is index.entries[0] or bool(_near(reference, index))


def _near(reference: str, index: BundleIndex) -> list[Entry]:
    return index.alike(reference) or index.by_full_url.get(reference, [])


def _lost(entry: Entry, index: BundleIndex) -> Iterator[Fault]:
    """References that lead to no entry, though the first must lead to one, or one has their type and id."""
    seen: set[str] = set()
    for path, reference, is_reference in links_of(entry.resource):
        heads = entry is index.entries[0] and _must_lead(entry.type, path)
        if not is_reference or (reference in seen and not heads):
            continue
        seen.add(reference)
        fault = _fault(reference, entry, index, must_lead=heads)
        if fault is not None:
            yield placed(fault, "entry", entry.position, "resource", *path)


def _must_lead(name: str, path: Path) -> bool:
    """Whether a reference of a Composition or MessageHeader is one that must lead to an entry."""
    steps = [step for step in path if isinstance(step, str)]
    if name == "MessageHeader":
        return steps == ["focus"]
    if name != "Composition" or not steps or steps[0] not in _HEADS:
        return False
    return steps[0] != "section" or steps[-1] in ("entry", "author", "focus")


def _fault(reference: str, entry: Entry, index: BundleIndex, *, must_lead: bool) -> Fault | None:
    found = named(reference, entry, index)
    if len(found) == 1:
        return None
    if len(found) > 1:
        return Fault("bundle-many", f"This leads to {len(found)} entries, and must lead to one.", "invalid")
    if index.alike(reference):
        text = "This leads to no entry by the rules for fullUrls, though one has its type and id."
        return Fault("bundle-lost", text, "invalid")
    if not must_lead or not _should_be_here(reference):
        return None
    return Fault("bundle-lost", "What this refers to is in no entry of the Bundle.", "not-found")


def _should_be_here(reference: str) -> bool:
    """Whether something could be an entry: a definition lives elsewhere, and what is no Type/id leads nowhere."""
    if is_absolute(reference):
        parts = rest_parts(reference)
        return parts is None or not _is_definition(parts[0])
    parts_of = reference.split("/")
    return len(parts_of) > 1 and parts_of[0] in resource_types()


@cache
def _is_definition(name: str) -> bool:
    """Whether resources of a type are definitions, known by their canonical url and version."""
    return plan_of(name).by_name.keys() >= {"url", "version", "status"}


def named(reference: str, entry: Entry, index: BundleIndex) -> list[Entry]:
    """The entries a link leads to. A relative one leads from the url of a server that ends in the entry's own type
    and id, and from nowhere else."""
    reference = reference.partition("#")[0]
    if not is_absolute(reference) and not entry.server:
        return []
    return index.named(reference, entry.full_url)


def urls_of(resource: Any) -> set[str]:
    """Where the links that `links_of` finds lead; without the places, which cost most."""
    found: set[str] = set()
    _collect(resource, found)
    return found


def _collect(resource: Any, found: set[str]) -> None:
    name = resource.get("resourceType") if type(resource) is dict else None
    if type(name) is str and name in resource_types() and name != "Bundle":
        _collect_from(resource, name, found)


def _collect_from(value: Json, name: str, found: set[str]) -> None:
    ways = _ways(name)
    for key, inner in value.items():
        if key not in ways:
            continue
        code, has_none = ways[key]
        for item in inner if type(inner) is list else (inner,):
            if type(item) is str:
                found.add(item)
            elif type(item) is dict and code == "Resource":
                _collect(item, found)
            elif type(item) is dict:
                reference = item.get("reference") if code == "Reference" else None
                if type(reference) is str and reference[:1] != "#":
                    found.add(reference)
                if not has_none(item):
                    _collect_from(item, code, found)


def links_of(resource: Any, path: Path = ()) -> Iterator[Link]:
    """Every reference and url in a resource, not in Bundles inside it."""
    name = resource.get("resourceType") if type(resource) is dict else None
    if type(name) is str and name in resource_types() and name != "Bundle":
        yield from _links(resource, name, path)


def _links(value: Json, name: str, path: Path) -> Iterator[Link]:
    steps = _steps(name)
    for key, inner in value.items():
        if key not in steps:
            continue
        step, code = steps[key]
        for place, item in _items(inner, (*path, step)):
            if type(item) is str:
                yield (place, item, False)
            elif type(item) is dict and code == "Resource":
                yield from links_of(item, place)
            elif type(item) is dict:
                if code == "Reference" and type(item.get("reference")) is str and item["reference"][:1] != "#":
                    yield (place, item["reference"], True)
                yield from _links(item, code, place)


@cache
def _steps(name: str) -> Mapping[str, tuple[str, str]]:
    """The properties of a type that hold links, or objects that may: their step in FHIRPath, and their type."""
    known = facts().types
    return {
        key: (place_name(element.name, use.code), use.code)
        for element in (known[name].elements if name in known else ())
        for key, use in element.properties()
        if use.code in known or (use.code in ("uri", "url") and key not in _NO_LINKS and (name, key) != _EXTENSION)
    }


@cache
def _ways(name: str) -> Mapping[str, tuple[str, Callable[[Json], bool]]]:
    """The same properties: their type, and what tells of an object of it that no property of its own can hold links."""
    return {key: (code, frozenset(_steps(code)).isdisjoint) for key, (_, code) in _steps(name).items()}


def _items(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    if type(value) is list:
        yield from (((*path, index), item) for index, item in enumerate(value))
    else:
        yield path, value


def _unreached(kind: str, bundle: Json, ahead: Mapping[int, set[int]], index: BundleIndex) -> Iterator[Fault]:
    """Entries that nothing leads to from the first, by links forwards or backwards."""
    walk = _Walk(ahead)
    walk.forwards(index.entries[0].position)
    walk.seen |= _styles(bundle, index)
    walk.backwards()
    for entry in index.entries:
        if entry.position not in walk.seen:
            text = f"Nothing leads from the {LED[kind]} to this entry, nor from this entry to it."
            severity = Severity.ERROR if kind == "document" else Severity.WARNING
            yield placed(Fault("bundle-unreached", text, "informational", severity), "entry", entry.position)
        elif entry.position in walk.backward and entry.type != "Provenance":
            yield placed(_backward(kind), "entry", entry.position)


def _backward(kind: str) -> Fault:
    if kind == "message":
        text = "Only references backwards lead to this entry; check that it is needed to process the message."
        return Fault("bundle-backwards", text, "informational", Severity.INFORMATION)
    text = "Only references backwards lead to this entry; that is meant for Provenance alone."
    return Fault("bundle-backwards", text, "invalid", Severity.WARNING)


def _styles(bundle: Json, index: BundleIndex) -> set[int]:
    """The entries that links of the Bundle name as style sheets."""
    links = bundle.get("link")
    urls = (
        str(link.get("url"))
        for link in (links if type(links) is list else ())
        if type(link) is dict and link.get("relation") == "stylesheet"
    )
    return {index.by_name[url][0].position for url in urls if url in index.by_name}


class _Walk:
    """Walks over entries by their links. ahead: what each leads to; backward: those found from behind."""

    def __init__(self, ahead: Mapping[int, set[int]]) -> None:
        self._ahead = ahead
        self._behind: dict[int, list[int]] = {}
        for source, targets in ahead.items():
            for target in targets:
                self._behind.setdefault(target, []).append(source)
        self.seen: set[int] = set()
        self.backward: set[int] = set()

    def forwards(self, start: int) -> list[int]:
        """See what links lead to from an entry; what is new."""
        found = [start]
        self.seen.add(start)
        for one in found:
            new = self._ahead[one] - self.seen
            self.seen |= new
            found += new
        return found

    def backwards(self) -> None:
        """See the entries that lead to those seen, the first of them first, and what each leads to."""
        waiting = [one for target in self.seen for one in self._behind.get(target, ())]
        heapq.heapify(waiting)
        while waiting:
            one = heapq.heappop(waiting)
            if one in self.seen:
                continue
            self.backward.add(one)
            for new in self.forwards(one):
                for source in self._behind.get(new, ()):
                    heapq.heappush(waiting, source)
