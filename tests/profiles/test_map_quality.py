"""Whether concept maps make sense as maps."""

from __future__ import annotations

from typing import Any

import pytest

from profiles.map_quality import map_quality
from tests.profiles.samples import Json


def _told(*elements: Json, group: Json | None = None, **more: Any) -> list[str]:
    one = {"source": "http://own.example/a", "target": "http://own.example/b", "element": list(elements)}
    concept_map = {"resourceType": "ConceptMap", "group": [one | (group or {})], **more}
    return [fault.issue("").where.removeprefix(".group[0]") for fault in map_quality(concept_map)]


def _element(code: str, *targets: str, equivalence: str = "equivalent", **more: Any) -> Json:
    return {"code": code, "target": [{"code": one, "equivalence": equivalence, **more} for one in targets]}


def test_one_code_and_two_that_mean_the_same() -> None:
    assert _told(_element("a", "x", "y")) == [".element[0].target[1]"]
    assert _told(_element("a", "x", "y", equivalence="wider")) == []
    assert _told(_element("a", "x", "y", dependsOn=[{"property": "http://own.example/p", "value": "1"}])) == []


def test_two_codes_and_one_that_means_both() -> None:
    assert _told(_element("a", "x"), _element("b", "x", equivalence="equal")) == [".element[1].target[0]"]
    assert _told(_element("a", "x"), _element("b", "x", equivalence="narrower")) == []
    assert _told(_element("a", "x"), _element("a", "x")) == []


@pytest.mark.parametrize(
    ("group", "more", "expected"),
    [
        ({}, {}, [""]),
        ({"sourceVersion": "1", "targetVersion": "2"}, {}, []),
        ({"sourceVersion": "1", "targetVersion": "1"}, {}, [""]),
        ({}, {"sourceUri": "http://own.example/vs"}, []),
    ],
)
def test_a_system_and_itself(group: Json, more: Json, expected: list[str]) -> None:
    assert _told(group={"target": "http://own.example/a", **group}, **more) == expected
