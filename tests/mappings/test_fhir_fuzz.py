"""Mutated FHIR documents never raise, neither in reading nor in answering, and every answer is sound FHIR."""

from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mappings.fhir_document import parse_fhir
from mappings.formats import read
from mappings.reading import Family, Verdict
from profiles.issue import refuses
from profiles.structure import check_structure
from tests.mappings.golden import STAMP, outcome_of, samples
from tests.mappings.test_fhir_samples import FOLDERS

BODIES = [path.read_bytes() for path in samples(*FOLDERS)]
TREES = [json.loads(body) for body in BODIES if body.startswith(b"{")]
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=20),
    st.sampled_from(
        ["2026-10-09T14:10:00+02:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z", "urn:uuid:", ""]
    ),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "reference", "value"]), inner),
    max_leaves=4,
)


def _answered(body: bytes) -> None:
    form, reading = read(body, Family.FHIR, "")
    answer = form.receipt(reading, Verdict(outcome_of(reading), reading.issues), STAMP)
    document, issues = parse_fhir(answer.body, answer.media_type)
    assert not refuses(issues)
    assert not refuses(check_structure(document.tree))


def _places(tree: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) of a tree."""
    if isinstance(tree, dict):
        return [place for key, value in tree.items() for place in ((tree, key), *_places(value))]
    if isinstance(tree, list):
        return [place for key, value in enumerate(tree) for place in ((tree, key), *_places(value))]
    return []


def _place(tree: Any, data: st.DataObject) -> tuple[Any, Any]:
    places = _places(tree)
    return places[data.draw(st.integers(0, len(places) - 1))] if places else ({"": None}, "")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_trees_with_anything_anywhere(data: st.DataObject) -> None:
    tree = copy.deepcopy(TREES[data.draw(st.integers(0, len(TREES) - 1))])
    for _ in range(data.draw(st.integers(1, 3))):
        container, key = _place(tree, data)
        container[key] = data.draw(VALUES)
    _answered(json.dumps(tree).encode("utf-8", "replace"))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_trees_with_parts_missing_or_moved(data: st.DataObject) -> None:
    tree = copy.deepcopy(TREES[data.draw(st.integers(0, len(TREES) - 1))])
    for _ in range(data.draw(st.integers(1, 3))):
        (container, key), (other, other_key) = _place(tree, data), _place(tree, data)
        part = copy.deepcopy(other[other_key])
        if data.draw(st.booleans()):
            del container[key]
        else:
            container[key] = part
    _answered(json.dumps(tree).encode())


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, len(BODIES) - 1), st.integers(0), st.integers(0), st.binary(max_size=8))
def test_bytes_cut_and_spliced(number: int, start: int, end: int, put: bytes) -> None:
    body = BODIES[number]
    start, end = sorted((start % (len(body) + 1), end % (len(body) + 1)))
    _answered(body[:start] + put + body[end:])
    _answered(body[:end] + put + body[start:])
