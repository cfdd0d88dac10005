"""Search results (R4, 3.1.1.5 and Bundle.entry.search): the search they answer, and why each entry is among them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from profiles.faults import Fault, placed
from profiles.fhir_plan import resource_types
from profiles.issue import Severity

Json: TypeAlias = dict[str, Any]


def check_search_set(bundle: Json) -> Iterator[Fault]:
    """The findings on a Bundle of type searchset."""
    links = [link for _, link in _dicts(bundle.get("link")) if link.get("relation") == "self"]
    types = _types(str(links[0].get("url", ""))) if links else ()
    if not links:
        text = "Search results should have a link 'self' that says what was searched for."
        yield _warning("bundle-self-link", text)
    elif not types:
        text = "The link 'self' does not tell which types were searched for, so the results cannot be judged by it."
        yield Fault("bundle-self-link", text, "invalid", Severity.INFORMATION)
    entries = _dicts(bundle.get("entry"))
    if any(_mode(entry) for _, entry in entries):
        for position, entry in entries:
            yield from (placed(fault, "entry", position) for fault in _with_mode(entry, types))
    elif entries:
        yield from _without_modes(entries, types, known=bool(links))


def _types(url: str) -> tuple[str, ...]:
    """The types a search is for: the last step of its path, else what its _type says."""
    path, _, query = url.partition("?")
    name = path.rpartition("/")[2]
    if name in resource_types():
        return (name,)
    said = (one.removeprefix("_type=") for one in query.split("&") if one.startswith("_type="))
    return tuple(name for names in said for name in names.split(","))


def _mode(entry: Json) -> str:
    search = entry.get("search")
    mode = search.get("mode") if type(search) is dict else None
    return mode if type(mode) is str else ""


def _with_mode(entry: Json, types: tuple[str, ...]) -> Iterator[Fault]:
    """An entry among others of which some say why they are there."""
    mode, resource = _mode(entry), entry.get("resource")
    if not mode:
        yield _warning("bundle-search-mode", "Entries of search results should say by search.mode why they are there.")
    if type(resource) is not dict:
        yield _no_resource()
        return
    name = str(resource.get("resourceType"))
    if mode in ("match", "include") and "id" not in resource:
        yield _in_resource("bundle-search-id", "Search results must have ids.")
    if mode == "match" and types and name not in types:
        text = f"The search was for {' or '.join(types)}, and this is {name}."
        yield _in_resource("bundle-search-type", text)
    if mode == "outcome" and name != "OperationOutcome":
        text = f"An entry of mode 'outcome' must be an OperationOutcome, and this is {name}."
        yield _in_resource("bundle-search-type", text)


def _without_modes(entries: list[tuple[int, Json]], types: tuple[str, ...], *, known: bool) -> Iterator[Fault]:
    """Entries none of which says why it is there: all must be what was searched for, or outcomes."""
    unclear = False
    found: set[str] = set()
    for position, entry in entries:
        resource = entry.get("resource")
        if type(resource) is not dict:
            yield placed(_no_resource(), "entry", position)
            continue
        name = str(resource.get("resourceType"))
        if "id" not in resource and name != "OperationOutcome" and (not types or name in types):
            fault = _in_resource("bundle-search-id", "Search results should have ids.", Severity.WARNING)
            yield placed(fault, "entry", position)
        if not types and known:
            text = "Whether this is of a type that was searched for cannot be told."
            fault = _in_resource("bundle-search-type", text, Severity.INFORMATION)
            yield placed(fault, "entry", position)
        if types and name not in types:
            text = f"The search was for {' or '.join(types)}, and this is {name}; say by search.mode why it is there."
            yield placed(_warning("bundle-search-type", text), "entry", position)
        elif name != "OperationOutcome":
            found.add(name)
        unclear = unclear or name not in types
    if unclear or len(found) > 1:
        yield _warning("bundle-search-mode", "Entries of search results should say by search.mode why they are there.")


def _no_resource() -> Fault:
    return Fault("bundle-search-resource", "Entries of search results must hold resources.", "invalid")


def _in_resource(code: str, text: str, severity: Severity = Severity.ERROR) -> Fault:
    return Fault(code, text, "invalid", severity, step="resource")


def _warning(code: str, text: str) -> Fault:
    return Fault(code, text, "invalid", Severity.WARNING)


def _dicts(value: Any) -> list[tuple[int, Json]]:
    return [(index, one) for index, one in enumerate(value) if type(one) is dict] if type(value) is list else []
