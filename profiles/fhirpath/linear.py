"""Matching a regular expression in time linear in the text: all places of the pattern are followed at once.

A pattern becomes a graph; sets of its places, and where each character leads from them, are computed when first
needed and remembered, up to a bound.
"""

from __future__ import annotations

import re
from functools import lru_cache

from profiles.fhirpath.pattern_syntax import UNBOUNDED, Assertion, Choice, One, PatternError, Repeat, Sequence, Tree
from profiles.fhirpath.run import Run

_MOST_PLACES = 20_000
_MOST_REMEMBERED = 50_000
_ACCEPT = 0

_Places = frozenset[int]


class Automaton:
    """One pattern, ready to match. Threads may share it: what it remembers is the same for all."""

    def __init__(self, tree: Tree, flags: re.RegexFlag) -> None:
        self.multiline = bool(flags & re.MULTILINE)
        self.flags = flags
        self.ones: list[tuple[re.Pattern[str], int] | None] = [None]
        self.jumps: list[tuple[str, tuple[int, ...]] | None] = [None]
        self.start = self._build(tree, _ACCEPT)
        self.remembered: dict[tuple[_Places, str | None, str | None], tuple[bool, _Places]] = {}

    def search(self, text: str, run: Run) -> bool:
        """Whether the pattern matches anywhere. What has to be computed is work of the run."""
        return self._follow(text, run, anywhere=True)

    def fullmatch(self, text: str, run: Run) -> bool:
        """Whether the pattern matches the whole text."""
        return self._follow(text, run, anywhere=False)

    def _follow(self, text: str, run: Run, *, anywhere: bool) -> bool:
        places: _Places = frozenset({self.start})
        before: str | None = None
        for char in text:
            accepted, places = self._step(places, before, char, run)
            if anywhere:
                if accepted:
                    return True
                places |= {self.start}
            elif not places:
                return False
            before = char
        return self._step(places, before, None, run)[0]

    def _step(self, places: _Places, before: str | None, after: str | None, run: Run) -> tuple[bool, _Places]:
        """Whether the places accept here, and where the next character leads."""
        key = places, _kind(before), after
        found = self.remembered.get(key)
        if found is None:
            if len(self.remembered) > _MOST_REMEMBERED:
                self.remembered.clear()
            found = self.remembered[key] = self._compute(places, before, after, run)
        return found

    def _compute(self, places: _Places, before: str | None, after: str | None, run: Run) -> tuple[bool, _Places]:
        closed = self._closed(places, before, after)
        run.spend(len(closed))
        reached = set()
        for place in closed:
            one = self.ones[place]
            if one is not None and after is not None and one[0].fullmatch(after):
                reached.add(one[1])
        return _ACCEPT in closed, frozenset(reached)

    def _closed(self, places: _Places, before: str | None, after: str | None) -> set[int]:
        """The places, and all that are reached from them without a character."""
        closed: set[int] = set()
        waiting = list(places)
        while waiting:
            place = waiting.pop()
            if place in closed:
                continue
            closed.add(place)
            jump = self.jumps[place]
            if jump is not None and (not jump[0] or self._holds(jump[0], before, after)):
                waiting += jump[1]
        return closed

    def _holds(self, kind: str, before: str | None, after: str | None) -> bool:
        if kind in ("^", "start"):
            return before is None or (kind == "^" and self.multiline and before == "\n")
        if kind in ("$", "end"):
            return after is None or (kind == "$" and self.multiline and after == "\n")
        return (_is_word(before) != _is_word(after)) == (kind == r"\b")

    def _add(self, one: tuple[re.Pattern[str], int] | None, jump: tuple[str, tuple[int, ...]] | None) -> int:
        if len(self.ones) > _MOST_PLACES:
            raise PatternError
        self.ones.append(one)
        self.jumps.append(jump)
        return len(self.ones) - 1

    def _build(self, tree: Tree, after: int) -> int:
        """The place a tree begins at, when what follows it begins at after."""
        if isinstance(tree, One):
            return self._add((_character(tree.text, self.flags), after), None)
        if isinstance(tree, Assertion):
            return self._add(None, (tree.kind, (after,)))
        if isinstance(tree, Choice):
            return self._add(None, ("", tuple(self._build(part, after) for part in tree.parts)))
        if isinstance(tree, Repeat):
            return self._repeat(tree, after)
        return self._sequence(tree, after)

    def _sequence(self, tree: Sequence, after: int) -> int:
        for part in reversed(tree.parts):
            after = self._build(part, after)
        return after

    def _repeat(self, tree: Repeat, after: int) -> int:
        if tree.most == UNBOUNDED:
            loop = self._add(None, ("", (after,)))
            self.jumps[loop] = ("", (self._build(tree.part, loop), after))
            after = loop
        else:
            end = after
            for _ in range(tree.most - tree.least):
                after = self._add(None, ("", (self._build(tree.part, after), end)))
        for _ in range(tree.least):
            after = self._build(tree.part, after)
        return after


@lru_cache(maxsize=1024)
def _character(text: str, flags: re.RegexFlag) -> re.Pattern[str]:
    return re.compile(text, flags)


def _kind(char: str | None) -> str | None:
    """One character for all that come before a place in the same way."""
    if char is None or char == "\n":
        return char
    return "w" if _is_word(char) else "."


def _is_word(char: str | None) -> bool:
    return char is not None and (char.isalnum() or char == "_")
