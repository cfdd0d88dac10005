"""Regular expressions to a tree: enough of the usual dialect to match them in linear time.

Single characters and classes are left to `re`, one character at a time; what this file reads is how they are put
together. Lookaround and back-references are known, not read: the tree is then marked as open.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

_ATOM = re.compile(r"\[\^?\]?(?:[^\]\\]|\\.)*\]|\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|\\.|[^\\()\[|*+?{^$]", re.DOTALL)
_GROUP = re.compile(r"\((?:\?(?:P?<[A-Za-z_][A-Za-z0-9_]*>|:))?")
_REPEAT = re.compile(r"(?:([*+?])|\{([0-9]+)(,([0-9]*))?\})[?+]?")
_DOUBLED = re.compile(r"([&~|-])\1")
_BACK_REFERENCE = re.compile(r"\\[0-9k]")
_MOST_DEPTH = 50
_MOST_COPIES = 1000
UNBOUNDED = -1


class PatternError(ValueError):
    """The pattern is none, or has parts that linear matching has no answer for."""


@dataclass(frozen=True, slots=True)
class One:
    """One character: what `re` matches with this text."""

    text: str


@dataclass(frozen=True, slots=True)
class Assertion:
    """A place: ^ $ \\b \\B."""

    kind: str


@dataclass(frozen=True, slots=True)
class Sequence:
    """One after the other."""

    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of them."""

    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """least to most times; most may be UNBOUNDED."""

    part: Tree
    least: int
    most: int


Tree: TypeAlias = One | Assertion | Sequence | Choice | Repeat


@lru_cache(maxsize=512)
def read_pattern(pattern: str) -> Tree:
    """The tree of a pattern. Raises PatternError for what is not read."""
    reader = _Reader(pattern)
    tree = reader.choice()
    if reader.at != len(pattern):
        raise PatternError
    return tree


def python_pattern(pattern: str) -> str:
    """The pattern as `re` writes it: named groups with P, and nothing in classes that it warns of.

    Raises PatternError for a class without an end.
    """
    out = []
    at = 0
    while at < len(pattern):
        atom = _ATOM.match(pattern, at)
        if atom is None and pattern[at] == "[":
            raise PatternError
        text = atom[0] if atom else pattern[at]
        if pattern.startswith("(?<", at) and pattern[at + 3 : at + 4] not in ("=", "!"):
            text = "(?P<"
            at += 3
        else:
            at += len(text)
        out.append(_python_class(text) if text.startswith("[") and len(text) > 1 else text)
    return "".join(out)


def height(tree: Tree) -> int:
    """How many variable repeats lie inside each other: above one, backtracking may be exponential."""
    if isinstance(tree, Repeat):
        return height(tree.part) + (tree.least != tree.most)
    return max((height(part) for part in tree.parts), default=0) if isinstance(tree, Sequence | Choice) else 0


def repeats(tree: Tree) -> int:
    """How many variable repeats there are: the power of what backtracking may cost."""
    if isinstance(tree, Repeat):
        return repeats(tree.part) + (tree.least != tree.most)
    return sum(repeats(part) for part in tree.parts) if isinstance(tree, Sequence | Choice) else 0


def _python_class(text: str) -> str:
    inner = re.sub(r"(\\.)|\[", lambda match: match[1] or r"\[", text[1:-1], flags=re.DOTALL)
    return f"[{_DOUBLED.sub(lambda match: match[1] + chr(92) + match[1], inner)}]"


class _Reader:
    """Reads one pattern from left to right."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.depth = 0
        self.copies = 1

    def choice(self) -> Tree:
        parts = [self.sequence()]
        while self.pattern.startswith("|", self.at):
            self.at += 1
            parts.append(self.sequence())
        return parts[0] if len(parts) == 1 else Choice(tuple(parts))

    def sequence(self) -> Tree:
        parts: list[Tree] = []
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            parts.append(self.repeated(self.item()))
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def item(self) -> Tree:
        char = self.pattern[self.at]
        if char == "(":
            return self.group()
        if char in "^$":
            self.at += 1
            return Assertion(char)
        atom = _ATOM.match(self.pattern, self.at)
        if atom is None or _BACK_REFERENCE.match(atom[0]):
            raise PatternError
        self.at = atom.end()
        if atom[0] in (r"\b", r"\B", r"\A", r"\z", r"\Z"):
            return Assertion({r"\A": "start", r"\z": "end", r"\Z": "end"}.get(atom[0], atom[0]))
        return One(python_pattern(atom[0]))

    def group(self) -> Tree:
        opening = _GROUP.match(self.pattern, self.at)
        self.depth += 1
        if opening is None or self.depth > _MOST_DEPTH or self.pattern.startswith("?", opening.end()):
            raise PatternError
        self.at = opening.end()
        tree = self.choice()
        if not self.pattern.startswith(")", self.at):
            raise PatternError
        self.at += 1
        self.depth -= 1
        return tree

    def repeated(self, tree: Tree) -> Tree:
        match = _REPEAT.match(self.pattern, self.at)
        if match is None:
            if self.pattern.startswith("{", self.at):
                raise PatternError
            return tree
        self.at = match.end()
        least, most = _bounds(match)
        if max(least, most) > _MOST_COPIES:
            raise PatternError
        return Repeat(tree, least, most)


def _bounds(match: re.Match[str]) -> tuple[int, int]:
    if match[1]:
        return {"*": (0, UNBOUNDED), "+": (1, UNBOUNDED), "?": (0, 1)}[match[1]]
    least = int(match[2][:9])
    if match[3] is None:
        return least, least
    return least, int(match[4][:9]) if match[4] else UNBOUNDED
