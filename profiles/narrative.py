"""Narrative XHTML (R4, Narrative, rules txt-1 and txt-2): a well-formed div of allowed elements that says something."""

from __future__ import annotations

import re
from html.entities import html5
from typing import Any
from xml.parsers import expat

from profiles.faults import Fault, Found
from profiles.issue import Severity

_START = re.compile(r'<div\s[^<>]*?xmlns\s*=\s*["\']http://www\.w3\.org/1999/xhtml["\']')
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")
_EVENT = re.compile(r"\s[oO][nN][a-zA-Z]+\s*=").search
_PLAIN_EVENT = re.compile(r" on[a-zA-Z]+\s*=").search
_CONTENT = re.compile(r"<img|>[^<]*[^<\s]")
_XML_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "apos"})
_TEXT = "p b a div span i u s em strong small big tt sub sup br hr h1 h2 h3 h4 h5 h6 ul ol li dl dt dd pre code"
_MORE = "samp kbd var cite dfn abbr acronym address blockquote q ins del bdo img map area"
_TABLE = "table caption colgroup col thead tbody tfoot tr td th"
_ALLOWED = frozenset(f"{_TEXT} {_MORE} {_TABLE}".split(" "))
_STRANGE_TAG = re.compile(rf"<(?!/|(?:{'|'.join(f'{_TEXT} {_TABLE} {_MORE}'.split(' '))})[ />\s])").search


def check_narrative(value: Any) -> Found:
    """Faults of a Narrative.div in its JSON form: XHTML as text."""
    if type(value) is not str:
        return [Fault("narrative", "A narrative must be text: an XHTML div.", "value")]
    if not _START.match(value):
        text = 'A narrative must be a div with xmlns="http://www.w3.org/1999/xhtml" and nothing before it.'
        return [Fault("narrative", text, "value")]
    bad = _read(value, look=_STRANGE_TAG(value) is not None or _may_act(value))
    if bad is None:
        return _explain(value)
    if bad:
        text = "A narrative may hold text and layout only: no scripts, forms, styles or event handlers (txt-1)."
        return [Fault("txt-1", text, "invariant")]
    if not _CONTENT.search(value):
        return [Fault("txt-2", "A narrative must say something (txt-2).", "invariant")]
    return None


def _may_act(value: str) -> bool:
    """Whether text looks as if it held event handlers or links of its own kind; the usual case costs few searches."""
    if "xlink:" in value or _PLAIN_EVENT(value) is not None:
        return True
    odd = " On" in value or " ON" in value or " oN" in value or "\n" in value or "\t" in value or "\r" in value
    return odd and _EVENT(value) is not None


def embedded(value: Any) -> str | None:
    """A narrative's div as it can stand inside an XML document; None where it is no well-formed div of XHTML."""
    if type(value) is not str or not _START.match(value):
        return None
    if _read(value, look=False) is not None:
        return value
    plain = _plain_entities(value)
    return plain if _read(plain, look=False) is not None else None


def _plain_entities(value: str) -> str:
    """XHTML with HTML's named entities (&nbsp;) written as the characters they stand for."""
    return _ENTITY.sub(_plain_entity, value)


def _plain_entity(name: re.Match[str]) -> str:
    # &LT; and its like would become markup, so they stay as they are.
    text = html5.get(f"{name[1]};", name[0])
    return name[0] if name[1] in _XML_ENTITIES or set(text) & set("<>&\"'") else text


def _read(value: str, *, look: bool) -> list[str] | None:
    """Names of elements and attributes that are not allowed, if looked for; None where the text is not well formed."""
    if "<!DOCTYPE" in value:
        return None
    bad: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        bad.extend(() if name in _ALLOWED else (name,))
        bad.extend(key for key in attributes if key[:2].lower() == "on" or key.startswith("xlink:"))

    parser = expat.ParserCreate("utf-8")
    if look:
        parser.StartElementHandler = start
    try:
        parser.Parse(value.encode("utf-8", "surrogatepass"), True)
    except expat.ExpatError:
        return None
    return bad


def _explain(value: str) -> list[Fault]:
    if _read(_plain_entities(value), look=True) == []:
        text = "A narrative uses an entity of HTML, such as &nbsp;; XML does not know it. Write the character itself."
        return [Fault("narrative-entity", text, "value", Severity.WARNING)]
    return [Fault("narrative", "A narrative is not well-formed XHTML; close every element.", "value")]
