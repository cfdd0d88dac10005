"""A Bundle's entries and links (R4, 2.36 Bundle and 3.3 Documents), beyond its invariants."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from profiles.faults import Fault, Found, placed
from profiles.fhir_plan import resource_types
from profiles.issue import Severity
from profiles.scope import Scope

_REST_URL = re.compile(r"https?://\S+/([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})").fullmatch
_FREE = ("transaction", "transaction-response", "batch", "batch-response")
_LED = {"document": "Composition", "message": "MessageHeader"}
_FOLLOWED = {"document": ("subject", "author", "attester", "custodian", "encounter", "section"), "message": ("focus",)}
_ONCE = frozenset({"self", "first", "previous", "prev", "next", "last"})


def check_bundle_rules(bundle: Any, _: Scope) -> Found:
    """The findings on a Bundle as a whole."""
    kind = str(bundle.get("type"))
    entries = _dicts(bundle.get("entry"))
    faults = [*_links(bundle, kind)]
    for index, entry in entries:
        faults += [placed(fault, "entry", index) for fault in _entry(entry, kind)]
    if kind == "searchset" and entries and all("search" not in entry for _, entry in entries):
        text = "Entries of search results should say by search.mode why they are there."
        faults.append(Fault("bundle-search-mode", text, "invalid", Severity.WARNING))
    if kind in _LED and entries:
        faults += _reach(kind, [entry for _, entry in entries], _dicts(bundle.get("link")))
    return faults or None


def _links(bundle: dict[str, Any], kind: str) -> Iterator[Fault]:
    seen: set[str] = set()
    for index, link in _dicts(bundle.get("link")):
        relation = str(link.get("relation"))
        if relation in _ONCE and relation in seen:
            text = f"The link '{relation}' may be there once only."
            yield placed(Fault("bundle-link", text, "invalid"), "link", index)
        seen.add(relation)
    if kind == "searchset" and "self" not in seen:
        text = "Search results should have a link 'self' that says what was searched for."
        yield Fault("bundle-self-link", text, "invalid", Severity.WARNING)


def _entry(entry: dict[str, Any], kind: str) -> Iterator[Fault]:
    full_url, resource = entry.get("fullUrl"), entry.get("resource")
    if type(full_url) is not str:
        if kind in _LED:
            yield Fault("bundle-full-url", "Every entry needs a fullUrl, which others refer to.", "required")
        if kind not in _FREE and type(resource) is dict:
            yield Fault(
                "bundle-full-url", "Every entry must have a fullUrl, outside batches and transactions.", "invalid"
            )
            if kind in _LED:
                yield from _relative(resource)
        return
    if not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", full_url):
        yield Fault("bundle-full-url", "A fullUrl must be an absolute url.", "invalid")
    found = _REST_URL(full_url)
    if type(resource) is not dict or found is None or found[1] not in resource_types():
        return
    if "id" not in resource:
        yield Fault("bundle-full-url", "The fullUrl is that of a server, so the resource needs its id.", "invalid")
    elif (found[1], found[2]) != (resource.get("resourceType"), resource["id"]):
        yield Fault("bundle-full-url", "The fullUrl must end in the resource's own type and id.", "invalid")


def _relative(resource: dict[str, Any]) -> Iterator[Fault]:
    """Relative references where the entry around them has no fullUrl to start from."""
    for path, reference in references(resource):
        if ":" not in reference.partition("/")[0] and not reference.startswith("#"):
            text = "A relative reference means nothing in an entry without a fullUrl."
            yield placed(Fault("bundle-relative", text, "required"), "resource", *path)


def references(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every reference in a resource with the place of the Reference that holds it."""
    if type(value) is list:
        for index, inner in enumerate(value):
            yield from references(inner, (*path, index))
    elif type(value) is dict:
        for key, inner in value.items():
            if key == "reference" and type(inner) is str:
                yield path, inner
            elif type(inner) is dict or type(inner) is list:
                name = "value.ofType(Reference)" if key == "valueReference" else key
                yield from references(inner, (*path, name))


