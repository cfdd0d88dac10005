"""Bytes to a FHIR document: JSON or XML, whichever came; the tree is the JSON form."""

from __future__ import annotations

import re

from mappings.reading import Document, Family
from profiles.fhir_xml import from_xml
from profiles.issue import Issue, fatal, refuses
from profiles.limits import DEFAULT_LIMITS, Limits
from profiles.safe_xml import parse_xml
from profiles.strict_json import parse_json

_XML_START = (b"<", b"\xef\xbb\xbf<", b"\xff\xfe<", b"\xfe\xff\x00<", b"<\x00", b"\x00<")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9_.:-]{1,40})""", re.IGNORECASE)


def parse_fhir(body: bytes, media_type: str, limits: Limits = DEFAULT_LIMITS) -> tuple[Document, tuple[Issue, ...]]:
    """Parse a FHIR body. What it starts with decides between JSON and XML; the media type only hints at an encoding.

    Returns the document (tree None when it cannot be read) and what was found on the way.
    """
    if not body.strip():
        syntax = "xml" if "xml" in media_type else "json"
        return Document(Family.FHIR, syntax, None), (fatal("empty", "", "The body is empty: send one FHIR resource."),)
    if body.lstrip(b" \t\r\n").startswith(_XML_START):
        tree, issues = _parse_xml(body, media_type, limits)
        syntax = "xml"
    else:
        tree, issues = parse_json(body, limits)
        syntax = "json"
    if not refuses(issues) and not isinstance(tree, dict):
        issues = (*issues, fatal("not-a-resource", "", "A FHIR document is one resource: an object with resourceType."))
    usable = isinstance(tree, dict) and not refuses(issues)
    return Document(Family.FHIR, syntax, tree if usable else None), issues


def _parse_xml(body: bytes, media_type: str, limits: Limits) -> tuple[object, tuple[Issue, ...]]:
    charset = _CHARSET.search(media_type)
    root, issues = parse_xml(body, limits, charset.group(1) if charset else None)
    if root is None:
        return None, issues
    tree, found = from_xml(root)
    return tree, (*issues, *found)
