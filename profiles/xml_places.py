"""Lines and columns of the elements of an XML document: lxml keeps lines alone, so the text is read once more."""

from __future__ import annotations

from xml.parsers import expat

from lxml import etree

from profiles.fhir_xml import find_xml, locate_xml
from profiles.safe_xml import parse_xml


class XmlPlaces:
    """Where the elements of a document stand. Made when something was found, not before."""

    def __init__(self, body: bytes) -> None:
        self._root, _ = parse_xml(body)
        self._starts = element_starts(body) if self._root is not None else []
        self._numbers: dict[etree._Element, int] = {}
        if self._root is not None:
            self._numbers = {node: number for number, node in enumerate(self._root.iter(etree.Element))}

    def find(self, where: str) -> tuple[int | None, int | None]:
        """Line and column, from 1, of the element a FHIRPath place names, or of the nearest around it; the line alone
        where the text is in an encoding that is not read twice; neither where it is no XML."""
        if self._root is None:
            return None, None
        if len(self._starts) != len(self._numbers):
            return locate_xml(self._root, where), None
        return self._starts[self._numbers[find_xml(self._root, where)]]


def element_starts(body: bytes) -> list[tuple[int, int]]:
    """Line and column of every start tag, in the order of the text; none where it cannot be read as it stands."""
    found: list[tuple[int, int]] = []
    parser = expat.ParserCreate()

    def start(*_: object) -> None:
        found.append((parser.CurrentLineNumber, parser.CurrentColumnNumber + 1))

    parser.StartElementHandler = start
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, LookupError, ValueError):
        return []
    return found