def _reach(kind: str, entries: list[dict[str, Any]], links: list[tuple[int, dict[str, Any]]]) -> Iterator[Fault]:
    """Entries that nothing leads to from the first, by references forwards or backwards; what the first lacks."""
    at: dict[str, set[int]] = {}
    for index, entry in enumerate(entries):
        for name in _names(entry):
            at.setdefault(name, set()).add(index)
    forward = [_targets(entry, at) for entry in entries]
    forward[0] |= {target for _, link in links for target in at.get(str(link.get("url")), ())}
    both = [set(targets) for targets in forward]
    for index, targets in enumerate(forward):
        for target in targets:
            both[target].add(index)
    ahead, any_way = _walk(forward), _walk(both)
    yield from _lost(kind, entries, at)
    for index, entry in enumerate(entries):
        if index not in any_way:
            text = f"Nothing leads from the {_LED[kind]} to this entry, nor from this entry to it."
            severity = Severity.ERROR if kind == "document" else Severity.WARNING
            yield placed(Fault("bundle-unreached", text, "informational", severity), "entry", index)
        elif index not in ahead and _type_of(entry) != "Provenance" and kind == "document":
            text = "Only references backwards lead to this entry; that is meant for Provenance alone."
            yield placed(Fault("bundle-backwards", text, "invalid", Severity.WARNING), "entry", index)


def _lost(kind: str, entries: list[dict[str, Any]], at: dict[str, set[int]]) -> Iterator[Fault]:
    """References of the first entry that must lead to another entry, and do not (R4, 3.3.1 and 2.4)."""
    first = entries[0].get("resource")
    for path, reference in references(first):
        names = [step for step in path if isinstance(step, str)]
        wanted = bool(names) and names[0] in _FOLLOWED[kind] and (names[0] != "section" or names[-1] == "entry")
        if wanted and not reference.startswith("#") and not _resolved(reference, entries[0], at):
            text = "What this refers to is in no entry of the Bundle, by the rules for fullUrls."
            yield placed(Fault("bundle-lost", text, "invalid"), "entry", 0, "resource", *path)


def _walk(edges: list[set[int]]) -> set[int]:
    seen = {0}
    waiting = [0]
    while waiting:
        for target in edges[waiting.pop()] - seen:
            seen.add(target)
            waiting.append(target)
    return seen


def _names(entry: dict[str, Any]) -> list[str]:
    """What an entry may be referred to by: its fullUrl, and that with its version."""
    full_url, resource = entry.get("fullUrl"), entry.get("resource")
    if type(full_url) is not str:
        return []
    meta = resource.get("meta") if type(resource) is dict else None
    version = meta.get("versionId") if type(meta) is dict else None
    return [full_url, f"{full_url}/_history/{version}"] if version else [full_url]


def _targets(entry: dict[str, Any], at: dict[str, set[int]]) -> set[int]:
    found = references(entry.get("resource"))
    return {target for _, reference in found for target in _resolved(reference, entry, at)}


def _resolved(reference: str, entry: dict[str, Any], at: dict[str, set[int]]) -> set[int]:
    """The entries a reference means: by its whole url, or a relative one by the server its own entry is from."""
    if reference in at:
        return at[reference]
    base = _REST_URL(str(entry.get("fullUrl", "")))
    if base is None or ":" in reference.partition("/")[0]:
        return set()
    server = base.string[: -len(f"/{base[1]}/{base[2]}")]
    return at.get(f"{server}/{reference}", set())


def _type_of(entry: dict[str, Any]) -> Any:
    resource = entry.get("resource")
    return resource.get("resourceType") if type(resource) is dict else None


def _dicts(value: Any) -> list[tuple[int, dict[str, Any]]]:
    return [(index, one) for index, one in enumerate(value) if type(one) is dict] if type(value) is list else []
