"""matches(), matchesFull() and replaceMatches(): regular expressions in bounded time.

Where the pattern and the text are small enough that backtracking cannot cost much, `re` matches; beyond that an
automaton does, in linear time. What neither can do in bounds is an error, never a hang.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from profiles.fhirpath.errors import FhirPathError
from profiles.fhirpath.linear import Automaton
from profiles.fhirpath.pattern_syntax import PatternError, height, python_pattern, read_pattern, repeats
from profiles.fhirpath.run import PLAIN, Run

_FLAGS = {"i": re.IGNORECASE, "m": re.MULTILINE}
_MOST_WORK = 1_000_000
_WORK_OF_A_STEP = 100
"""How much of what `re` may do counts as one step of the evaluation."""
_LONGEST = 5000
_REFERENCE = re.compile(r"\$\{(\w+)\}|\$([0-9]{1,2})|\\(.)", re.DOTALL)


def matches_anywhere(pattern: str, text: str, flags: str, run: Run) -> bool:
    """Whether the pattern matches somewhere in the text (FHIRPath N1, 5.6.8). Raises FhirPathError."""
    compiled = _compiled(pattern, _flags(flags))
    run.spend(len(text))
    work = _work(pattern, text)
    if work <= _MOST_WORK:
        run.spend(work // _WORK_OF_A_STEP)
        return compiled.search(text) is not None
    return _automaton(pattern, compiled.flags).search(text, run)


def searcher(pattern: str) -> Callable[[str], bool]:
    """matches_anywhere() of one pattern without flags, within the work that an evaluation is allowed by default.

    Raises FhirPathError where the pattern cannot be read.
    """
    search = _compiled(pattern, _flags("")).search
    longest = next((size for size in range(_LONGEST) if _work(pattern, " " * size) > _MOST_WORK), _LONGEST)

    def found(text: str) -> bool:
        if len(text) < longest:
            return search(text) is not None
        return matches_anywhere(pattern, text, "", Run([], PLAIN))

    return found


def matches_whole(pattern: str, text: str, flags: str, run: Run) -> bool:
    """Whether the pattern matches the whole text. Raises FhirPathError."""
    compiled = _compiled(pattern, _flags(flags))
    run.spend(len(text))
    work = _work(pattern, text)
    if work <= _MOST_WORK:
        run.spend(work // _WORK_OF_A_STEP)
        return compiled.fullmatch(text) is not None
    return _automaton(pattern, compiled.flags).fullmatch(text, run)


def replace_matches(pattern: str, text: str, substitution: str, flags: str, run: Run) -> str:
    """Every match replaced; $1 and ${name} in the substitution are what groups matched. Raises FhirPathError."""
    compiled = _compiled(pattern, _flags(flags))
    work = _work(pattern, text)
    if work > _MOST_WORK:
        raise FhirPathError("This pattern could take too long on a text of this length; it was not tried.")
    run.spend(len(text) + work // _WORK_OF_A_STEP)
    try:
        return compiled.sub(lambda match: _REFERENCE.sub(lambda part: _part(match, part), substitution), text)
    except (re.error, IndexError):
        raise FhirPathError("The substitution names a group that the pattern does not have.") from None


def _part(match: re.Match[str], part: re.Match[str]) -> str:
    if part[3]:
        return part[3]
    return match[part[1]] or "" if part[1] else match[int(part[2])] or ""


def _flags(flags: str) -> re.RegexFlag:
    found = re.DOTALL
    for flag in flags:
        if flag not in _FLAGS:
            raise FhirPathError("The flags of a pattern are i and m.")
        found |= _FLAGS[flag]
    return found


@lru_cache(maxsize=512)
def _compiled(pattern: str, flags: re.RegexFlag) -> re.Pattern[str]:
    if len(pattern) > _LONGEST:
        raise FhirPathError(f"A pattern of more than {_LONGEST} characters is not read.")
    try:
        return re.compile(python_pattern(pattern), flags)
    except (re.error, RecursionError, OverflowError, ValueError):
        raise FhirPathError("The regular expression cannot be read.") from None


@lru_cache(maxsize=512)
def _shape(pattern: str) -> tuple[int, int]:
    """Height and number of variable repeats; unread patterns count as tall."""
    try:
        tree = read_pattern(pattern)
    except PatternError:
        return 2, 8
    return height(tree), repeats(tree)


def _work(pattern: str, text: str) -> int:
    """A bound of what backtracking may cost: a power of the text's length, or exponential where repeats nest."""
    tall, count = _shape(pattern)
    size = len(text) + 1
    if tall > 1:
        return int(2 ** min(size, 64))
    return int(size ** min(count + 1, 12))


@lru_cache(maxsize=256)
def _automaton(pattern: str, flags: int) -> Automaton:
    try:
        return Automaton(read_pattern(pattern), re.RegexFlag(flags))
    except PatternError:
        raise FhirPathError("This pattern could take too long on a text of this length; it was not tried.") from None
