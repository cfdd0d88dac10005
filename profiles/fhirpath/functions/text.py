"""Strings (FHIRPath N1, 5.6; encode, escape, trim, split and join are STU)."""

from __future__ import annotations

import base64
import binascii
import html
import json
import re
from collections.abc import Callable, Mapping, Sequence

from profiles.fhirpath.errors import FhirPathError
from profiles.fhirpath.functions.kinds import Function, ValueFunction
from profiles.fhirpath.operators import checked_text
from profiles.fhirpath.patterns import matches_anywhere, matches_whole, replace_matches
from profiles.fhirpath.run import Item, Items, Run
from profiles.fhirpath.values import maybe, simple, string, whole_number, wrong_type

_BLANKS = " \t\r\n"
_JSON_ESCAPE = re.compile(r'\\(?:u([0-9a-fA-F]{4})|(["\\/bfnrt]))')
_JSON_ESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


def _with_text(compute: Callable[[str, str], Item | None]) -> ValueFunction:
    """A function of the input string and one string; empty where one of them is."""

    def body(_: Run, items: Items, arguments: Sequence[Items]) -> Items:
        value, other = string(items), string(arguments[0])
        return [] if value is None or other is None else maybe(compute(value, other))

    return ValueFunction(body, 1, 1)


def _plain(compute: Callable[[str], Item]) -> ValueFunction:
    """A function of the input string alone."""

    def body(_: Run, items: Items, __: Sequence[Items]) -> Items:
        value = string(items)
        return [] if value is None else [compute(value)]

    return ValueFunction(body)


def _substring(_: Run, items: Items, arguments: Sequence[Items]) -> Items:
    value, start = string(items), whole_number(arguments[0])
    length = whole_number(arguments[1]) if len(arguments) > 1 else None
    if value is None or start is None or not 0 <= start < len(value):
        return []
    return [value[start:] if length is None else value[start : start + max(length, 0)]]


def _replace(run: Run, items: Items, arguments: Sequence[Items]) -> Items:
    value, pattern, substitution = string(items), string(arguments[0]), string(arguments[1])
    if value is None or pattern is None or substitution is None:
        return []
    run.spend(len(value) * (len(substitution) + 1) >> 6)
    return [checked_text(value.replace(pattern, substitution), run)]


def _matches(test: Callable[[str, str, str, Run], bool]) -> ValueFunction:
    def body(run: Run, items: Items, arguments: Sequence[Items]) -> Items:
        value, pattern = string(items), string(arguments[0])
        flags = string(arguments[1]) or "" if len(arguments) > 1 else ""
        return [] if value is None or pattern is None else [test(pattern, value, flags, run)]

    return ValueFunction(body, 1, 2)


def _replace_matches(run: Run, items: Items, arguments: Sequence[Items]) -> Items:
    value, pattern, substitution = string(items), string(arguments[0]), string(arguments[1])
    flags = string(arguments[2]) or "" if len(arguments) > 2 else ""
    if value is None or pattern is None or substitution is None:
        return []
    return [value if not pattern else checked_text(replace_matches(pattern, value, substitution, flags, run), run)]


def _to_chars(run: Run, items: Items, _: Sequence[Items]) -> Items:
    value = string(items) or ""
    run.spend(len(value))
    return list(value)


def _split(run: Run, items: Items, arguments: Sequence[Items]) -> Items:
    value, separator = string(items), string(arguments[0])
    if value is None or separator is None:
        return []
    run.spend(len(value))
    return list(value.split(separator)) if separator else list(value)


def _join(run: Run, items: Items, arguments: Sequence[Items]) -> Items:
    separator = (string(arguments[0]) if arguments else None) or ""
    if not items:
        return []
    run.spend(len(items))
    return [checked_text(separator.join(_text(item) for item in items), run)]


def _text(item: Item) -> str:
    value = simple(item)
    if type(value) is not str:
        raise wrong_type(value, "A String")
    return value


def _encode(value: str, form: str) -> str | None:
    encode: Callable[[bytes], str] | None = {
        "hex": lambda raw: raw.hex(),
        "base64": lambda raw: base64.b64encode(raw).decode(),
        "urlbase64": lambda raw: base64.urlsafe_b64encode(raw).decode(),
        "ascii": lambda raw: raw.decode().encode("ascii", "replace").decode(),
    }.get(form)
    if encode is None:
        raise FhirPathError("There is no such encoding; there are hex, base64, urlbase64 and ascii.")
    return encode(value.encode("utf-8", "replace"))


def _decode(value: str, form: str) -> str | None:
    decode: Callable[[str], bytes] | None = {
        "hex": bytes.fromhex,
        "base64": lambda text: base64.b64decode(text, validate=True),
        "urlbase64": lambda text: base64.b64decode(text, altchars=b"-_", validate=True),
    }.get(form)
    if decode is None:
        raise FhirPathError("There is no such encoding; there are hex, base64 and urlbase64.")
    try:
        return decode(value).decode("utf-8")
    except (ValueError, binascii.Error):
        return None


def _escape(value: str, target: str) -> str | None:
    if target == "html":
        return html.escape(value, quote=True).replace("&#x27;", "&#39;")
    if target == "json":
        return json.dumps(value, ensure_ascii=False)[1:-1]
    raise FhirPathError("There is no such target; there are html and json.")


def _unescape(value: str, target: str) -> str | None:
    if target == "html":
        return html.unescape(value)
    if target == "json":
        return _JSON_ESCAPE.sub(_unescape_json, value)
    raise FhirPathError("There is no such target; there are html and json.")


def _unescape_json(match: re.Match[str]) -> str:
    return chr(int(match[1], 16)) if match[1] else _JSON_ESCAPED.get(match[2], match[2])


TEXT: Mapping[str, Function] = {
    "indexOf": _with_text(lambda value, part: value.find(part)),
    "lastIndexOf": _with_text(lambda value, part: value.rfind(part)),
    "startsWith": _with_text(lambda value, part: value.startswith(part)),
    "endsWith": _with_text(lambda value, part: value.endswith(part)),
    "contains": _with_text(lambda value, part: part in value),
    "substring": ValueFunction(_substring, 1, 2),
    "upper": _plain(str.upper),
    "lower": _plain(str.lower),
    "length": _plain(len),
    "trim": _plain(lambda value: value.strip(_BLANKS)),
    "replace": ValueFunction(_replace, 2, 2),
    "matches": _matches(matches_anywhere),
    "matchesFull": _matches(matches_whole),
    "replaceMatches": ValueFunction(_replace_matches, 2, 3),
    "toChars": ValueFunction(_to_chars),
    "split": ValueFunction(_split, 1, 1),
    "join": ValueFunction(_join, 0, 1),
    "encode": _with_text(_encode),
    "decode": _with_text(_decode),
    "escape": _with_text(_escape),
    "unescape": _with_text(_unescape),
}
