"""Where in a file a finding stands: its address (FHIRPath, XPath, segment-field) as a line, and in XML and
JSON a column."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, TypeAlias

from lxml import etree

from mappings.medcom_envelope import Emessage
from mappings.reading import Document, Family
from profiles.issue import Issue
from profiles.places import json_place
from profiles.strict_json import locate_all
from profiles.xml_places import XmlPlaces, element_starts

Place: TypeAlias = tuple[int | None, int | None]

_SEGMENT = re.compile(r"([A-Z][A-Z0-9]{2})(?:\[([0-9]{1,4})\])?(?:-|$)")
_LINE_END = re.compile(rb"\r\n|\r|\n")


def placed(issues: tuple[Issue, ...], body: bytes, document: Document) -> tuple[Issue, ...]:
    """The issues of a document, each with its line where it has none yet and its address leads to one; with its column
    where it has a line alone, and that is the line the address leads to."""
    addresses = {issue.where for issue in issues if not issue.column and issue.where}
    places = _places(addresses, body, document) if addresses else {}
    return tuple(_at(issue, places.get(issue.where)) for issue in issues)


def _at(issue: Issue, place: Place | None) -> Issue:
    if place is None or issue.column or issue.line not in (None, place[0]):
        return issue
    return replace(issue, line=place[0], column=place[1])


def _places(addresses: set[str], body: bytes, document: Document) -> dict[str, Place]:
    """Line and column by address; the body is read once for all of them."""
    if document.family is Family.HL7V2:
        return {where: (_segment_line(body, where), None) for where in addresses}
    if document.family is Family.MEDCOM_XML:
        return _letter_places(document.tree, body, addresses)
    if document.syntax == "json":
        found = locate_all(body, {json_place(where) for where in addresses})
        return {where: found[json_place(where)] for where in addresses}
    elements = XmlPlaces(body)
    return {where: elements.find(json_place(where)) for where in addresses}


def _segment_line(body: bytes, where: str) -> int | None:
    """The line of a segment: of "OBX[2]-5", of the second OBX."""
    if (match := _SEGMENT.match(where)) is None:
        return None
    name, number = match[1].encode(), int(match[2] or 1)
    lines = [line for line, text in enumerate(_LINE_END.split(body.lstrip()), 1) if text.startswith(name)]
    return lines[number - 1] if 0 < number <= len(lines) else None


def _letter_places(tree: Emessage | None, body: bytes, addresses: set[str]) -> dict[str, Place]:
    """The places of the elements that XPaths lead to; none inside an envelope, whose lines are not the letter's."""
    if tree is None or b"Emessage" not in body:
        return {}
    found = {where: element for where in addresses if (element := _element(tree.root, where)) is not None}
    starts = element_starts(body) if found else []
    order = {element: number for number, element in enumerate(tree.root.iter(etree.Element))} if found else {}
    if len(starts) != len(order):
        return {where: (_line(element), None) for where, element in found.items()}
    return {where: starts[order[element]] for where, element in found.items()}


def _line(element: Any) -> int | None:
    line = element.sourceline
    return int(line) if line else None


def _element(root: etree._Element, where: str) -> etree._Element | None:
    """The first element an XPath leads to."""
    try:
        found: Any = root.getroottree().xpath(where)
    except etree.XPathError:
        return None
    first = found[0] if isinstance(found, list) and found else None
    return first if isinstance(first, etree._Element) else None
