"""Billing: episodes brought together with what closed months billed of them, and what regions answered to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from settlement.decisions import Decision
from settlement.episodes import Episode
from settlement.lines import Claim, Line


@dataclass(frozen=True, slots=True)
class Billed:
    """What other closed months billed of an episode, and what regions answered to it."""

    episode: str
    lines: tuple[Line, ...]
    decisions: tuple[Decision, ...] = ()


@dataclass(frozen=True, slots=True)
class Course:
    """An episode, and what was billed of it. One of them may be None: what is not billed yet, and what was billed of
    an episode that exists no more."""

    episode: Episode | None
    billed: Billed | None


def brought_together(
    episodes: Iterable[Episode], billed: Iterable[Line], decisions: Iterable[Decision]
) -> Iterator[Course]:
    """Episodes with what was billed of them, then what was billed of episodes that are no more. All in any order."""
    lines: defaultdict[str, list[Line]] = defaultdict(list)
    for line in billed:
        lines[line.episode].append(line)
    said: defaultdict[str, list[Decision]] = defaultdict(list)
    for decision in decisions:
        said[decision.line].append(decision)
    by_episode = {name: _billed(name, found, said) for name, found in lines.items()}
    for episode in episodes:
        yield Course(episode, by_episode.pop(episode.id, None))
    for one in by_episode.values():
        yield Course(None, one)


def _billed(episode: str, lines: list[Line], said: Mapping[str, list[Decision]]) -> Billed:
    decisions = tuple(decision for line in lines for decision in said.get(line.id, ()))
    return Billed(episode, tuple(lines), decisions)


def as_if_closed(courses: Iterable[Course], claims: Iterable[Claim]) -> Iterator[Course]:
    """Courses as they would stand if claims of an open month were those of a closed one."""
    lines: defaultdict[str, list[Line]] = defaultdict(list)
    for line in (line for claim in claims for line in claim.lines):
        lines[line.episode].append(line)
    for course in courses:
        name = course.billed.episode if course.billed else course.episode.id if course.episode else ""
        billed = course.billed or Billed(name, ())
        more = lines.get(name, [])
        yield replace(course, billed=replace(billed, lines=(*billed.lines, *more))) if more else course
