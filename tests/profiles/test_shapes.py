"""Objects that are laid out are judged as those that are met for the first time."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from profiles.faults import Fault
from profiles.issue import Issue
from profiles.plans import Glance, ObjectRule, Step, where, where_several, without
from profiles.scope import Scope, open_scope
from profiles.shapes import ObjectPlan, object_check
from tests.fuzz.mutations import mutate
from tests.profiles.samples import Json, validator
from tests.profiles.test_validator_fuzz import SAMPLES

QUICK, GENERAL = validator(), validator()


def _in_general(resource: Json) -> tuple[Issue, ...]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ObjectPlan, "laid_out", lambda plan, _: plan.check)
        return GENERAL.validate(resource)


@given(st.sampled_from(SAMPLES), st.integers(0, 10**9))
@settings(max_examples=150, deadline=None)
def test_both_ways_find_the_same(sample: Json, seed: int) -> None:
    resource = mutate(sample, random.Random(seed), most=2)  # noqa: S311
    expected = _in_general(resource)
    assert [QUICK.validate(resource) for _ in range(3)] == [expected] * 3


@pytest.mark.parametrize("sample", SAMPLES)
def test_samples_are_judged_the_same(sample: Json) -> None:
    assert [QUICK.validate(sample) for _ in range(3)] == [_in_general(sample)] * 3


def _fault(code: str) -> Any:
    return lambda *_: [Fault(code, "")]


def _codes(check: Any, value: Any, scope: Scope) -> list[str]:
    return [fault.code for fault in check(value, scope) or ()]


def _plan() -> ObjectPlan:
    steps = {
        "a": Step("a", lambda value, _: None if value == 1 else [Fault("not-1", "")]),
        "b": Step("b", _fault("seen-b"), Glance("{it} in {known}", ("x", "y"))),
    }
    rules = (
        ObjectRule(_fault("always")),
        ObjectRule(_fault("a"), where("a")),
        ObjectRule(_fault("no-a"), without("a")),
        ObjectRule(_fault("both"), where_several("a", "b")),
    )
    return ObjectPlan("Thing", steps, rules)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"a": 1}, ["always", "a"]),
        ({"a": 2}, ["not-1", "always", "a"]),
        ({"b": "x"}, ["always", "no-a"]),
        ({"b": "z"}, ["seen-b", "always", "no-a"]),
        ({"b": "y", "a": 2}, ["not-1", "always", "a", "both"]),
        ({"c": 1}, ["structure-unknown", "always", "no-a"]),
        ({}, ["always", "no-a"]),
        ([], ["structure-type"]),
    ],
)
def test_what_is_found(value: Any, expected: list[str]) -> None:
    check, scope = object_check(_plan), open_scope({})
    found = [_codes(check, value, scope) for _ in range(3)]
    # The glance answers for the check only where an object is laid out.
    assert [[one for one in codes if one != "seen-b" or value["b"] == "z"] for codes in found] == [expected] * 3


def test_a_glance_spares_the_check() -> None:
    check, scope = object_check(_plan), open_scope({})
    assert ["seen-b" in _codes(check, {"b": "x"}, scope) for _ in range(3)] == [True, True, False]


def test_a_rule_that_holds_is_not_asked() -> None:
    asked: list[Any] = []

    def ask(value: Any, _: Scope) -> None:
        asked.append(value)

    def plan() -> ObjectPlan:
        rule = ObjectRule(ask, holds=lambda value, _: bool(value["a"] > 1))
        return ObjectPlan("Thing", {"a": Step("a", lambda *_: None)}, (rule,))

    check, scope = object_check(plan), open_scope({})
    for number in (0, 0, 2, 1):
        check({"a": number}, scope)
    assert asked == [{"a": 0}, {"a": 0}, {"a": 1}]


def test_places_are_kept_and_unknown_names_are_not_told() -> None:
    check, scope = object_check(_plan), open_scope({})
    for _ in range(3):
        (fault, *_rest) = check({"a": 2}, scope) or []
        assert fault.steps == ["a"]
    (unknown, *_rest) = check({"0101405001": 1}, scope) or []
    assert "'?'" in unknown.text


def test_a_plan_is_made_when_it_is_needed_and_once() -> None:
    made: list[int] = []

    def make() -> ObjectPlan:
        made.append(1)
        return _plan()

    check, scope = object_check(make), open_scope({})
    assert made == []
    for at in range(200):
        check({"a": 1, **({"b": at} if at % 2 else {})}, scope)
    assert made == [1]
