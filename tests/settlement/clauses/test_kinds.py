"""Clauses: days in force, work by key, rounding that loses nothing."""

import ast
from dataclasses import fields, is_dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settlement.clauses.amounts import PercentOf
from settlement.clauses.forms import forms_of
from settlement.clauses.kinds import KINDS, Clause, Rule, whole_parts
from settlement.clauses.sheet import Sheet, Worked
from settlement.eligibility import Reason
from settlement.money import rounded
from tests.settlement.clauses.working import DAY


def clause(rule: Rule, *, by_key: bool = False, round_to: int = 0, valid_from: date = date.min) -> Clause:
    title = {"da": "Prøve", "en": "Sample"}
    return Clause("c", "percent-of", title, True, by_key, valid_from, date.max, round_to, rule)


def test_a_clause_not_in_force_comes_to_nothing_at_all() -> None:
    assert clause(PercentOf("x", Fraction(50)), valid_from=date(2017, 1, 1)).apply(Sheet(DAY, {})) is None


def test_a_missing_fact_is_a_reason_that_names_it() -> None:
    assert clause(PercentOf("x", Fraction(50))).apply(Sheet(DAY, {})) == Reason("fact-missing", "x")
    keyed = Sheet(DAY, {"x": {"a": Fraction(1)}, "y": {"b": Fraction(1)}})
    assert clause(PercentOf("x", "y"), by_key=True).apply(keyed) == Reason("fact-missing", "y.a")


def test_by_key_works_each_key_out() -> None:
    outcome = clause(PercentOf("x", Fraction(50)), by_key=True).apply(
        Sheet(DAY, {"x": {"b": Fraction(10), "a": Fraction(30)}})
    )
    assert isinstance(outcome, Worked)
    assert outcome.parts == {"a": Fraction(15), "b": Fraction(5)}
    assert outcome.steps["en"].startswith("Sample: a: 50 % x")


@given(
    st.dictionaries(st.text("abcd", min_size=1), st.fractions(-1000, 1000), min_size=1), st.sampled_from([1, 25, 100])
)
def test_rounded_parts_sum_to_the_rounded_whole(parts: dict[str, Fraction], to: int) -> None:
    whole = rounded(sum(parts.values(), Fraction()), to)
    found = whole_parts(parts, whole, to)
    assert sum(found.values()) == whole
    assert all(abs(found[key] - part) <= to and found[key] % to == 0 for key, part in parts.items())


def test_a_clause_that_rounds_rounds_its_parts_with_it() -> None:
    third = Fraction(100, 3)
    outcome = clause(PercentOf("x", third), by_key=True, round_to=1).apply(
        Sheet(DAY, {"x": dict.fromkeys("abc", Fraction(100))})
    )
    assert isinstance(outcome, Worked)
    assert outcome.amount == 100
    assert sorted(outcome.parts.values()) == [33, 33, 34]


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_kind_says_what_it_is_and_how_its_fields_are_written(kind: type[Rule]) -> None:
    assert is_dataclass(kind)
    assert kind.__doc__
    assert kind.work.__doc__
    assert set(forms_of(kind)) == {field.name for field in fields(kind)}


def test_every_kind_has_a_property_test_beside_it() -> None:
    """Each kind's class is used in a test that hypothesis gives its values to."""
    told = set[str]()
    for path in Path(__file__).parent.glob("test_*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        named = {
            target.id: node.value
            for node in tree.body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for test in (node for node in tree.body if isinstance(node, ast.FunctionDef) and _is_given(node)):
            told |= _names(test) | {name for used in _names(test) & named.keys() for name in _names(named[used])}
    assert {kind.__name__ for kind in KINDS.values()} <= told


def _is_given(test: ast.FunctionDef) -> bool:
    return any("given" in _names(decorator) for decorator in test.decorator_list)


def _names(tree: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
