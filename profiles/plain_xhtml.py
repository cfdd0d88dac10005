"""A quick look that tells ordinary narratives from those that need a closer one (R4, Narrative).

Most narratives are written by programs, in a few elements with a few attributes. Those are told by a handful of
searches and one walk over the names of their tags, without a parser and without a tree.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from profiles.xhtml import INLINE, NAMESPACE, PARAGRAPHS, is_well_formed

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
_ROOT = f'<div xmlns="{NAMESPACE}">'
_COMMON = r"""\ (?:class|style|title|dir|colspan|rowspan|align|valign|width|id)="[^"<>]*\""""
_URL = r"""(?:https?:[A-Za-z0-9:]*)?[A-Za-z0-9;?@&=+$.,/%\-_~\#\[\]!'()*|]+"""
_PLAIN_TAG = re.compile(
    rf"""<(?:/[a-z0-9]+>|[a-z0-9]+\ ?/?>|[a-z0-9]+(?:{_COMMON})+\ ?/?>
    |a(?:{_COMMON}|\ name="[^"<>]*"|\ href="{_URL}")+\ ?/?>
    |table(?:{_COMMON}|\ border="[^"<>]*")+\ ?/?>
    |img(?:{_COMMON}|\ (?:alt|height)="[^"<>]*"|\ src="{_URL}")+\ ?/?>)""",
    re.VERBOSE,
).fullmatch
"""A tag with nothing but the usual attributes of its element, as they are usually written."""
_TAGS = re.compile(r"<[^<>]*>").findall
_TWICE = re.compile(r' ([a-z]+)="[^"<>]*"(?= (?:[^<>]* )?\1=)').search
_ANCHOR = re.compile(r' (?:id|name)="([^"<>]*)"').findall
_ODD_REFERENCE = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)").search
_STRAY_TEXT = re.compile(
    r"</t[dhr]>\s*[^<\s]|</li>\s*[^<\s]|<(?:tr|table|ul|ol|tbody|thead|dl)(?:\s[^<>]*)?>\s*[^<\s]"
).search
_NAMES = re.compile(r"<(/?[a-z0-9]*)").findall
_LONGEST_TAG, _LONGEST_NESTING = 300, 3_000
"""What is remembered of tags and of how they are nested; programs write the same ones over and over."""


def looks_plain(value: str) -> bool:
    """Whether XHTML is surely well formed and within every rule; most narratives are.

    False says no more than that a closer look is needed.
    """
    if not value.startswith(_ROOT) or not value.endswith("</div>") or _STRAY_TEXT(value) is not None:
        return False
    texts = _TAGS(value, len(_ROOT))
    read = _known_tag if max(map(len, texts)) <= _LONGEST_TAG else _read_tag
    tags = list(map(read, texts))
    if None in tags or len(tags) != value.count("<", len(_ROOT)):
        return False
    steps, anchors = map("".join, zip(*filter(None, tags), strict=True))
    are_nested = _known_nesting if len(steps) <= _LONGEST_NESTING else _are_nested
    return _are_distinct(anchors) and are_nested(steps) and (_is_simple(value) or is_well_formed(value))


def _read_tag(text: str) -> tuple[str, str] | None:
    """The names a tag opens and closes, each before a comma, "/" for what is open; and its anchors, each before a
    quote. None for a tag that needs a closer look."""
    if _PLAIN_TAG(text) is None or _TWICE(text) is not None:
        return None
    steps = "".join(f"{name}," for name in _NAMES(text.replace("/>", "></>")))
    return steps, "".join(f'{anchor}"' for anchor in _ANCHOR(text))


def _are_distinct(anchors: str) -> bool:
    found = anchors.split('"')
    return len(found) == len(set(found))


def _is_simple(value: str) -> bool:
    """Whether text holds nothing that XML may not hold, where its tags are right."""
    return value.isprintable() and "]]>" not in value and _ODD_REFERENCE(value) is None


class _Place(dict[str, "_Place | None"]):
    """What may come where an element is open: the name of a tag leads to the place inside that element, or is not
    there; what closes the element leads to None. Filled as names are met, of which there are few."""

    def __init__(self, held: frozenset[str], *closing: str) -> None:
        super().__init__(dict.fromkeys(closing))
        self._held = held

    def inside(self, name: str) -> _Place | None:
        """The place inside an element that may stand here; None for one that may not."""
        if name not in self._held:
            return None
        found = self[name] = _place(name, self._held & _TEXT)
        return found


@cache
def _place(name: str, around: frozenset[str]) -> _Place:
    """The place inside an element; around: what holds text, of what may stand beside it. Within two elements of text
    nothing but text and line breaks is taken for plain, so that there are few places."""
    if name in INLINE:
        held = _TEXT - {name} if around == _TEXT else frozenset({"br"})
    else:
        held = around if name in PARAGRAPHS or name == "span" else _HOLDS.get(name, _NOTHING)
    return _Place(held, "/", *(["/" + name] if held else []))  # what holds nothing is closed where it is opened


def _are_nested(steps: str) -> bool:
    """Whether every element is closed, in its turn, and stands where it may."""
    place, ended = _place("div", _NOTHING), _Place(_NOTHING)
    around = [ended]
    for name in steps.split(",")[:-1]:
        inner = place[name] if name in place else place.inside(name)
        if inner is not None:
            around.append(place)
            place = inner
        elif name[:1] == "/" and name in place:
            place = around.pop()
        else:
            return False
    return place is ended


_known_tag = lru_cache(maxsize=4_000)(_read_tag)
_known_nesting = lru_cache(maxsize=1_000)(_are_nested)
