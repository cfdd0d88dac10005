"""XHTML as a small tree (R4, Narrative)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias
from xml.parsers import expat

NAMESPACE = "http://www.w3.org/1999/xhtml"


def names(text: str) -> frozenset[str]:
    """The names in a text, between spaces."""
    return frozenset(text.split())


INLINE = names("a b em i strong small big sub sup code tt dfn q var abbr acronym cite bdo kbd samp")
"""What holds text, and never itself."""
PARAGRAPHS = names("p h1 h2 h3 h4 h5 h6 pre address")
"""What holds text and nothing that is laid out as a block."""


@dataclass(slots=True)
class Node:
    """An element, with its attributes by their written names; children are elements and texts in order."""

    name: str
    attributes: dict[str, str]
    children: list[Child] = field(default_factory=list)

    def elements(self) -> Iterator[Node]:
        """The elements inside this one, not those inside them."""
        return (child for child in self.children if isinstance(child, Node))

    def descendants(self) -> Iterator[Node]:
        """All elements inside this one, in the order of the text."""
        waiting = list(self.elements())[::-1]
        while waiting:
            node = waiting.pop()
            yield node
            waiting += list(node.elements())[::-1]

    def has_text(self) -> bool:
        """Whether there is text other than white space inside, at any depth."""
        return any(
            isinstance(child, str) and child.strip() for node in (self, *self.descendants()) for child in node.children
        )


Child: TypeAlias = "Node | str"


def is_well_formed(value: str) -> bool:
    """Whether XHTML is well-formed XML of one element, without declarations and instructions."""
    return "<!" not in value and "<?" not in value and _parses(expat.ParserCreate("utf-8"), value)


def read_xhtml(value: str) -> Node | None:
    """The tree of XHTML; None where it is not well-formed XML of one element, or has a DOCTYPE."""
    if "<!DOCTYPE" in value:
        return None
    builder = _Builder()
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    return builder.root if _parses(parser, value) else None


def _parses(parser: expat.XMLParserType, value: str) -> bool:
    try:
        parser.Parse(value.encode("utf-8", "surrogatepass"), True)
    except expat.ExpatError:
        return False
    return True


class _Builder:
    """Makes the tree of what the parser says."""

    def __init__(self) -> None:
        self.root: Node | None = None
        self.open: list[Node] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        node = Node(name, attributes)
        if self.open:
            self.open[-1].children.append(node)
        self.root = self.root or node
        self.open.append(node)

    def end(self, _: str) -> None:
        self.open.pop()

    def text(self, text: str) -> None:
        if self.open:
            self.open[-1].children.append(text)
