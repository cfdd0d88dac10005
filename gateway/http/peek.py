"""A quick look at what a FHIR body says it is, so that it goes through the door it belongs to.

A door's policy is for what may come through it: a hospital may send messages, and must not send visits by calling them
messages. Whatever cannot be read here goes on to the intake, which keeps it and says what is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from lxml import etree

from profiles.safe_xml import parse_xml

_FHIR = "{http://hl7.org/fhir}"
_BEFORE_XML = b" \t\r\n\xef\xbb\xbf\xff\xfe\x00"


class _Head(msgspec.Struct):
    resourceType: str = ""  # noqa: N815  (FHIR's name)
    id: str = ""
    type: msgspec.Raw = msgspec.Raw(b'""')


@dataclass(frozen=True, slots=True)
class Head:
    """A resource's type and id, and a Bundle's type; "" where it does not say."""

    kind: str
    id: str
    type: str


def head_of(body: bytes) -> Head | None:
    """What the resource in the body says it is; None when it cannot be read. JSON or XML, as the bytes are."""
    return _xml_head(body) if body.lstrip(_BEFORE_XML).startswith(b"<") else _json_head(body)


def _json_head(body: bytes) -> Head | None:
    try:
        head = msgspec.json.decode(body, type=_Head)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    kind = bytes(head.type)
    return Head(head.resourceType, head.id, kind[1:-1].decode("utf-8", "replace") if kind[:1] == b'"' else "")


def _xml_head(body: bytes) -> Head | None:
    root, _ = parse_xml(body)
    if root is None or not isinstance(root.tag, str):
        return None
    return Head(etree.QName(root).localname, _value(root, "id"), _value(root, "type"))


def _value(root: etree._Element, name: str) -> str:
    found = root.find(f"{_FHIR}{name}")
    return str(found.get("value", "")) if found is not None else ""
