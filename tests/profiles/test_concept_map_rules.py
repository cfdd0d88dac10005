"""Codes of concept maps."""

from __future__ import annotations

from typing import Any

import pytest

from tests.profiles.samples import Json, found

_SYSTEM = "http://own.example/cs"
_CODES: Json = {
    "resourceType": "CodeSystem",
    "url": _SYSTEM,
    "status": "active",
    "content": "complete",
    "concept": [{"code": "a", "display": "Alpha", "concept": [{"code": "b"}]}, {"code": "c"}],
}
_SET: Json = {
    "resourceType": "ValueSet",
    "url": "http://own.example/vs",
    "status": "active",
    "compose": {"include": [{"system": _SYSTEM, "concept": [{"code": "a"}, {"code": "b"}]}]},
}


def _found(element: Json, codes: Json = _CODES, **more: Any) -> list[str]:
    group = {"source": _SYSTEM, "target": _SYSTEM, "element": [element], **more}
    concept_map = {
        "resourceType": "ConceptMap",
        "url": "http://own.example/cm",
        "status": "active",
        "targetCanonical": "http://own.example/vs",
        "group": [{key: value for key, value in group.items() if value}],
    }
    return [one for one in found(concept_map, codes, _SET) if one.split()[1].startswith("map-")]


def _to(*codes: str) -> list[Json]:
    return [{"code": code, "equivalence": "equal"} for code in codes]


_AT = "ConceptMap.group[0]"


@pytest.mark.parametrize(
    ("element", "more", "expected"),
    [
        ({"code": "b", "display": "x", "target": _to("a")}, {}, []),
        ({"code": "a", "display": "alpha", "target": [*_to("a"), {"code": "b", "equivalence": "wider"}]}, {}, []),
        ({"code": "a", "display": "beta"}, {}, [f"warning map-display {_AT}.element[0].code"]),
        ({"code": "z"}, {}, [f"error map-code {_AT}.element[0].code"]),
        ({"code": "a", "target": _to("z")}, {}, [f"error map-code {_AT}.element[0].target[0].code"]),
        ({"code": "c", "target": _to("c")}, {}, [f"error map-scope {_AT}.element[0].target[0].code"]),
        ({"code": "a", "target": _to("b", "b")}, {}, [f"warning map-double {_AT}.element[0].target[1]"]),
        ({"code": "a"}, {"source": None}, [f"warning map-system {_AT}"]),
        ({"code": "a"}, {"source": "http://own.example/other"}, [f"warning map-system-unknown {_AT}.source"]),
        ({"code": "a", "target": _to("z")}, {"target": "http://own.example/other"}, []),
    ],
)
def test_codes(element: Json, more: Json, expected: list[str]) -> None:
    assert _found(element, **more) == expected


def test_systems_known_in_part() -> None:
    told = _found({"code": "z"}, _CODES | {"content": "fragment"})
    assert told == [f"warning map-system-partial {_AT}.source", f"warning map-system-partial {_AT}.target"]
