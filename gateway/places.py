"""Where in a file a finding stands: its address (FHIRPath, XPath, segment-field) as a line, and a column in JSON."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from lxml import etree

from mappings.medcom_envelope import Emessage
from mappings.reading import Document, Family
from profiles.fhir_xml import locate_xml
from profiles.issue import Issue
from profiles.places import json_place
from profiles.safe_xml import parse_xml
from profiles.strict_json import locate

_SEGMENT = re.compile(r"([A-Z][A-Z0-9]{2})(?:\[([0-9]{1,4})\])?(?:-|$)")
_LINE_END = re.compile(rb"\r\n|\r|\n")


def placed(issues: tuple[Issue, ...], body: bytes, document: Document) -> tuple[Issue, ...]:
    """The issues of a document, each with its line where it has none yet and its address leads to one."""
    root = parse_xml(body)[0] if (document.family, document.syntax) == (Family.FHIR, "xml") else None
    return tuple(issue if issue.line or not issue.where else _placed(issue, body, document, root) for issue in issues)


def _placed(issue: Issue, body: bytes, document: Document, root: etree._Element | None) -> Issue:
    if document.family is Family.HL7V2:
        return replace(issue, line=_segment_line(body, issue.where))
    if document.family is Family.MEDCOM_XML:
        return replace(issue, line=_letter_line(document.tree, body, issue.where))
    if root is not None:
        return replace(issue, line=locate_xml(root, json_place(issue.where)))
    line, column = locate(body, json_place(issue.where)) if document.syntax == "json" else (None, None)
    return replace(issue, line=line, column=column)


def _segment_line(body: bytes, where: str) -> int | None:
    """The line of a segment: of "OBX[2]-5", of the second OBX."""
    if (match := _SEGMENT.match(where)) is None:
        return None
    name, number = match[1].encode(), int(match[2] or 1)
    lines = [line for line, text in enumerate(_LINE_END.split(body.lstrip()), 1) if text.startswith(name)]
    return lines[number - 1] if 0 < number <= len(lines) else None


def _letter_line(tree: Emessage | None, body: bytes, where: str) -> int | None:
    """The line of the first element an XPath leads to; none inside an envelope, whose lines are not the letter's."""
    if tree is None or b"Emessage" not in body:
        return None
    try:
        found: Any = tree.root.getroottree().xpath(where)
    except etree.XPathError:
        return None
    line: Any = getattr(found[0], "sourceline", None) if isinstance(found, list) and found else None
    return int(line) if line else None
