"""Regular expressions: the automaton agrees with `re`, and nothing takes long."""

from __future__ import annotations

import re
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles.fhirpath.errors import FhirPathBudgetError, FhirPathError
from profiles.fhirpath.linear import Automaton
from profiles.fhirpath.pattern_syntax import python_pattern, read_pattern
from profiles.fhirpath.patterns import matches_anywhere, matches_whole, replace_matches
from profiles.fhirpath.run import PLAIN, Environment, Run

ATOMS = ["a", "b", "[ab]", "[^a]", ".", r"\w", r"\s", "(ab)", "(?:a|b)", "(a|bb|)", "c", "(a*b)", r"\."]
MARKS = ["", "", "*", "+", "?", "{2}", "{1,2}", "{0,3}", "{2,}", "*?"]
PATTERNS = st.lists(st.tuples(st.sampled_from(ATOMS), st.sampled_from(MARKS)).map("".join), max_size=6).flatmap(
    lambda parts: st.sampled_from(["", "^", r"\b"]).flatmap(
        lambda head: st.sampled_from(["", r"\Z", "|c"]).map(lambda tail: head + "".join(parts) + tail)
    )
)


def run() -> Run:
    """A run with the usual budget."""
    return Run([], PLAIN)


@given(PATTERNS, st.text(alphabet="abc. \n", max_size=12))
def test_the_automaton_finds_what_re_finds(pattern: str, text: str) -> None:
    automaton, compiled = Automaton(read_pattern(pattern), re.DOTALL), re.compile(pattern, re.DOTALL)
    assert automaton.search(text, run()) == (compiled.search(text) is not None)
    assert automaton.fullmatch(text, run()) == (compiled.fullmatch(text) is not None)


@pytest.mark.parametrize("pattern", ["(a*)*c", "(a+)+$", "(a|a)*b", "(.*)*x", "([a-z]+)*1", "(a?){30}a{30}x"])
def test_patterns_that_hang_others_are_quick(pattern: str) -> None:
    start = process_time()
    assert not matches_anywhere(pattern, "a" * 2000 + "!", "", run())
    assert process_time() - start < 2


@pytest.mark.parametrize("pattern", [r"(a+)+\1", "(?=(a+)+b)a", r"(a*)*(?<!x)b"])
def test_what_cannot_be_bounded_is_an_error(pattern: str) -> None:
    with pytest.raises(FhirPathError):
        matches_anywhere(pattern, "a" * 5000, "", run())


@pytest.mark.parametrize(
    ("pattern", "text", "flags", "expected"),
    [
        ("Library", "http://x/Library|1", "", True),
        ("^Library$", "http://x/Library|1", "", False),
        ("a.*b", "a\nb", "", True),
        ("^second", "first\nsecond", "m", True),
        ("^SECOND", "first\nsecond", "im", True),
        (r"^[a-zA-Z0-9\/\-_\[\]\@]+$", "a/b[x]", "", True),
        (r"[A-Za-z][A-Za-z0-9]*(\.[a-z][A-Za-z0-9]*(\[x])?)*", "Patient.value[x]", "", True),
        ("[[:x]", "x", "", True),
        (r"(?<year>\d{4})", "in 2020", "", True),
        (r"æ\u00e5", "æå", "", True),
    ],
)
def test_matches(pattern: str, text: str, flags: str, expected: bool) -> None:
    assert matches_anywhere(pattern, text, flags, run()) is expected


def test_the_work_of_matching_counts() -> None:
    small = Run([], Environment(steps=3000))
    with pytest.raises(FhirPathBudgetError):
        matches_anywhere("(a{0,900}){1,9}b", "a" * 500, "", small)


def test_matching_the_whole() -> None:
    assert matches_whole("N[0-9]{3}", "N123", "", run())
    assert not matches_whole("N[0-9]{2}", "N123", "", run())


def test_replacing() -> None:
    assert replace_matches("aa", "aaabaa", '"aa"', "", run()) == '"aa"ab"aa"'
    assert replace_matches(r"\..*", "Patient.name", "", "", run()) == "Patient"
    with pytest.raises(FhirPathError):
        replace_matches("a", "a", "$7", "", run())
    with pytest.raises(FhirPathError):
        replace_matches("(a*)*", "a" * 5000, "x", "", run())


@given(st.text(alphabet="ab()[]{}*+?|^$\\.,-&~1dwb<>P=!:", max_size=20))
def test_any_pattern_matches_or_is_an_error(pattern: str) -> None:
    try:
        matches_anywhere(pattern, "ab1", "", run())
    except FhirPathError:
        return


def test_classes_are_written_so_that_nothing_is_warned_of() -> None:
    assert re.compile(python_pattern("[[a&&b||d~~e+--]")).fullmatch("[")
