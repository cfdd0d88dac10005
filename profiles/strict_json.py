"""Strict JSON: bytes in, a value and findings out; nothing raises.

Refused beyond RFC 8259: a byte order mark, anything but UTF-8, duplicate property names, halves of surrogate
pairs, NUL, and numbers, depths and sizes beyond the limits. Decimals become `Decimal`, so that their digits survive
(FHIR R4, 2.24.0.1: the precision of a decimal has meaning).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import Any

import msgspec

from profiles.issue import Issue, fatal
from profiles.json_scan import Fault, Path, exponent_too_large, line_and_column, render, scan
from profiles.limits import DEFAULT_LIMITS, Limits

_NAME_END = re.compile(rb'"[ \t\r\n]*:')
_STEP = re.compile(r"\[([0-9]+)\]|([^.\[\]]+)")


def parse_json(body: bytes, limits: Limits = DEFAULT_LIMITS) -> tuple[Any, tuple[Issue, ...]]:
    """Parse a JSON text of any kind.

    Out: dict, list, str, int, Decimal, bool or None, with no issues; or None and one fatal issue with line and
    column. A JSON `null` is also None, without issues.
    """
    if len(body) > limits.size:
        return None, (fatal("json-size", "$", f"The body is larger than {limits.size} bytes.", "too-long"),)
    try:
        value = _decoder(limits).decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None, (_first_fault(body, limits),)
    if _is_plain(value, body, limits):
        return value, ()
    fault = _find_fault(body, limits)
    return (None, (fault,)) if fault else (value, ())


class _NumberError(ValueError):
    """A number beyond the limits; msgspec hands it on as its own error."""


@lru_cache(maxsize=8)
def _decoder(limits: Limits) -> msgspec.json.Decoder[Any]:
    def decimal(text: str) -> Decimal:
        exponent = text.lower().partition("e")[2]
        if len(text) > limits.digits or (exponent and exponent_too_large(exponent, limits)):
            raise _NumberError
        return Decimal(text)

    return msgspec.json.Decoder(float_hook=decimal)


def _is_plain(value: Any, body: bytes, limits: Limits) -> bool:
    """Whether value is surely within the limits and without duplicate names.

    Every name in the text ends in a quote and a colon. So there are at least as many such places as
    names; if the tree holds that many, no name was lost to a duplicate. Text inside strings can only raise the
    number found, which costs a slow look and no wrong verdict.
    """
    if b"\\" in body and b"\\u0000" in body:
        return False
    names = _count_names(value, limits)
    return names >= 0 and names == len(_NAME_END.findall(body))


def _count_names(value: Any, limits: Limits) -> int:
    """Property names in the tree, or -1 where a limit is exceeded."""
    level: list[Any] = [[value]]
    names = nodes = depth = 0
    while level:
        below: list[Any] = []
        for node in level:
            if type(node) is dict:
                names += len(node)
            if not _gather(node.values() if type(node) is dict else node, below, limits.items):
                return -1
        depth += 1
        nodes += len(below)
        if depth > limits.depth + 1 or nodes > limits.nodes:
            return -1
        level = below
    return names


_FAR = 2**63
"""Integers this large go the slow way, where the digits are counted."""


def _gather(members: Any, below: list[Any], most: int) -> bool:
    """Add the objects and lists among members to below; False where there are too many, or a huge integer."""
    for member in members:
        kind = type(member)
        if kind is dict or kind is list:
            below.append(member)
        elif kind is int and not -_FAR < member < _FAR:
            return False
    return len(members) <= most


def _first_fault(body: bytes, limits: Limits) -> Issue:
    """What is wrong with a body that did not parse."""
    found = _find_fault(body, limits)
    return found or fatal("json-syntax", "$", "This is not JSON that can be read.")


def _find_fault(body: bytes, limits: Limits) -> Issue | None:
    """The first fault of a body, with its line and column."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as failure:
        before = body[: failure.start].decode("utf-8", "replace")
        return _placed("json-encoding", "$", "This is not UTF-8; send JSON in UTF-8.", before, len(before))
    if text.startswith("\ufeff"):
        return _placed("json-bom", "$", "A byte order mark stands before the JSON; send it without.", text, 0)
    try:
        for _ in scan(text, limits):
            pass
    except Fault as fault:
        return _placed(fault.code, render(fault.path), fault.text, text, fault.offset)
    return None


def _placed(code: str, where: str, what: str, text: str, offset: int) -> Issue:
    line, column = line_and_column(text, offset)
    return replace(fatal(code, where, what), line=line, column=column)


def locate(body: bytes, where: str) -> tuple[int, int]:
    """Line and column of the value that a FHIRPath place ("Bundle.entry[2].resource.id") names in a JSON body.

    The nearest enclosing value where the place itself is absent; (1, 1) where the body is not JSON.
    """
    return locate_all(body, (where,))[where]


def locate_all(body: bytes, places: Iterable[str]) -> dict[str, tuple[int, int]]:
    """As `locate`, of many places in one reading of the body."""
    text = body.decode("utf-8", "replace")
    wanted = {where: _steps(where) for where in places}
    ways = {path[:depth] for path in wanted.values() for depth in range(len(path) + 1)}
    offsets: dict[Path, int] = {(): 0}
    try:
        for path, offset in scan(text, DEFAULT_LIMITS):
            if path in ways and (path or not offsets[()]):
                offsets[path] = offset
    except Fault:
        pass
    return {where: line_and_column(text, _nearest(path, offsets)) for where, path in wanted.items()}


def _nearest(path: Path, offsets: dict[Path, int]) -> int:
    """The offset of a path, or of the nearest around it."""
    return next(offsets[path[:depth]] for depth in range(len(path), -1, -1) if path[:depth] in offsets)


def _steps(where: str) -> Path:
    """The path of a place without its first step, the resource type: "Bundle.entry[2]" is ("entry", 2)."""
    return tuple(int(index) if index else name for index, name in _STEP.findall(where))[1:]
