"""Formats of primitive values as a profile's validator tells them (R4, data types; values like those of
`profiles.primitives`)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from profiles.characters import character_faults
from profiles.faults import Fault, Found
from profiles.issue import Severity
from profiles.plans import Check
from profiles.primitives import PRIMITIVES
from profiles.uri_formats import check_canonical, check_uri

Closer: TypeAlias = Callable[[Any], Found]

_YEARS = ("1800", "2105")
"""The years dates are surely meant to be of; R4 has no rule, and validators warn outside of some such span."""
_TEXTS = frozenset({"string", "markdown"})
_LONGEST = 1024 * 1024


def format_check(type_name: str) -> Check:
    """The check of a primitive's format: an error where it is wrong, a warning for nothing but white space."""
    closer = _closer_check(type_name)
    return lambda value, _: closer(value)


def _closer_check(type_name: str) -> Closer:
    is_right, meaning = PRIMITIVES[type_name]
    code = f"format-{type_name}"
    more = _MORE.get(type_name)

    def check(value: Any) -> Found:
        if is_right(value):
            if type(value) is str and value[0] <= " " and not value.strip():
                return _blank(value)
            return more(value) if more is not None else None
        if type_name in _TEXTS and type(value) is str and 0 < len(value) <= _LONGEST:
            return list(character_faults(value))
        if type(value) is dict or type(value) is list or value is None:
            return [Fault("structure-type", f"A single value must stand here: {meaning}.", "invalid")]
        return [Fault(code, f"The value is not {meaning}.", "invalid")]

    return check


def _markup(value: Any) -> Found:
    if "<" not in value or _TAG(value) is None:
        return list(character_faults(value)) or None
    text = "The markdown holds what looks like a tag of HTML; it is shown as text, or not at all."
    return [Fault("markdown-html", text, "invalid", Severity.WARNING)]


def _unbroken(value: Any) -> Found:
    if not any(one.isspace() for one in value):
        return None
    text = "Base64 should hold no white space (RFC 4648)."
    return [Fault("base64-space", text, "invalid", Severity.WARNING)]


def _dated(value: Any) -> Found:
    if _YEARS[0] <= value[:4] <= _YEARS[1]:
        return None
    text = "The year is far from now; see that it is no slip."
    return [Fault("date-year", text, "invalid", Severity.WARNING)]


def _text(value: Any) -> Found:
    if value[0] in _SPACE or value[-1] in _SPACE:
        text = "The text begins or ends with white space; take it away."
        return [Fault("string-space", text, "invalid", Severity.WARNING), *(_tags(value) or ())]
    return _tags(value)


def _tags(value: Any) -> Found:
    if "<" not in value or _WHOLE_TAG(value) is None:
        return list(character_faults(value)) or None
    text = "The text holds what looks like a tag of HTML; shown as a page without care, it may act as one."
    return [Fault("text-html", text, "invalid", Severity.INFORMATION)]


_SPACE = " \t\n\r"
_TAG = re.compile(r"<[A-Za-z]").search
_WHOLE_TAG = re.compile(r"<[^\W\d_]\w*(?:\s[^<>]*)?>").search
_MORE: Mapping[str, Callable[[Any], Found]] = MappingProxyType(
    {
        **dict.fromkeys(("uri", "url"), check_uri),
        **dict.fromkeys(("date", "dateTime", "instant"), _dated),
        "canonical": check_canonical,
        "markdown": _markup,
        "base64Binary": _unbroken,
        "string": _text,
    }
)
"""What is checked of values that have the right format."""


def _blank(_: Any) -> Found:
    return [Fault("format-blank", "The text is only white space; leave it out.", "value", Severity.WARNING)]
