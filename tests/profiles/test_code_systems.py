"""Code systems: hierarchy, properties, filters, supplements and letters' case."""

from __future__ import annotations

from typing import Any

import pytest

from profiles.code_systems import CodeSystem, read_code_system
from profiles.packages import Json
from tests.profiles.archives import code_system

SYSTEM = code_system(
    "animals",
    concept=[
        {
            "code": "animal",
            "property": [{"code": "notSelectable", "valueBoolean": True}],
            "concept": [
                {"code": "dog", "display": "Dog", "concept": [{"code": "puppy", "display": "Puppy"}]},
                {"code": "cat", "display": "Cat", "property": [{"code": "legs", "valueInteger": 4}]},
            ],
        },
        {
            "code": "catdog",
            "property": [{"code": "parent", "valueCode": "cat"}, {"code": "parent", "valueCode": "dog"}],
        },
        {"code": "stone", "property": [{"code": "status", "valueCode": "retired"}]},
    ],
    property=[{"code": "legs", "type": "integer"}, {"code": "notSelectable", "type": "boolean"}],
)


def read(**more: Any) -> CodeSystem:
    return read_code_system(SYSTEM | more)


@pytest.mark.parametrize(
    ("name", "operator", "value", "codes"),
    [
        ("concept", "is-a", "dog", "dog puppy catdog"),
        ("concept", "descendent-of", "animal", "dog cat puppy catdog"),
        ("concept", "is-not-a", "animal", "stone"),
        ("concept", "child-of", "animal", "dog cat"),
        ("concept", "generalizes", "puppy", "animal dog puppy"),
        ("concept", "is-a", "nothing", ""),
        ("code", "in", "dog, cat, bird", "dog cat"),
        ("concept", "not-in", "dog,cat,catdog,puppy", "animal stone"),
        ("code", "regex", "c.*", "cat catdog"),
        ("code", "=", "dog", "dog"),
        ("parent", "=", "cat", "catdog"),
        ("child", "=", "puppy", "dog"),
        ("legs", "=", "4", "cat"),
        ("legs", "exists", "false", "animal dog puppy catdog stone"),
        ("notSelectable", "=", "false", "dog puppy cat catdog stone"),
        ("display", "regex", "(Dog|Cat)", "dog cat"),
    ],
)
def test_filters(name: str, operator: str, value: str, codes: str) -> None:
    assert read().filtered(name, operator, value) == frozenset(codes.split())


@pytest.mark.parametrize(
    ("name", "operator", "value"),
    [("wings", "=", "2"), ("concept", "near", "dog"), ("code", "regex", "(unclosed"), ("legs", "is-a", "4")],
)
def test_filters_that_cannot_be_told(name: str, operator: str, value: str) -> None:
    assert read().filtered(name, operator, value) is None


def test_a_pattern_made_to_take_for_ever_does_not() -> None:
    system = read(concept=[{"code": "a" * 40 + "!"}])
    assert system.filtered("code", "regex", "(a+)+") == frozenset()


def test_a_hierarchy_that_runs_in_a_circle_comes_to_an_end() -> None:
    concepts = [
        {"code": "a", "property": [{"code": "parent", "valueCode": "b"}]},
        {"code": "b", "property": [{"code": "parent", "valueCode": "a"}]},
    ]
    assert read(concept=concepts).filtered("concept", "is-a", "a") == frozenset({"a", "b"})


def test_a_deep_hierarchy() -> None:
    concept: Json = {"code": "c0"}
    for number in range(1, 900):
        concept = {"code": f"c{number}", "concept": [concept]}
    assert len(read(concept=[concept]).filtered("concept", "is-a", "c899") or ()) == 900


def test_case() -> None:
    assert read().find("DOG") is None
    found = read(caseSensitive=False).find("DOG")
    assert found is not None
    assert found.code == "dog"


def test_supplements_add_displays() -> None:
    supplement: Json = code_system(
        "more",
        content="supplement",
        concept=[{"code": "dog", "designation": [{"language": "da", "value": "Hund"}]}, {"code": "bird"}],
    )
    system = read_code_system(SYSTEM, [supplement])
    assert system.concepts["dog"].displays == (("", "Dog"), ("da", "Hund"))
    assert system.find("bird") is None


def test_what_is_not_to_be_used() -> None:
    concepts = read().concepts
    assert [code for code, concept in concepts.items() if concept.abstract] == ["animal"]
    assert [code for code, concept in concepts.items() if concept.inactive] == ["stone"]
