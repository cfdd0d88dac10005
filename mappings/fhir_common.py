"""Reading FHIR trees that may hold anything: what is absent or of another type reads as nothing.

Mappings run on documents whose structure has been checked, but the answer to a broken document still needs its ids
and organisations; these functions never raise, whatever the tree holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Resource = dict[str, Any]
EMPTY: Resource = {}
_YEARS = (1800, 2200)


def node(tree: Any, *path: str) -> Resource:
    """The object at a path of property names; the first member where the path meets a list; {} when there is none."""
    for name in path:
        tree = tree.get(name) if isinstance(tree, dict) else None
        if isinstance(tree, list):
            tree = tree[0] if tree else None
    return tree if isinstance(tree, dict) else EMPTY


def text(tree: Any, *path: str) -> str:
    """The string at a path; "" when there is none."""
    for name in path[:-1]:
        tree = tree.get(name) if isinstance(tree, dict) else None
        if isinstance(tree, list):
            tree = tree[0] if tree else None
    value = tree.get(path[-1]) if isinstance(tree, dict) else None
    return value if isinstance(value, str) else ""


def items(tree: Any, *path: str) -> list[Resource]:
    """The objects of the list at a path; [] when there is none."""
    value = node(tree, *path[:-1]).get(path[-1])
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def texts(tree: Any, *path: str) -> list[str]:
    """The strings of the list at a path; [] when there is none."""
    value = node(tree, *path[:-1]).get(path[-1])
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def moment(value: str) -> datetime | None:
    """A FHIR instant or dateTime with a zone as an aware datetime; None for dates, for times without zone, and for what
    is no time."""
    if len(value) < 16:
        return None
    try:
        read = datetime.fromisoformat(value)
    except ValueError:
        return None
    return read if read.tzinfo and is_plausible(read) else None


def backwards(period: Resource) -> bool:
    """Whether a Period ends before it starts, to the second and whichever the time zones (per-1, as meant)."""
    started, ended = moment(text(period, "start")), moment(text(period, "end"))
    return bool(started and ended and ended < started)


def is_plausible(at: datetime) -> bool:
    """Whether a time can be of anybody alive or planned for; others break arithmetic with time zones."""
    return _YEARS[0] <= at.year <= _YEARS[1]


def extension(element: Resource, url: str) -> Resource:
    """The first extension of an element with this url, or {}."""
    return next((item for item in items(element, "extension") if item.get("url") == url), EMPTY)


def codings(concept: Resource) -> Iterator[tuple[str, str]]:
    """(system, code) of each coding of a CodeableConcept."""
    for coding in items(concept, "coding"):
        yield text(coding, "system"), text(coding, "code")


def relative(reference: str) -> str:
    """A literal reference as "Type/id", whichever base and version it was written with."""
    parts = reference.partition("/_history/")[0].split("/")
    return "/".join(parts[-2:]) if len(parts) > 1 else reference


@dataclass(frozen=True, slots=True)
class Entry:
    """One resource of a Bundle, its address in it, and its type ("" when it does not say)."""

    resource: Resource
    where: str
    type: str = ""


@dataclass(frozen=True, slots=True)
class Contents:
    """A Bundle's resources in order, and by what they may be referred to."""

    entries: tuple[Entry, ...]
    index: dict[str, Entry] = field(repr=False)

    def all(self, resource_type: str) -> list[Entry]:
        """The entries of one type, in order."""
        return [entry for entry in self.entries if entry.type == resource_type]

    def find(self, reference: str) -> Entry | None:
        """The entry a literal reference points to (by full url, else by type and id), or None."""
        return self.index.get(reference) or self.index.get(relative(reference)) if reference else None


def contents(bundle: Resource, where: str = "Bundle") -> Contents:
    """Index a Bundle once (FHIR R4, "Resolving references in Bundles"). where: the Bundle's own address."""
    entries: list[Entry] = []
    index: dict[str, Entry] = {}
    for place, item in enumerate(items(bundle, "entry")):
        resource = node(item, "resource")
        if not resource:
            continue
        entry = Entry(resource, f"{where}.entry[{place}].resource", text(resource, "resourceType"))
        entries.append(entry)
        index.setdefault(f"{entry.type}/{text(resource, 'id')}", entry)
        index.setdefault(text(item, "fullUrl") or entry.where, entry)
    return Contents(tuple(entries), index)
