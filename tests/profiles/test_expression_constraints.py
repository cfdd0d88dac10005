"""Expression constraints of SNOMED CT: what is well-formed, and where it is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from profiles.expression_constraints import constraint_problem

PARTS = ("(", ")", "{", "}", ":", ",", ".", "*", "^", "<<", "=", "#5", "404684003", "AND", "OR", "MINUS", "|x|", "R")
LUNG = "39057004 |Pulmonary valve structure|"


@pytest.mark.parametrize(
    "text",
    [
        "404684003",
        f"<< {LUNG}",
        "<! 404684003 AND > 404684003 and >! 404684003",
        "^ 700043003 |Example problem list|",
        "^ [referencedComponentId, mapTarget] 447562003",
        "descendantOrSelfOf 404684003",
        "*",
        "< 19829001: 116676008 = 79654002",
        "< 404684003: 363698007 = << 39057004, 116676008 = << 415582006",
        "< 404684003: [1..*] { 363698007 = << 39057004 AND 116676008 != 415582006 }",
        "< 404684003: (363698007 = *) OR (116676008 = *)",
        "< 91723000: R 363698007 = < 125605004",
        '< 373873005: 1142135004 >= #500, 209815008 = "PANADOL"',
        "< 373873005: 1142135004 < #500, 859999999102 = true",
        '< 373873005: 209815008 = ("a" "b"), 209815009 = match:"c"',
        "(< 19829001 OR < 301867009) MINUS ^ 450976002",
        "< 125605004 . 363698007",
        '< 64572001 {{ term = "heart", language = da }} {{ C active = true }}',
        "195967001 {{ + HISTORY-MIN }}",
        "< 404684003: ( << 363698007 ) = *",
        "/* all of them */ << 404684003",
        "LOINC#54486-6",
    ],
)
def test_what_is_well_formed(text: str) -> None:
    assert constraint_problem(text) == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "character 1: a concept"),
        ("234234 << 234234", "character 8: the end"),
        ("<< 12345", "character 4: nothing"),
        ("<< 0123456", "character 4: nothing"),
        ("<<", "character 3: a concept"),
        ("404684003 |Finding", "character 11: nothing"),
        ("< 404684003 AND", "character 16: a concept"),
        ("404684003 AND 404684003 OR 404684003", "character 25: parts"),
        ("404684003 MINUS 404684003 MINUS 404684003", "character 27: parts"),
        ("(404684003", "character 11: a closing bracket"),
        ("404684003)", "character 10: the end"),
        ("404684003: 363698007", "character 21: a comparison"),
        ("404684003: 363698007 =", "character 23: a concept"),
        ("404684003: { 363698007 = * ", "character 28: a closing brace"),
        ("404684003: 363698007 = match:404684003", "character 30: a text"),
    ],
)
def test_what_is_not(text: str, expected: str) -> None:
    assert constraint_problem(text).startswith(expected)


def test_what_is_too_long_or_too_deep_is_not_judged() -> None:
    assert constraint_problem("(" * 60 + "404684003") == ""
    assert constraint_problem("404684003 OR " * 2_000 + "?") == ""
    assert constraint_problem("/* x */" * 2_000 + "?").startswith("character 14001: nothing")


@given(some.lists(some.sampled_from(PARTS)))
def test_brackets_change_nothing(parts: list[str]) -> None:
    text = " ".join(parts)
    assert (constraint_problem(text) == "") == (constraint_problem(f"({text})") == "")
