"""Rules of data types and resources that stand in R4's text alone: links in narratives, sizes, names of systems."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from hashlib import sha1
from typing import Any

from profiles.answers import attachment_bytes
from profiles.faults import Fault, Found, placed
from profiles.issue import Severity
from profiles.scope import Scope
from profiles.structure_rules import check_contained

_HREF = re.compile(r"""<a\s[^>]*?\bhref\s*=\s*["']#([^"']+)["']""", re.IGNORECASE)
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:\S+").match
_URIS = "urn:ietf:rfc:3986"
_UUIDS = "https://tools.ietf.org/html/rfc4122"
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}").fullmatch
_OBSERVATION_SHOULD = (
    (("subject",), "of whom or what it is"),
    (("performer",), "who made it"),
    (("effectiveDateTime", "effectivePeriod", "effectiveTiming", "effectiveInstant"), "when it was true"),
)
_ANCHOR = re.compile(r"""\s(?:id|name)\s*=\s*["']([^"']+)["']""", re.IGNORECASE)


def check_narrative_links(resource: Any, _: Scope) -> Found:
    """Links inside a narrative lead to a place in it, or to a contained resource (R4, Narrative)."""
    text = resource.get("text")
    div = text.get("div") if type(text) is dict else None
    if type(div) is not str or "#" not in div or not ('href="#' in div or "href='#" in div):
        return None
    anchors = set(_ANCHOR.findall(div))
    inside = resource.get("contained")
    anchors |= {str(one.get("id")) for one in inside if type(one) is dict} if type(inside) is list else set()
    targets = list(dict.fromkeys(_HREF.findall(div)))
    told = "Link {} inside the narrative leads to a place that is not there."
    lost = [number for number, target in enumerate(targets, 1) if target not in anchors]
    faults = [Fault("narrative-link", told.format(number), "invalid") for number in lost]
    return [placed(fault, "text", "div") for fault in faults] or None


def check_element_id(value: Any, scope: Scope) -> Found:
    """The id of an element is its own within the resource (R4, Element.id)."""
    identity = value.get("id")
    if type(identity) is not str or scope.ids.setdefault(identity, id(value)) == id(value):
        return None
    return [Fault("element-id", "Another element of the resource has this id.", "business-rule")]


def check_resource_id(resource: Any, _: Scope) -> Found:
    """The id of a resource is but a name: no extensions stand on it (R4, Resource.id)."""
    more = resource["_id"]
    if type(more) is not dict or "extension" not in more:
        return None
    return [Fault("resource-id-extension", "No extension stands on the id of a resource.", "business-rule", step="id")]


def check_attachment(value: Any, _: Scope) -> Found:
    """Attachment.size is the size of its data in bytes, Attachment.hash their SHA-1."""
    data = attachment_bytes(value) if "size" in value or "hash" in value else None
    if data is None:
        return None
    faults = []
    if type(value.get("size")) is int and len(data) != value["size"]:
        told = f"The attachment says {value['size']} bytes and has {len(data)}."
        faults.append(Fault("attachment-size", told, "structure"))
    if type(value.get("hash")) is str and _decoded(value["hash"]) != sha1(data, usedforsecurity=False).digest():
        faults.append(Fault("attachment-hash", "The hash of the attachment is not the SHA-1 of its data.", "structure"))
    return faults or None


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


def check_attachment_content(value: Any, _: Scope) -> Found:
    """An attachment without data and url should say at least what it would be."""
    if any(key in value for key in ("data", "url", "contentType", "language", "extension")):
        return None
    text = "An attachment should have data or a url, or else say its contentType or language."
    return [Fault("attachment-empty", text, "structure", Severity.WARNING)]


def check_identifier(value: Any, _: Scope) -> Found:
    """Identifier.system is an absolute url, and the one that means what its value is (RFC 3986, R4's Identifier)."""
    system, text = value.get("system"), value.get("value")
    if type(system) is not str or not system:
        return None
    if ":" not in system:
        return [_invalid_system("The system of an identifier must be an absolute url.")]
    if type(text) is not str:
        return None
    if system == _URIS and not _ABSOLUTE(text):
        return [_invalid_system(f"An identifier of system {_URIS} must be an absolute URI.")]
    if system == _UUIDS:
        severity = Severity.WARNING if _UUID(text.removeprefix("urn:uuid:")) is not None else Severity.ERROR
        return [_invalid_system(f"The system of a UUID is {_URIS}, and its value begins with urn:uuid:.", severity)]
    return None


def _invalid_system(text: str, severity: Severity = Severity.ERROR) -> Fault:
    return Fault("identifier-system", text, "code-invalid", severity)


def check_observation(resource: Any, _: Scope) -> Found:
    """Best practice: an Observation says of whom it is, by whom it was made, and when."""
    missing = [
        (names, told)
        for names, told in _OBSERVATION_SHOULD
        if not any(name in resource or f"_{name}" in resource for name in names)
    ]
    return [
        Fault("observation-advice", f"An Observation should say {told} ({names[0]}).", "invalid", Severity.WARNING)
        for names, told in missing
    ] or None


def check_security_labels(meta: Any, _: Scope) -> Found:
    """Each security label stands once in meta (R4, Resource: the labels are a set)."""
    labels = meta.get("security")
    seen: set[tuple[str, str]] = set()
    faults: list[Fault] = []
    for index, one in enumerate(labels if type(labels) is list else ()):
        key = (str(one.get("system")), str(one.get("code"))) if type(one) is dict else ("", "")
        if key in seen:
            fault = Fault("meta-security-twice", "This security label stands here twice.", "business-rule")
            faults.append(placed(fault, "security", index))
        seen |= {key}
    return faults or None


def check_contained_rules(resource: Any, _: Scope) -> Found:
    """dom-3, told where the contained resource stands; and each has an id of its own (R4, contained resources)."""
    if "contained" not in resource:
        return None
    found = [fault for fault in check_contained(resource) or () if fault.code == "dom-3"]
    for fault in found:
        fault.kind = "invalid"
    return [*found, *_same_ids(resource["contained"])] or None


def _same_ids(contained: Any) -> Iterator[Fault]:
    seen: set[str] = set()
    for index, one in enumerate(contained if type(contained) is list else ()):
        name = one.get("id") if type(one) is dict else None
        if type(name) is str and name in seen:
            fault = Fault("contained-id", "Another contained resource has the same id.", "duplicate")
            yield placed(fault, "contained", index)
        seen |= {name} if type(name) is str else set()


def check_meta_source(meta: Any, _: Scope) -> Found:
    """meta.source names where a resource comes from; a bare # leads nowhere."""
    source = meta.get("source")
    if type(source) is not str or not source.startswith("#"):
        return None
    text = "The url points inside this document, where there is no such target."
    return [Fault("source-internal", text, "invalid", Severity.INFORMATION, step="source")]
