"""The rules of XHTML in a narrative that reach beyond txt-1 and txt-2: which attributes, what may stand in what, links,
languages and ids (R4, Narrative: HTML 4.0 chapters 7-11 and 15; XHTML 1.0 for what may stand in what).
"""

from __future__ import annotations

import base64
import binascii
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from profiles.faults import Fault
from profiles.issue import Severity
from profiles.xhtml import INLINE, NAMESPACE, PARAGRAPHS, Node, names

_OTHERS = "br div span blockquote hr ul ol li dl dt dd img map area"
_TABLES = "table caption colgroup col thead tfoot tbody tr th td"
_ELEMENTS = INLINE | PARAGRAPHS | names(f"{_OTHERS} {_TABLES}")
_ATTRIBUTES = names(
    "title style class id lang xml:lang dir accesskey tabindex span width align valign char charoff abbr axis headers"
    " scope rowspan colspan"
)
_OF_ELEMENTS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "a": names("href name charset type hreflang rel rev shape coords"),
        "area": names("shape coords href nohref alt"),
        "blockquote": names("cite"),
        "img": names("src border alt longdesc height width usemap ismap"),
        "map": names("name"),
        "pre": names("space"),
        "q": names("cite"),
        "table": names("summary width border frame rules cellspacing cellpadding"),
        "td": names("nowrap"),
    }
)
_BLOCKS = frozenset({"div", "pre", "table", "ul", "ol"})
_NOT_IN_P = frozenset({"div", "blockquote", "table", "ol", "ul", "p"})
_ONLY: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "table": frozenset({"tbody", "tr", "caption", "thead", "tfoot", "col", "colgroup"}),
        "tr": frozenset({"td", "th"}),
        **dict.fromkeys(("tbody", "thead", "tfoot"), frozenset({"tr"})),
        **dict.fromkeys(("ul", "ol"), frozenset({"li"})),
        "dl": frozenset({"dd", "dt"}),
        "map": frozenset({"area"}),
    }
)
_PARENTS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "tr": frozenset({"table", "thead", "tfoot", "tbody"}),
        **dict.fromkeys(("tbody", "thead", "tfoot", "caption", "colgroup"), frozenset({"table"})),
        "col": frozenset({"colgroup", "table"}),
        **dict.fromkeys(("th", "td"), frozenset({"tr", "thead", "tfoot"})),
        "li": frozenset({"ul", "ol"}),
        **dict.fromkeys(("dd", "dt"), frozenset({"dl"})),
    }
)
_OF_TEXT = PARAGRAPHS | INLINE | {"span", "caption", "dd", "dt"}
_EMPTY = frozenset({"br", "img", "hr", "area"})
_LINKS: Mapping[str, str] = MappingProxyType({"a": "href", "img": "src"})
_URL = re.compile(r"(?:[;?:@&=+$.,/%\-_~#\[\]!'()*|]|[^\W_])*").fullmatch
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):").match
_ACTIVE = frozenset({"javascript", "vbscript"})
_LITERAL = frozenset({"urn", "cid"})
_USUAL = frozenset({"http", "https", "tel", "mailto", "data"})
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+\-]+/[A-Za-z0-9!#$&^_.+\-]+(?:;[^;,]*)*").fullmatch


def illegal_names(root: Node) -> Iterator[Fault]:
    """Elements and attributes that narratives do not have; a fault for each."""
    for node in root.descendants():
        if node.name not in _ELEMENTS:
            yield _fault("xhtml-element", f"A narrative has no element {_shown(node.name)}.")
        for name in node.attributes:
            if not _is_allowed(node.name, name) and name != "xml:space":
                yield _fault("xhtml-attribute", f"{_shown(node.name)} has no attribute {_shown(name)} in a narrative.")


def _is_allowed(element: str, attribute: str) -> bool:
    known = attribute in _ATTRIBUTES or attribute in _OF_ELEMENTS.get(element, ())
    return known or attribute.startswith("xmlns")


def remarks(root: Node) -> Iterator[Fault]:
    """What else is wrong, or worth a word."""
    yield from _namespaces(root)
    yield from _spaces(root)
    yield from _blocks_in_paragraphs(root, in_paragraph=False)
    yield from _links(root)
    yield from _nesting(root)
    yield from _mixed_languages(root)
    yield from _ids(root)


def _namespaces(root: Node) -> Iterator[Fault]:
    for node in root.descendants():
        if node.attributes.get("xmlns", NAMESPACE) != NAMESPACE:
            yield _fault("xhtml-namespace", f"An element of a narrative must be in the namespace {NAMESPACE}.")


def _spaces(root: Node) -> Iterator[Fault]:
    for node in root.descendants():
        if "xml:space" in node.attributes:
            text = "xml:space has one value in a narrative (preserve), so it says nothing; leave it out."
            yield Fault("xhtml-space", text, "invalid", Severity.INFORMATION)


def _blocks_in_paragraphs(node: Node, *, in_paragraph: bool) -> Iterator[Fault]:
    waiting = [(child, in_paragraph) for child in node.elements()][::-1]
    while waiting:
        current, inside = waiting.pop()
        if inside and current.name in _NOT_IN_P:
            yield _fault(
                "xhtml-in-p", f"A paragraph (p) must not hold a {current.name}; close the paragraph before it."
            )
        waiting += [(child, inside or current.name == "p") for child in current.elements()][::-1]


def _links(root: Node) -> Iterator[Fault]:
    for node in root.descendants():
        url = node.attributes.get(_LINKS.get(node.name, ""))
        why = None if url is None else _why_no_url(url)
        if why is not None:
            yield _fault("xhtml-url", f"A link or image has no right url: {why}.")
        if url is not None and node.name == "a":
            yield from _scheme(url)


def _why_no_url(url: str) -> str | None:
    if not url.strip():
        return "it is empty"
    if url.startswith("data:"):
        return _why_no_data(url[5:])
    return None if _URL(url) is not None else "it holds characters that urls do not have"


def _why_no_data(rest: str) -> str | None:
    parts = rest.split(",")
    if len(parts) != 2 or not parts[1]:
        return "a data: url needs one comma, with the data after it"
    kind = parts[0].removesuffix(";base64").strip()
    if parts[0].endswith(";base64") and not _is_base64(parts[1]):
        return "its data is not base64"
    return None if not kind or _MEDIA_TYPE(kind) is not None else "what it says of its data is no media type"


def _is_base64(text: str) -> bool:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def _scheme(url: str) -> Iterator[Fault]:
    if not url.strip():
        yield _fault("xhtml-url-empty", "A link leads nowhere: its href is empty.")
    found = _SCHEME(url)
    scheme = found[1] if found is not None else ""
    if scheme in _ACTIVE:
        yield _fault("xhtml-active", f"A link of scheme {scheme} would run a program when it is followed; take it out.")
    elif scheme in _LITERAL:
        yield _fault("xhtml-scheme", f"A browser cannot follow a link of scheme {scheme}; link to a page.")
    elif scheme and scheme not in _USUAL:
        text = f"Not every browser follows a link of scheme {_shown(scheme)}."
        yield Fault("xhtml-scheme", text, "invalid", Severity.INFORMATION)


def _nesting(root: Node) -> Iterator[Fault]:
    waiting = [(child, root) for child in root.elements()][::-1]
    while waiting:
        node, parent = waiting.pop()
        yield from _place(node, parent)
        waiting += [(child, node) for child in node.elements()][::-1]


def _place(node: Node, parent: Node) -> Iterator[Fault]:
    """Whether an element stands where it may, and holds what it may."""
    name = node.name
    if name in _EMPTY and node.children:
        yield _structure(f"{name} must be empty.")
    if name in _OF_TEXT and any(inner.name in _BLOCKS for inner in node.descendants()):
        yield _structure(f"{name} holds text; a div, pre, table or list must not stand in it.")
    if name in INLINE and any(inner.name == name for inner in node.descendants()):
        yield _structure(f"{name} must not stand inside another {name}.")
    if name in _PARENTS and parent.name not in _PARENTS[name]:
        yield _structure(f"{name} must stand in {' or '.join(sorted(_PARENTS[name]))}, not in {_shown(parent.name)}.")
    if name in _ONLY and not _holds_only(node, _ONLY[name]):
        yield _structure(f"{name} must hold nothing but {' and '.join(sorted(_ONLY[name]))}.")


def _holds_only(node: Node, allowed: frozenset[str]) -> bool:
    return all(not child.strip() if isinstance(child, str) else child.name in allowed for child in node.children)


def _mixed_languages(root: Node) -> Iterator[Fault]:
    """Where a narrative has sections for languages, all its content is in them."""
    if not any(is_language_section(node) for node in root.elements()):
        return
    parts = (child for child in root.children if isinstance(child, str) or not is_language_section(child))
    if any(part.strip() if isinstance(part, str) else part.has_text() for part in parts):
        text = "Some of the narrative is in sections for languages, and some outside of them."
        yield Fault("xhtml-mixed-languages", text, "business-rule", Severity.WARNING)


def is_language_section(node: Node) -> bool:
    """Whether this is a section of a narrative in one language (Narrative, language control): a div that says it."""
    return node.name == "div" and "xml:lang" in node.attributes


def _ids(root: Node) -> Iterator[Fault]:
    found: Counter[str] = Counter()
    for node in root.descendants():
        named = {node.attributes.get("id"), node.attributes.get("name") if node.name == "a" else None} - {None}
        found.update(str(name) for name in named)
    if any(count > 1 for count in found.values()):
        text = "Several elements of the narrative have the same id or anchor name, so links to it may lead to either."
        yield Fault("xhtml-ids", text, "business-rule", Severity.WARNING)


def _fault(code: str, text: str) -> Fault:
    return Fault(code, text, "invalid")


def _structure(text: str) -> Fault:
    return Fault("xhtml-structure", text, "structure")


def _shown(name: str) -> str:
    """A name as the sender wrote it, cut short; "?" where it holds digits in a row and may be somebody's number."""
    return name[:40] if re.search(r"\d{6}", name) is None else "?"
