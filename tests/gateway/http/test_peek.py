"""A quick look at a body: what it says it is, or None; never an exception."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.http.peek import Head, head_of


@pytest.mark.parametrize(
    ("body", "head"),
    [
        (b'{"entry":[{"resourceType":"X"}],"type":"message","resourceType":"Bundle"}', Head("Bundle", "", "message")),
        (b'{"resourceType":"Encounter","id":"a","type":[{"text":"x"}]}', Head("Encounter", "a", "")),
        (
            b'<Bundle xmlns="http://hl7.org/fhir"><id value="a"/><type value="message"/></Bundle>',
            Head("Bundle", "a", "message"),
        ),
        (b" \r\n<Encounter xmlns='http://hl7.org/fhir'/>", Head("Encounter", "", "")),
        ("\ufeff<Encounter xmlns='http://hl7.org/fhir'/>".encode("utf-16"), Head("Encounter", "", "")),
        (b"{}", Head("", "", "")),
        (b"", None),
        (b"[]", None),
        (b'{"resourceType":5}', None),
        (b"<x", None),
        (b"<!DOCTYPE x><x/>", None),
        (b"[" * 100_000, None),
    ],
)
def test_heads(body: bytes, head: Head | None) -> None:
    assert head_of(body) == head


@given(st.binary(max_size=200))
def test_any_bytes(body: bytes) -> None:
    head_of(body)
