"""What a Bundle's kind asks of its links and entries (R4, 2.36 Bundle), beyond its invariants."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, TypeAlias

from profiles.bundle_index import BundleIndex, is_absolute, rest_parts
from profiles.bundle_links import LED, check_links, links_of
from profiles.bundle_searches import check_search_set
from profiles.faults import Fault, Found, placed
from profiles.issue import Severity
from profiles.scope import Scope

Json: TypeAlias = dict[str, Any]

_FREE = ("transaction", "transaction-response", "batch", "batch-response")
_RESPONSES = ("transaction-response", "batch-response")
_PAGES = frozenset({"first", "previous", "next", "last"})
_STYLES = "https://hl7.org/fhir/fhir.css"
_OLD_TERMINOLOGY = re.compile(r"http://hl7\.org/fhir/v[23]/").match


def check_bundle_rules(bundle: Any, scope: Scope) -> Found:
    """The findings on a Bundle as a whole."""
    kind = str(bundle.get("type"))
    index = scope.bundle if scope.bundle is not None and scope.resource is bundle else BundleIndex(bundle)
    faults = [*_links(bundle, kind, index)]
    for position, entry in _dicts(bundle.get("entry")):
        if not _is_usual(entry):
            faults += [placed(fault, "entry", position) for fault in _entry(entry, kind)]
    if kind == "searchset":
        faults += check_search_set(bundle)
    if kind in LED:
        faults += _led(bundle, kind, index)
    return faults or None


def _led(bundle: Json, kind: str, index: BundleIndex) -> Iterator[Fault]:
    """A document or message begins with the resource that all others hang on."""
    entries = _dicts(bundle.get("entry"))
    if not entries:
        yield Fault("bundle-empty", "A document or message must have entries.", "invalid")
    elif not index.entries or index.entries[0].position != entries[0][0]:
        yield placed(Fault("bundle-first", f"The first entry must hold the {LED[kind]}.", "invalid"), "entry", 0)
    elif index.entries[0].type != LED[kind]:
        fault = Fault("bundle-first", f"The first entry of a {kind} must be its {LED[kind]}.", "invalid")
        yield placed(fault, "entry", 0, "resource")
    if index.entries:
        yield from check_links(kind, bundle, index)


def _links(bundle: Json, kind: str, index: BundleIndex) -> Iterator[Fault]:
    seen: set[str] = set()
    paged = kind in ("searchset", "history")
    for position, link in _dicts(bundle.get("link")):
        relation = str(link.get("relation"))
        if relation in seen and (relation == "self" or (paged and relation in _PAGES)):
            text = f"The link '{relation}' may be there once only."
            fault = Fault("bundle-link", text, "invalid")
            yield placed(fault, "link", position, *(() if paged else ("relation",)))
        seen.add(relation)
        if relation in _PAGES and not paged:
            text = f"The link '{relation}' turns the pages of search results, and this is no such Bundle."
            yield placed(Fault("bundle-link", text, "invalid"), "link", position, "relation")
        if kind == "document" and relation == "stylesheet" and type(link.get("url")) is str:
            yield from (placed(fault, "link", position, "url") for fault in _style_sheet(link["url"], index))


def _style_sheet(url: str, index: BundleIndex) -> Iterator[Fault]:
    """The style sheet of a document is in it, or HL7's own (R4, 3.3.2)."""
    if not is_absolute(url):
        if url not in index.by_name:
            yield Fault("bundle-style", "The style sheet is in no entry of the Bundle.", "not-found")
    elif url != _STYLES:
        yield _advice(f"A document should bring its style sheet, or use {_STYLES}.")
        if url.startswith("http://"):
            yield _advice("The style sheet comes over a connection that is not secure.")
        if not url.startswith(("http://", "https://", "ftp://")):
            yield _advice("The style sheet cannot be fetched from its url.")


def _advice(text: str) -> Fault:
    return Fault("bundle-style", text, "business-rule", Severity.WARNING)


def _is_usual(entry: Json) -> bool:
    """Whether the fullUrl is absolute and ends in the type and id of the resource: then nothing is wrong with it."""
    full_url, resource = entry.get("fullUrl"), entry.get("resource")
    if type(full_url) is not str or type(resource) is not dict:
        return False
    identity, own = resource.get("id"), f"/{resource.get('resourceType')}/{resource.get('id')}"
    is_own = full_url.endswith(own) and own.count("/") == 2 and type(identity) is str
    return is_own and is_absolute(full_url) and resource.get("url") != full_url


def _entry(entry: Json, kind: str) -> Iterator[Fault]:
    full_url, resource = entry.get("fullUrl"), entry.get("resource")
    if type(full_url) is not str:
        if kind not in _RESPONSES and next(_references(resource), None) is not None:
            text = "An entry with references needs a fullUrl, from which it is told what they mean."
            yield Fault("bundle-full-url", text, "required")
        if kind not in _FREE:
            text = "Every entry must have a fullUrl, outside batches and transactions."
            yield Fault("bundle-full-url", text, "invalid")
        return
    if not is_absolute(full_url):
        yield Fault("bundle-full-url", "A fullUrl must be an absolute url.", "invalid")
    if type(resource) is dict:
        yield from _full_url(full_url, resource)


def _references(resource: Any) -> Iterator[str]:
    return (reference for _, reference, is_reference in links_of(resource) if is_reference)


def _full_url(full_url: str, resource: Json) -> Iterator[Fault]:
    identity = resource.get("id")
    parts = rest_parts(full_url)
    if parts is not None and identity is None:
        yield Fault("bundle-full-url", "The fullUrl is that of a server, so the resource needs its id.", "invalid")
    elif parts is not None and parts != (resource.get("resourceType"), identity):
        yield Fault("bundle-full-url", "The fullUrl must end in the resource's own type and id.", "invalid")
    if resource.get("url") == full_url and not _OLD_TERMINOLOGY(full_url) and (parts is None or parts[1] != identity):
        text = "The fullUrl is the canonical url of the resource; then it must end in the resource's id."
        yield Fault("bundle-full-url", text, "invalid")


def _dicts(value: Any) -> list[tuple[int, Json]]:
    return [(index, one) for index, one in enumerate(value) if type(one) is dict] if type(value) is list else []
