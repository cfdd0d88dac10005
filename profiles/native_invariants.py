"""R4's invariants that are met most often, written natively. Each answers as the general engine does, or None where it
leaves the answer to it; a test holds the two equal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

from profiles.plans import Names, always, where, where_several
from profiles.scope import Scope

Holds: TypeAlias = Callable[[Any, Scope], bool | None]


class Native(NamedTuple):
    """An invariant: whether it holds, and whether it can fail on an object of these properties."""

    holds: Holds
    can_fail: Callable[[Names], bool] = always


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


def _total(value: Any, _: Scope) -> bool | None:
    """bdl-1."""
    return True if "total" not in value and "_total" not in value else None


def _searches(value: Any, _: Scope) -> bool | None:
    """bdl-2."""
    entries = value.get("entry", ())
    if type(entries) is not list:
        return None
    return None if any(type(entry) is not dict or "search" in entry for entry in entries) else True


def _no_document(value: Any, _: Scope) -> bool | None:
    """bdl-9 to bdl-11: other Bundles need not be as documents are."""
    kind = value.get("type")
    return True if type(kind) is str and kind != "document" else None


def _begins_message(value: Any, _: Scope) -> bool | None:
    """bdl-12."""
    kind, entries = value.get("type"), value.get("entry")
    if type(kind) is str and kind != "message":
        return True
    first = entries[0] if type(entries) is list and entries else None
    resource = first.get("resource") if type(first) is dict else None
    is_header = type(resource) is dict and resource.get("resourceType") == "MessageHeader"
    return True if is_header else None


def _entry_holds(value: Any, _: Scope) -> bool | None:
    """bdl-5."""
    held = value.get("resource")
    return True if type(held) is dict and "resourceType" in held else None


def _named(value: Any, _: Scope) -> bool | None:
    """org-1."""
    name, identifiers = value.get("name"), value.get("identifier")
    if type(name) is str and name:
        return True
    return (
        True if type(identifiers) is list and identifiers and type(identifiers[0]) is dict and identifiers[0] else None
    )


def _undecided(*_: Any) -> bool | None:
    """What is left to the engine, where it can fail at all."""
    return None


def _gln(value: Any, _: Scope) -> bool | None:
    """gln-modulus-10 of dk-core: a GLN's last digit follows from those before it, which weigh 1 and 3 in turn."""
    if type(value) is not str or not _GLN(value):
        return None
    digits = [int(one) for one in value[:13]]
    return True if (sum(digits[:13:2]) + 3 * sum(digits[1:12:2])) % 10 == 0 else None


def native_of(expression: str) -> Native | None:
    """The native form of an invariant, by its expression as it is published; None where it has none."""
    return NATIVES.get(expression) or NATIVES.get("".join(expression.split()))


_GLN = re.compile(r"[0-9]{13}").match
_WEIGHED = "+".join(f"(substring({at},1).toInteger()*{3 if at % 2 else 1})" for at in range(12))
_GLN_RULE = f"(((10-({_WEIGHED})mod(10))mod(10))=substring(12,1).toInteger())"
_DOCUMENT = "type = 'document' implies "
NATIVES: Mapping[str, Native] = MappingProxyType(
    {
        "start.hasValue().not() or end.hasValue().not() or (start <= end)": Native(
            _period, where_several("start", "end", "_start", "_end")
        ),
        "(type = 'history') or entry.where(fullUrl.exists()).select(fullUrl&resource.meta.versionId).isDistinct()": (
            Native(_distinct_urls)
        ),
        "value.empty() or component.code.where(coding.intersect(%resource.code.coding).exists()).empty()": Native(
            _undecided, where("component")
        ),
        _GLN_RULE: Native(_gln),
        "total.empty() or (type = 'searchset') or (type = 'history')": Native(_total, where("total", "_total")),
        "entry.search.empty() or (type = 'searchset')": Native(_searches, where("entry")),
        "resource.exists() or request.exists() or response.exists()": Native(_entry_holds),
        f"{_DOCUMENT}(identifier.system.exists() and identifier.value.exists())": Native(_no_document),
        f"{_DOCUMENT}(timestamp.hasValue())": Native(_no_document),
        f"{_DOCUMENT}entry.first().resource.is(Composition)": Native(_no_document),
        "type = 'message' implies entry.first().resource.is(MessageHeader)": Native(_begins_message),
        "(identifier.count() + name.count()) > 0": Native(_named),
        "fullUrl.contains('/_history/').not()": Native(_full_url, where("fullUrl", "_fullUrl")),
        "entry.all(request.exists() = (%resource.type = 'batch' or %resource.type = 'transaction' or "
        "%resource.type = 'history'))": Native(_requests, where("entry")),
        "entry.all(response.exists() = (%resource.type = 'batch-response' or "
        "%resource.type = 'transaction-response' or %resource.type = 'history'))": Native(_responses, where("entry")),
        "reference.startsWith('#').not() or (reference.substring(1).trace('url') in "
        "%rootResource.contained.id.trace('ids'))": Native(_reference, where("reference")),
    }
)
"""By the expression as it is published, or as it is without white space."""
