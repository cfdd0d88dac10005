"""Narratives (R4, Narrative): a well-formed XHTML div of allowed elements that says something (txt-1, txt-2)."""

from __future__ import annotations

import re
from functools import lru_cache
from html.entities import html5
from typing import Any

from profiles.faults import Fault, Found
from profiles.issue import Severity
from profiles.plain_xhtml import looks_plain
from profiles.xhtml import Node, read_xhtml
from profiles.xhtml_rules import illegal_names, remarks

_START = re.compile(r'<div\s[^<>]*?xmlns\s*=\s*["\']http://www\.w3\.org/1999/xhtml["\']')
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")
_CONTENT = re.compile(r"<img|>[^<]*[^<\s]")
_XML_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "apos"})
_SHORT = 20_000


def check_narrative(value: Any) -> Found:
    """Faults of a Narrative.div in its JSON form: XHTML as text."""
    if type(value) is not str:
        return [Fault("narrative", "A narrative must be text: an XHTML div.", "invalid")]
    if _is_fine(value) if len(value) < _SHORT else _is_plain_content(value):
        return None
    if not _START.match(value):
        text = 'A narrative must be a div with xmlns="http://www.w3.org/1999/xhtml" and nothing before it.'
        return [Fault("narrative", text, "invalid")]
    root = read_xhtml(value)
    return _explain(value) if root is None else _judge(root, value) or None


@lru_cache(maxsize=64)
def _is_fine(value: str) -> bool:
    """As _is_plain_content; kept a while, since structure, profiles and invariants each ask for the same narrative."""
    return _is_plain_content(value)


def _is_plain_content(value: str) -> bool:
    """Whether a narrative surely says something and is within every rule."""
    return looks_plain(value) and _CONTENT.search(value) is not None


def _judge(root: Node, value: str) -> list[Fault]:
    illegal = list(illegal_names(root))
    found = [*illegal, *remarks(root)]
    if illegal:
        text = "A narrative may hold text and layout only: no scripts, forms, frames or event handlers (txt-1)."
        found.append(Fault("txt-1", text, "invariant"))
    return [*found, *([] if _CONTENT.search(value) else [_silent()])]


def _silent() -> Fault:
    return Fault("txt-2", "A narrative must say something (txt-2).", "invariant")


def embedded(value: Any) -> str | None:
    """A narrative's div as it can stand inside an XML document; None where it is no well-formed div of XHTML."""
    if type(value) is not str or not _START.match(value):
        return None
    if read_xhtml(value) is not None:
        return value
    plain = _plain_entities(value)
    return plain if read_xhtml(plain) is not None else None


def _plain_entities(value: str) -> str:
    """XHTML with HTML's named entities (&nbsp;) written as the characters they stand for."""
    return _ENTITY.sub(_plain_entity, value)


def _plain_entity(name: re.Match[str]) -> str:
    # &LT; and its like would become markup, so they stay as they are.
    text = html5.get(f"{name[1]};", name[0])
    return name[0] if name[1] in _XML_ENTITIES or set(text) & set("<>&\"'") else text


def _explain(value: str) -> list[Fault]:
    root = read_xhtml(_plain_entities(value))
    if root is not None:
        text = "A narrative uses an entity of HTML, such as &nbsp;; XML does not know it. Write the character itself."
        return [Fault("narrative-entity", text, "value", Severity.WARNING), *_judge(root, value)]
    return [Fault("narrative", "A narrative is not well-formed XHTML; close every element.", "invalid"), *_unread()]


def _unread() -> list[Fault]:
    """What cannot be read cannot hold txt-1 and txt-2."""
    return [
        Fault(rule, f"A narrative that cannot be read does not hold {rule}.", "invariant")
        for rule in ("txt-1", "txt-2")
    ]
