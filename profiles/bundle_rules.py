"""Rules of a Bundle as a whole: what its kind asks for, and what holds between its entries (R4, bdl-1 to bdl-12)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from profiles.faults import Fault, Found, under
from profiles.fhir_plan import resource_types
from profiles.issue import Severity

_REST_URL = re.compile(r"https?://\S+/([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})").fullmatch
_RESULT_TYPES = ("searchset", "history")
_FREE_FULL_URL = ("transaction", "transaction-response", "batch", "batch-response")


def check_bundle(bundle: dict[str, Any]) -> Found:
    """bdl-1..bdl-12 and the rules of the Bundle page on entries."""
    entries = bundle.get("entry", [])
    kind = bundle.get("type")
    if not isinstance(entries, list):
        return None
    faults = _check_bundle_head(bundle, kind, entries)
    seen: set[tuple[str, str]] = set()
    for index, entry in enumerate(entries):
        if isinstance(entry, dict):
            found = _check_entry(entry, kind, seen)
            if found:
                faults += under("entry", under(index, found))
    return _weigh_doubles(bundle, faults) or None


def _weigh_doubles(bundle: dict[str, Any], faults: list[Fault]) -> list[Fault]:
    """A fullUrl that stands twice is an error where something refers to it, for then it is unclear what is meant.

    Otherwise it is a warning: published test messages of MedCom hold a Provenance twice, and lose nothing by it.
    """
    doubles = [fault for fault in faults if fault.code == "bdl-7"]
    referred = set(_references(bundle)) if doubles else set()
    for fault in doubles:
        full_url = bundle["entry"][fault.steps[-2]]["fullUrl"]
        if full_url not in referred and "/".join(full_url.split("/")[-2:]) not in referred:
            fault.severity = Severity.WARNING
    return faults


def _references(value: Any) -> Iterator[str]:
    """Every text under a property called reference."""
    if isinstance(value, list):
        for inner in value:
            yield from _references(inner)
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key == "reference" and isinstance(inner, str):
                yield inner
            else:
                yield from _references(inner)


def _check_bundle_head(bundle: dict[str, Any], kind: Any, entries: list[Any]) -> list[Fault]:
    faults = []
    if "total" in bundle and kind not in _RESULT_TYPES:
        faults.append(Fault("bdl-1", "Only search results and histories have a total (bdl-1).", "invariant"))
    if kind == "message" and _first_type(entries) != "MessageHeader":
        text = "The first entry of a message must be its MessageHeader (bdl-12)."
        faults.append(Fault("bdl-12", text, "invariant"))
    if kind == "document":
        faults += _check_document(bundle, entries)
    return faults


def _check_document(bundle: dict[str, Any], entries: list[Any]) -> list[Fault]:
    faults = []
    identifier = bundle.get("identifier")
    if not (isinstance(identifier, dict) and "system" in identifier and "value" in identifier):
        text = "A document must have an identifier with system and value (bdl-9)."
        faults.append(Fault("bdl-9", text, "invariant"))
    if "timestamp" not in bundle:
        faults.append(Fault("bdl-10", "A document must have a timestamp (bdl-10).", "invariant"))
    if _first_type(entries) != "Composition":
        text = "The first entry of a document must be its Composition (bdl-11)."
        faults.append(Fault("bdl-11", text, "invariant"))
    return faults


def _first_type(entries: list[Any]) -> Any:
    first = entries[0] if entries else None
    resource = first.get("resource") if isinstance(first, dict) else None
    return resource.get("resourceType") if isinstance(resource, dict) else None


def _check_entry(entry: dict[str, Any], kind: Any, seen: set[tuple[str, str]]) -> list[Fault]:
    faults: list[Fault] = []
    full_url = entry.get("fullUrl")
    resource = entry.get("resource")
    if type(full_url) is str:
        faults += _check_full_url(full_url, resource, seen, kind)
    elif resource is not None and kind not in _FREE_FULL_URL:
        faults.append(Fault("bundle-full-url", "Every entry must have a fullUrl.", "required"))
    if resource is None and "request" not in entry and "response" not in entry:
        faults.append(Fault("bdl-5", "An entry must hold a resource, a request or a response (bdl-5).", "invariant"))
    if "search" in entry and kind != "searchset":
        faults.append(Fault("bdl-2", "Only entries of search results have search (bdl-2).", "invariant"))
    if ("request" in entry) != (kind in ("batch", "transaction", "history")):
        text = "Entries of a batch, transaction or history have a request, and no others (bdl-3)."
        faults.append(Fault("bdl-3", text, "invariant"))
    if ("response" in entry) != (kind in ("batch-response", "transaction-response", "history")):
        text = "Entries of a response or history have a response, and no others (bdl-4)."
        faults.append(Fault("bdl-4", text, "invariant"))
    return faults


def _check_full_url(full_url: str, resource: Any, seen: set[tuple[str, str]], kind: Any) -> list[Fault]:
    faults = []
    inner = resource if isinstance(resource, dict) else {}
    key = (full_url, _version(inner))
    if key in seen and kind != "history":
        text = "Another entry has the same fullUrl; every entry needs its own (bdl-7)."
        faults.append(Fault("bdl-7", text, "invariant"))
    seen.add(key)
    if "/_history/" in full_url:
        faults.append(Fault("bdl-8", "A fullUrl must not name a version (bdl-8).", "invariant"))
    if "id" in inner and not full_url.endswith(f"/{inner.get('resourceType')}/{inner['id']}") and _is_rest(full_url):
        text = "The fullUrl must end in the resource's own type and id."
        faults.append(Fault("bundle-full-url", text, "value"))
    return faults


def _version(resource: dict[str, Any]) -> str:
    meta = resource.get("meta")
    return str(meta["versionId"]) if isinstance(meta, dict) and "versionId" in meta else ""


def _is_rest(full_url: str) -> bool:
    """Whether a url is that of a resource on a FHIR server."""
    found = _REST_URL(full_url)
    return found is not None and found[1] in resource_types()
