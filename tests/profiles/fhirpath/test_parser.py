"""Reading expressions: precedence, literals, names, comments; anything else is an error with its place."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles.fhirpath import FhirPathError, FhirPathSyntaxError, compile_expression
from profiles.fhirpath.parser import parse
from profiles.fhirpath.syntax import Binary, Call, Literal, Member, QuantityLiteral, TypeTest, Unary
from tests.profiles.fhirpath.samples import words

TOKENS = words(
    "name given ( ) [ ] { } . , | & + - * / = != ~ !~ < <= > >= and or xor implies in contains is as div mod 'a' "
    "`b` 1 2.5 3 'mg' days @2015 @2015-02-04T14:34:28Z @T14:30 true false $this $index $total %resource %`ext-x` "
    "where exists iif matches repeat descendants toInteger Patient System.Boolean sort desc // /* */"
)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("1 + 2 * 3", "1 + (2 * 3)"),
        ("1 | 2 is Integer", "1 | (2 is Integer)"),
        ("a or b and c", "a or (b and c)"),
        ("a implies b or c", "a implies (b or c)"),
        ("a = b | c", "a = (b | c)"),
        ("a in b = c", "a in (b = c)"),
        ("a & b < c", "(a & b) < c"),
        ("-a.b", "-(a.b)"),
        ("-a * b", "(-a) * b"),
        ("a // to the end\n or /* between */ b", "a or b"),
        ("`a`.`given`", "a.given"),
        ("a is FHIR.`Patient`", "a is FHIR.Patient"),
        ("a.b.$this", "$this"),
    ],
)
def test_how_parts_bind(text: str, same: str) -> None:
    assert parse(text) == parse(same)


def test_operators_of_one_level_go_from_left_to_right() -> None:
    assert parse("a - b - c") == Binary("-", Binary("-", Member(None, "a"), Member(None, "b")), Member(None, "c"))


def test_words_of_the_grammar_are_names_where_a_name_stands() -> None:
    assert parse("contains.is.as.in") == Member(Member(Member(Member(None, "contains"), "is"), "as"), "in")
    assert parse("a.is(b)") == Call(Member(None, "a"), "is", (Member(None, "b"),))
    assert parse("a as b") == TypeTest("as", Member(None, "a"), "b")


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        (r"'it\'s \u00e6 \n \p \\ \/ \`'", Literal("string", "it's æ \n p \\ / `")),
        (r"'\uD83D\uDD25'", Literal("string", "\U0001f525")),
        ("@2015-02", Literal("date", "2015-02")),
        ("@2015T", Literal("datetime", "2015T")),
        ("@2015-02-04T14:34:28.123+09:00", Literal("datetime", "2015-02-04T14:34:28.123+09:00")),
        ("@T14:34", Literal("time", "14:34")),
        ("10.1 'mg'", QuantityLiteral("10.1", "mg", calendar=False)),
        ("4 days", QuantityLiteral("4", "days", calendar=True)),
        ("-1", Unary("-", Literal("number", "1"))),
    ],
)
def test_literals(text: str, literal: object) -> None:
    assert parse(text) == literal


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("", 0),
        ("a +", 3),
        ("a..b", 2),
        ("a b", 2),
        ("(a", 2),
        ("a)", 1),
        ("a[1", 3),
        ("'a", 0),
        ("a ; b", 2),
        ("@T14:34:28+10:00", 13),
        ("2 + /* open", 4),
        ("a.div", 2),
        (r"'\uD83D'", 0),
        ("f(a,)", 4),
        ("1 + " + "9" * 41, 4),
    ],
)
def test_what_is_no_expression_says_where(text: str, offset: int) -> None:
    with pytest.raises(FhirPathSyntaxError) as error:
        parse(text)
    assert error.value.offset == offset


@pytest.mark.parametrize("text", ["unknown()", "a.where()", "a.first(1)", "a is Nothing", "a.ofType(1)", "@2015-13-01"])
def test_what_cannot_be_compiled(text: str) -> None:
    with pytest.raises(FhirPathError):
        compile_expression(text)


@pytest.mark.parametrize("text", ["(" * 5000 + "1", "-" * 5000 + "1", "a" + ".b" * 20_000, "1" + "+1" * 20_000])
def test_depth_is_an_error_and_no_crash(text: str) -> None:
    with suppress(FhirPathError):
        compile_expression(text).evaluate(None)


@given(st.text(max_size=60))
def test_any_text_compiles_or_is_an_error(text: str) -> None:
    _compile(text)


@given(st.lists(st.sampled_from(TOKENS), max_size=14).map(" ".join))
def test_any_tokens_compile_or_are_an_error(text: str) -> None:
    _compile(text)


def _compile(text: str) -> None:
    try:
        compile_expression(text)
    except FhirPathError:
        return
