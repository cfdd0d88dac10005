"""R4's invariants that are met most often, written natively. Each answers as the general engine does, or None where it
leaves the answer to it; a test holds the two equal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from profiles.scope import Scope

Native: TypeAlias = Callable[[Any, Scope], bool | None]

_WITH_REQUEST = ("batch", "transaction", "history")
_WITH_RESPONSE = ("batch-response", "transaction-response", "history")


def _reference(value: Any, _: Scope) -> bool | None:
    reference = value.get("reference")
    if type(reference) is not str or not reference.startswith("#"):
        return True if reference is None or type(reference) is str else None
    return None


def _period(value: Any, _: Scope) -> bool | None:
    start, end = value.get("start"), value.get("end")
    if start is None or end is None:
        return True if "_start" not in value and "_end" not in value else None
    if type(start) is str and type(end) is str and len(start) == len(end) and start[19:] == end[19:]:
        return start <= end
    return None


def _each_entry(value: Any, name: str, kinds: tuple[str, ...]) -> bool | None:
    entries = value.get("entry")
    if type(entries) is not list or type(value.get("type")) is not str:
        return None
    wanted = value.get("type") in kinds
    return all((name in entry) is wanted for entry in entries if type(entry) is dict)


def _requests(value: Any, scope: Scope) -> bool | None:
    return _each_entry(value, "request", _WITH_REQUEST) if value is scope.resource else None


def _responses(value: Any, scope: Scope) -> bool | None:
    return _each_entry(value, "response", _WITH_RESPONSE) if value is scope.resource else None


def _full_url(value: Any, _: Scope) -> bool | None:
    full_url = value.get("fullUrl")
    if full_url is None:
        return True if "_fullUrl" not in value else None
    return "/_history/" not in full_url if type(full_url) is str else None


def _distinct_urls(value: Any, _: Scope) -> bool | None:
    """bdl-7. What is no plain text, or may stand beside one, is left to the engine."""
    if value.get("type") == "history":
        return True
    entries = value.get("entry", ())
    if type(entries) is not list or "_type" in value:
        return None
    seen: list[str] = []
    for entry in entries:
        if type(entry) is not dict or "_fullUrl" in entry:
            return None
        if "fullUrl" in entry:
            resource = entry.get("resource") or {}
            meta = resource.get("meta") or {} if type(resource) is dict else None
            version = meta.get("versionId", "") if type(meta) is dict and "_versionId" not in meta else None
            if type(entry["fullUrl"]) is not str or type(version) is not str:
                return None
            seen.append(entry["fullUrl"] + version)
    return True if len(set(seen)) == len(seen) else None


NATIVES: Mapping[str, Native] = MappingProxyType(
    {
        "start.hasValue().not() or end.hasValue().not() or (start <= end)": _period,
        "(type = 'history') or entry.where(fullUrl.exists()).select(fullUrl&resource.meta.versionId).isDistinct()": (
            _distinct_urls
        ),
        "fullUrl.contains('/_history/').not()": _full_url,
        "entry.all(request.exists() = (%resource.type = 'batch' or %resource.type = 'transaction' or "
        "%resource.type = 'history'))": _requests,
        "entry.all(response.exists() = (%resource.type = 'batch-response' or "
        "%resource.type = 'transaction-response' or %resource.type = 'history'))": _responses,
        "reference.startsWith('#').not() or (reference.substring(1).trace('url') in "
        "%rootResource.contained.id.trace('ids'))": _reference,
    }
)
"""By the expression as it is published."""
