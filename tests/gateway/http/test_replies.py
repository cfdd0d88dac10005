"""Answers: no token of a document is changed by how it is laid out."""

import json
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gateway.http.negotiate import Syntax
from gateway.http.replies import indented, rewritten

TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def test_indented_keeps_numbers_as_written() -> None:
    text = indented(b'{"a":1.00,"b":[],"c":{},"d":[1,{"e":"x, \\"y\\": {z}"}]}')
    assert text.decode().splitlines() == [
        "{",
        '  "a": 1.00,',
        '  "b": [],',
        '  "c": {},',
        '  "d": [',
        "    1,",
        "    {",
        '      "e": "x, \\"y\\": {z}"',
        "    }",
        "  ]",
        "}",
    ]


@given(TREES)
def test_indented_says_the_same(tree: Any) -> None:
    assert json.loads(indented(json.dumps(tree).encode())) == tree


def test_rewriting_there_and_back_keeps_digits() -> None:
    body = b'{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":1200.50}}'
    there = rewritten(body, Syntax.JSON, Syntax.XML)
    assert b'<value value="1200.50"/>' in there
    back = rewritten(there, Syntax.XML, Syntax.JSON)
    assert json.loads(back, parse_float=Decimal) == json.loads(body, parse_float=Decimal)
    assert b"1200.50" in back
