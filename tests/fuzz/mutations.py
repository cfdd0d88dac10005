"""Mutations of a resource's tree and of a document's bytes, driven by a seeded random generator."""

from __future__ import annotations

import random
from collections.abc import Callable
from copy import deepcopy
from decimal import Decimal
from typing import Any

Tree = Any

_TEXTS = (
    "", " ", "x", "#", "#x", "http://", "urn:uuid:", "urn:oid:1..2", "2024-13-45", "0000", "24:61:99", "a" * 70_000,
    "\u202e\u0000\ufeff", "\U0001f600" * 50, "æøå", "<div>", "%", "{{", "$this", "((((((((a))))))))", "A" * 5000 + "==",
    '<div xmlns="http://www.w3.org/1999/xhtml"><b><b>x</b></b></div>', "Patient/1/_history/", "Patient?name=x", "|",
    "http://a|b|c",
)  # fmt: skip
_VALUES: tuple[Tree, ...] = (
    None, True, False, 0, -1, 2**31, 2**63, 10**90, Decimal("1e-18"), Decimal("9" * 90), [], {}, [[]], [None], [{}],
    {"a": 1}, {"id": "x"}, {"extension": []}, {"resourceType": "Patient"}, {"resourceType": "x"}, [[[[[[]]]]]],
)  # fmt: skip


def mutate(tree: Tree, dice: random.Random, most: int = 4) -> Tree:
    """The tree with one to so many mutations, as a copy."""
    changed = deepcopy(tree)
    for _ in range(dice.randint(1, most)):
        holders = _holders(changed)
        if holders:
            dice.choice(_MUTATIONS)(dice.choice(holders), dice)
    return changed


def _holders(tree: Tree) -> list[Tree]:
    """All objects and lists that hold something."""
    found: list[Tree] = []
    waiting = [tree]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict | list) and one:
            found.append(one)
            waiting += one.values() if isinstance(one, dict) else one
    return found


def _key(holder: Tree, dice: random.Random) -> Any:
    return dice.choice(list(holder)) if isinstance(holder, dict) else dice.randrange(len(holder))


def _replace(holder: Tree, dice: random.Random) -> None:
    holder[_key(holder, dice)] = deepcopy(dice.choice((*_VALUES, *_TEXTS)))


def _remove(holder: Tree, dice: random.Random) -> None:
    del holder[_key(holder, dice)]


def _rename(holder: Tree, dice: random.Random) -> None:
    if isinstance(holder, dict):
        key = _key(holder, dice)
        value = holder.pop(key)
        names = (
            f"_{key}",
            key[1:],
            key.upper(),
            "extension",
            "contained",
            "modifierExtension",
            "valueString",
            "id",
            "\u0000",
        )
        holder[dice.choice((*names, "resourceType", "x" * 300, f"{key}Quantity"))] = value


def _wrap(holder: Tree, dice: random.Random) -> None:
    key = _key(holder, dice)
    holder[key] = dice.choice(([holder[key]], {"value": holder[key]}, {str(key): holder[key]}, [holder[key]] * 3))


def _deepen(holder: Tree, dice: random.Random) -> None:
    """Nest a value in itself, deeply: extensions, contained resources, items, parts."""
    key = _key(holder, dice)
    name = dice.choice(("extension", "item", "contained", "part", "concept", "section", "value", str(key)))
    value = holder[key]
    for _ in range(dice.choice((3, 30, 80))):
        value = {name: [value]} if dice.random() < 0.7 else {name: value}
    holder[key] = value


def _repeat(holder: Tree, dice: random.Random) -> None:
    key = _key(holder, dice)
    value = holder[key]
    if isinstance(value, list) and value:
        holder[key] = [deepcopy(dice.choice(value)) for _ in range(dice.choice((2, 20, 300)))]


def _swap(holder: Tree, dice: random.Random) -> None:
    one, other = _key(holder, dice), _key(holder, dice)
    holder[one], holder[other] = holder[other], holder[one]


def _flatten(holder: Tree, dice: random.Random) -> None:
    key = _key(holder, dice)
    value = holder[key]
    if isinstance(value, list | dict) and value:
        holder[key] = value[0] if isinstance(value, list) else next(iter(value.values()))


def _graft(holder: Tree, dice: random.Random) -> None:
    """Put a copy of the whole object into itself."""
    holder[_key(holder, dice)] = deepcopy(holder)


_MUTATIONS: tuple[Callable[[Tree, random.Random], None], ...] = (
    _replace, _replace, _replace, _remove, _rename, _wrap, _deepen, _repeat, _swap, _flatten, _graft,
)  # fmt: skip


def mutate_bytes(body: bytes, dice: random.Random, most: int = 6) -> bytes:
    """The bytes with one to so many of them changed, cut, doubled or put in."""
    changed = bytearray(body)
    for _ in range(dice.randint(1, most)):
        at = dice.randrange(len(changed) + 1)
        span = dice.choice((1, 1, 2, 10, 200))
        kind = dice.randrange(5)
        if kind == 0 and at < len(changed):
            changed[at] = dice.randrange(256)
        elif kind == 1:
            del changed[at : at + span]
        elif kind == 2:
            changed[at:at] = changed[at : at + span] * dice.choice((1, 5))
        elif kind == 3:
            changed[at:at] = dice.choice(_SNIPPETS)
        else:
            changed[at : at + span] = bytes(dice.randrange(256) for _ in range(span))
    return bytes(changed)


_SNIPPETS = (
    b"{", b"}", b"[", b"]", b",", b'"', b":", b"//x\n", b"null", b"1e999", b"\\ud800", b"<", b">", b"&", b"<!--",
    b"\x00", b"<!DOCTYPE a>", b"<![CDATA[x]]>", b"<?x?>", b"\xef\xbb\xbf", b"[" * 500, b'{"a":' * 500, b"<a>" * 500,
    b' xmlns="http://www.w3.org/1999/xhtml"', b"<div>", b"</div>", b"\xff\xfe", b"&amp;" * 200,
)  # fmt: skip
