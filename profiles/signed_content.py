"""What a signature of a Bundle signs: the Bundle in a canonical form (R4, canonical JSON and XML), as bytes."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from lxml import etree

from profiles.fhir_xml_writer import to_xml

CANONICAL = "http://hl7.org/fhir/canonicalization/"


def canonical_json(bundle: dict[str, Any], method: str) -> bytes:
    """Names in order, no white space, numbers as they were written; without the signature, and what `#document`
    leaves out."""
    return _json(_signed_part(bundle, method)).encode("utf-8", "replace")


def canonical_xml(bundle: dict[str, Any], method: str) -> bytes:
    """The Bundle without white space between elements, in canonical XML 1.0; b"" where XML cannot say it."""
    try:
        written = to_xml(_signed_part(bundle, method))
    except ValueError:
        return b""
    return xml_bytes(etree.fromstring(written, etree.XMLParser(resolve_entities=False, no_network=True)))


def xml_bytes(element: etree._Element, *, exclusive: bool = False) -> bytes:
    """An element in canonical XML 1.0, inclusive or exclusive."""
    # By itself first: libxml2 writes namespaces of a part of a tree that are declared further up as if taken back.
    alone = etree.fromstring(etree.tostring(element, with_tail=False))
    found: bytes = etree.tostring(alone, method="c14n", exclusive=exclusive, with_comments=False, with_tail=False)
    return found


def same_json(one: bytes, other: bytes) -> bool:
    """Whether two JSON texts say the same."""
    try:
        return bool(json.loads(one) == json.loads(other))
    except (ValueError, RecursionError):
        return False


def _signed_part(bundle: dict[str, Any], method: str) -> dict[str, Any]:
    left_out = {"signature", "_signature", *(("id", "meta") if method.endswith("#document") else ())}
    return {key: value for key, value in bundle.items() if key not in left_out}


def _json(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ",".join(f"{_json(key)}:{_json(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_json, value)) + "]"
    return str(value) if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False)
