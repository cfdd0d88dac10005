"""Rules of R4 core that hold on a whole object of one type, written natively: extensions, references, quantities.

Each takes the object and answers None or faults; the keys are those of R4's own invariants where there is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from profiles.bundle_rules import check_bundle
from profiles.faults import Check, Fault, Found, under
from profiles.fhir_plan import resource_types

LOCAL_REFERENCE = "ref-1"
"""Every reference "#id" answers this fault; the resource around it takes it back when it holds the target."""

_REFERENCE = re.compile(
    r"(?:[a-z][A-Za-z0-9+.-]*:\S+)|([A-Z][A-Za-z]+)/[A-Za-z0-9\-.]{1,64}(?:/_history/[A-Za-z0-9\-.]{1,64})?(?:#\S*)?"
    r"|[A-Z][A-Za-z]+\?\S+"
).fullmatch
_NARRATIVE_LINK = re.compile(r"""["'](#[A-Za-z0-9\-.]+)["']""")


def check_extension(value: dict[str, Any]) -> Found:
    """ext-1: an extension has either extensions or one value."""
    values = {key.removeprefix("_") for key in value if key[:5] == "value" or key[:6] == "_value"}
    if len(values) == (0 if "extension" in value else 1):
        return None
    text = "An extension must have either a value or extensions, not both and not neither (ext-1)."
    return [Fault("ext-1", text, "invariant")]


def check_extension_url(value: Any) -> Found:
    """The url of an extension that is not inside another is absolute (R4, Extensibility)."""
    url = value.get("url") if type(value) is dict else None
    if type(url) is not str or ":" in url:
        return None
    text = "The url of an extension must be absolute; only extensions inside others have short names."
    return [Fault("extension-url", text, "value", step="url")]


def check_reference(value: dict[str, Any]) -> Found:
    """References are relative (Type/id), absolute, "#id", or a urn (R4, 2.27)."""
    reference = value.get("reference")
    if type(reference) is not str:
        return None
    if reference.startswith("#"):
        text = "The reference names a contained resource that is not there (ref-1)."
        return [Fault(LOCAL_REFERENCE, text, "invariant", step="reference")]
    found = _REFERENCE(reference)
    if found is None or (found[1] is not None and found[1] not in resource_types()):
        text = "A reference must be Type/id with a type of R4, an absolute url, a urn, or #id."
        return [Fault("reference-format", text, "value", step="reference")]
    return None


def check_period(value: dict[str, Any]) -> Found:
    """per-1: start is not after end, as far as the two are equally precise and in the same time zone."""
    start, end = value.get("start"), value.get("end")
    if type(start) is not str or type(end) is not str or start[:10] <= end[:10] or len(start) < len(end):
        return None
    if start[: min(len(end), 10)] <= end[:10]:
        return None
    return [Fault("per-1", "The start of a period must not be after its end (per-1).", "invariant")]


def check_quantity(value: dict[str, Any]) -> Found:
    """qty-3: a code needs its system."""
    if "code" in value and "system" not in value:
        return [Fault("qty-3", "A quantity with a code must say its system too (qty-3).", "invariant")]
    return None


def check_contact_point(value: dict[str, Any]) -> Found:
    """cpt-2: a value needs a system."""
    if "value" in value and "system" not in value:
        return [Fault("cpt-2", "A contact point with a value must say its system too (cpt-2).", "invariant")]
    return None


def check_attachment(value: dict[str, Any]) -> Found:
    """att-1: data needs its content type."""
    if "data" in value and "contentType" not in value:
        return [Fault("att-1", "An attachment with data must say its contentType too (att-1).", "invariant")]
    return None


def check_contained(resource: dict[str, Any]) -> Found:
    """dom-2, dom-3, dom-4: contained resources are flat, have an id that is referred to, and no version."""
    faults: list[Fault] = []
    referred = {text[1:] for text in _local_references(resource)}
    for index, inner in enumerate(resource["contained"] if isinstance(resource["contained"], list) else ()):
        if isinstance(inner, dict):
            found = _check_one_contained(inner, referred)
            faults += under("contained", under(index, found))
    return faults or None


def _check_one_contained(inner: dict[str, Any], referred: set[str]) -> list[Fault]:
    faults = []
    meta = inner.get("meta")
    if "contained" in inner:
        faults.append(Fault("dom-2", "A contained resource must not contain others (dom-2).", "invariant"))
    if isinstance(meta, dict) and ("versionId" in meta or "lastUpdated" in meta):
        text = "A contained resource must not have meta.versionId or meta.lastUpdated (dom-4)."
        faults.append(Fault("dom-4", text, "invariant"))
    if str(inner.get("id")) not in referred and "" not in set(_local_references(inner)):
        text = "A contained resource must be referred to from the resource around it (dom-3)."
        faults.append(Fault("dom-3", text, "invariant"))
    return faults


def _local_references(value: Any) -> Iterator[str]:
    """All texts that begin with #, wherever a reference, canonical, uri or link may stand; "" for a bare #."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from _local_references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _local_references(inner)
    elif isinstance(value, str) and value.startswith("#"):
        yield value if len(value) > 1 else ""
    elif isinstance(value, str) and value.startswith("<div"):
        yield from _NARRATIVE_LINK.findall(value)


TYPE_RULES: Mapping[str, Check] = MappingProxyType(
    {
        "Attachment": check_attachment,
        "Bundle": check_bundle,
        "ContactPoint": check_contact_point,
        "Extension": check_extension,
        "Period": check_period,
        "Quantity": check_quantity,
        "Reference": check_reference,
    }
)
"""Native rules by type."""
