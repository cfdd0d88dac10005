"""XHTML as a small tree, and a quick look that tells ordinary narratives from those that need one (R4, Narrative)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
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

_TEXT = INLINE | {"span", "br", "img", "hr"}
_FLOW = _TEXT | PARAGRAPHS | {"div", "blockquote", "table", "ul", "ol", "dl"}
_NOTHING: frozenset[str] = frozenset()
_HOLDS = {
    **dict.fromkeys(("div", "blockquote", "td", "th", "li"), _FLOW),
    **dict.fromkeys(("caption", "dd", "dt"), _TEXT),
    **dict.fromkeys(("thead", "tbody", "tfoot"), frozenset({"tr"})),
    "table": frozenset({"tr", "thead", "tbody", "tfoot", "caption", "colgroup", "col"}),
    "tr": frozenset({"td", "th"}),
    "ul": frozenset({"li"}),
    "ol": frozenset({"li"}),
    "dl": frozenset({"dd", "dt"}),
    "colgroup": frozenset({"col"}),
}
_ATTRIBUTES = names("class style title dir colspan rowspan align valign width")
_COMBINED = frozenset({("img", "alt"), ("img", "height"), ("table", "border"), ("div", "xmlns")})
_LINKS = frozenset({("a", "href"), ("img", "src")})
_URL = re.compile(r"(?:https?:[A-Za-z0-9:]*)?[A-Za-z0-9;?@&=+$.,/%\-_~#\[\]!'()*|]+").fullmatch
_ROOT = f'<div xmlns="{NAMESPACE}">'
_TAG = re.compile(r"<([^<>]+)>")
_ATTRIBUTE = re.compile(r"""([^\s=]+)\s*=\s*["']([^"']*)""")
_STRAY_TEXT = re.compile(r"</t[dhr]>\s*[^<\s]|</li>\s*[^<\s]|<(?:tr|table|ul|ol|tbody|thead|dl)(?:\s[^<>]*)?>\s*[^<\s]")


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


def looks_plain(value: str) -> bool:
    """Whether XHTML is surely well formed and within every rule; most narratives are.

    False says no more than that a closer look is needed.
    """
    if not value.startswith(_ROOT) or _STRAY_TEXT.search(value) is not None or not _is_well_formed(value):
        return False
    tags = _TAG.findall(value)
    if len(tags) != value.count("<"):
        return False
    around = [_HOLDS["div"]]
    anchors: list[str] = []
    for tag in tags[1:-1]:
        if tag[0] == "/":
            around.pop()
            continue
        name, _, attributes = tag.partition(" ")
        if attributes and not _are_plain(name, attributes, anchors):
            return False
        closed = tag[-1] == "/"
        name = name[:-1] if closed and not attributes else name
        if not around or name not in around[-1]:
            return False
        if not closed:
            around.append(_inside(name, around[-1]))
            if not around[-1]:
                return False
    return len(anchors) == len(set(anchors))


@lru_cache(maxsize=4096)
def _inside(name: str, around: frozenset[str]) -> frozenset[str]:
    """What may stand in an element that stands where these may."""
    if name in INLINE:
        return (around & _TEXT) - {name}
    return around & _TEXT if name in PARAGRAPHS or name == "span" else _HOLDS.get(name, _NOTHING)


def _are_plain(name: str, attributes: str, anchors: list[str]) -> bool:
    """Whether the attributes of a tag, as they are written, need no closer look; anchors: gathers ids and names."""
    for key, value in _ATTRIBUTE.findall(attributes):
        if key in _ATTRIBUTES or (name, key) in _COMBINED:
            continue
        if key == "id" or (name, key) == ("a", "name"):
            anchors.append(value)
        elif (name, key) not in _LINKS or _URL(value) is None:
            return False
    return True


def _is_well_formed(value: str) -> bool:
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
