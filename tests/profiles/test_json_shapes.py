"""Damaged definitions never stop a validation: any value in any place of them is taken, or passed over."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from profiles.context import Context, open_store
from profiles.core import core_package
from profiles.membership import Coded
from profiles.packages import Json
from profiles.terminology import Terminology
from tests.profiles.archives import code_system, value_set

CORE = Context.of([core_package()])
SYSTEM = code_system(
    "c",
    concept=[
        {"code": "a", "display": "A", "designation": [{"language": "da", "value": "Å"}], "concept": [{"code": "b"}]}
    ],
    property=[{"code": "p"}],
)
INCLUDE = {"system": SYSTEM["url"], "version": "1", "filter": [{"property": "concept", "op": "is-a", "value": "a"}]}
SET = value_set("v", INCLUDE, {"system": SYSTEM["url"], "concept": [{"code": "a"}]}, {"valueSet": ["http://none"]})
SET["compose"]["exclude"] = [{"system": SYSTEM["url"], "concept": [{"code": "b"}]}]
SET["expansion"] = {"total": 1, "contains": [{"system": SYSTEM["url"], "code": "a"}], "parameter": [{"name": "x"}]}
PROFILE: Json = {
    "resourceType": "StructureDefinition",
    "url": "http://example.dk/p",
    "kind": "resource",
    "type": "Patient",
    "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Patient",
    "derivation": "constraint",
    "differential": {
        "element": [
            {"id": "Patient", "path": "Patient", "constraint": [{"key": "x"}]},
            {"id": "Patient.name", "path": "Patient.name", "slicing": {"rules": "open"}},
            {"path": "Patient.name", "sliceName": "a", "min": 1, "max": "1", "type": [{"code": "HumanName"}]},
            {"path": "Patient.deceasedBoolean", "fixedBoolean": True},
            {
                "path": "Patient.extension",
                "sliceName": "e",
                "type": [{"code": "Extension", "profile": ["http://none"]}],
            },
        ]
    },
}
VALUES = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=4), st.just([]), st.just({}), st.just([1]))


def damaged(resource: Json, draw: Any, value: Any) -> Json:
    """The resource with one value replaced."""
    copy = deepcopy(resource)
    node: Any = copy
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        key = draw(st.sampled_from(keys))
        if not isinstance(node[key], dict | list) or not node[key] or draw(st.booleans()):
            node[key] = value
            return copy
        node = node[key]


@settings(max_examples=100, deadline=None)
@given(data=st.data(), value=VALUES)
def test_damaged_terminology_gets_an_answer(data: st.DataObject, value: Any) -> None:
    resources = [damaged(SYSTEM, data.draw, value), damaged(SET, data.draw, value)]
    found = Terminology(Context.of(()).adding(resources))
    found.codes_of(SET["url"])
    coded = Coded(SYSTEM["url"], "a", "A")
    assert found.member(coded, SET["url"]).verdict in ("yes", "no", "unknown")
    assert found.right_display(coded, SET["url"]).verdict in ("yes", "no", "unknown")


@settings(max_examples=100, deadline=None)
@given(data=st.data(), value=VALUES)
def test_damaged_profiles_give_a_snapshot_or_a_finding(data: st.DataObject, value: Any) -> None:
    definition = damaged(PROFILE, data.draw, value)
    found = CORE.adding([definition]).structure("http://example.dk/p")
    assert found is None or found.note is not None or found.resource["snapshot"]["element"]


def test_the_whole_ones_are_right() -> None:
    context = Context.load(open_store(), "hl7.fhir.r4.core").adding([SYSTEM, SET, PROFILE])
    found = Terminology(context)
    assert found.codes_of(SET["url"]) == frozenset({(SYSTEM["url"], "a")})
    profile = context.structure("http://example.dk/p")
    assert profile is not None
    assert profile.note is None
