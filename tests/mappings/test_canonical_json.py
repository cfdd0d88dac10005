"""Canonical JSON: one content, one sequence of bytes, and a hash over it."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.canonical_json import CONTENT_HASH, DOCUMENTS, canonical_json, content_hash, sealed, write_sealed

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**12), max_value=10**12)
TREES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | TEXT | NUMBERS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


def shuffled(value: Any) -> Any:
    """The same tree with every object's keys in reverse order."""
    if isinstance(value, dict):
        return {key: shuffled(value[key]) for key in reversed(value)}
    return [shuffled(item) for item in value] if isinstance(value, list) else value


@given(TREES)
def test_key_order_does_not_matter_and_nothing_is_lost(tree: Any) -> None:
    body = canonical_json(tree)
    assert canonical_json(shuffled(tree)) == body
    assert json.loads(body, parse_float=Decimal) == tree


@given(NUMBERS)
def test_a_decimal_keeps_every_digit(number: Decimal) -> None:
    assert canonical_json({"value": number}) == b'{"value":%s}\n' % str(number).encode()


def test_the_form_is_sorted_compact_utf8_with_one_line_feed() -> None:
    assert canonical_json({"b": [1, True, None], "a": "Ærø"}) == '{"a":"Ærø","b":[1,true,null]}\n'.encode()


@pytest.mark.parametrize("value", [1.5, {"a": [0.1]}, b"x", {1: "a"}, object()])
def test_what_json_cannot_say_exactly_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical_json(value)


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity"])
def test_numbers_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="finite"):
        canonical_json([Decimal(text)])


def test_a_sealed_resource_names_its_content() -> None:
    report = {"resourceType": "MeasureReport", "id": "r1", "status": "complete", "meta": {"tag": [{"code": "x"}]}}
    seal = sealed(report)
    digest = content_hash(report)
    assert seal["identifier"] == [{"system": DOCUMENTS, "value": f"r1.{digest[:16]}"}]
    assert seal["meta"]["tag"] == [{"code": "x"}, {"system": CONTENT_HASH, "code": digest}]
    assert content_hash(seal) == digest
    assert content_hash({**report, "status": "error"}) != digest
    assert content_hash({**seal, "signature": {"data": "x"}}) == digest


def test_a_bundle_has_one_identifier() -> None:
    assert isinstance(sealed({"resourceType": "Bundle", "id": "b", "type": "collection"})["identifier"], dict)


@given(st.lists(st.dictionaries(TEXT, NUMBERS, max_size=3), min_size=1, max_size=4), TEXT)
def test_a_bundle_written_entry_by_entry_is_the_sealed_bundle(entries: list[dict[str, Any]], name: str) -> None:
    head = {"resourceType": "Bundle", "id": name, "type": "collection", "meta": {"profile": ["p"]}}
    written: list[bytes] = []
    digest = write_sealed(head, (canonical_json(entry)[:-1] for entry in entries), written.append)
    body = canonical_json(sealed({**head, "entry": entries}))
    assert b"".join(written) == body
    assert digest == hashlib.sha256(body).hexdigest()


def test_what_comes_before_the_entries_cannot_be_written_after_them() -> None:
    with pytest.raises(ValueError, match="'contained' comes before"):
        write_sealed({"contained": [], "id": "b1"}, [b"{}"], bytes)
