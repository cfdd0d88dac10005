"""Uris that are written as OIDs and UUIDs."""

from __future__ import annotations

import pytest

from profiles.uri_formats import check_canonical, check_uri
from tests.profiles.samples import found, patient

UUID = "urn:uuid:00000000-0000-4000-8000-00000000000a"


@pytest.mark.parametrize(
    ("uri", "code"),
    [
        ("http://a.example/x", None),
        (UUID, None),
        (f"{UUID}#1", None),
        (UUID.upper(), None),  # another scheme's name, as far as this rule goes
        ("urn:uuid:1", "format-uuid"),
        ("urn:uuid:" + UUID[9:].upper(), "format-uuid"),
        ("urn:oid:1.2.208.176.1.2", None),
        ("urn:oid:1.3.6", None),
        ("urn:oid:1.2", "format-oid"),
        ("urn:oid:1.02.208.176", "format-oid"),
        ("urn:oid:9.2.208.176", "format-oid"),
        ("oid:1.2.208.176.1.2", "format-uri"),
        ("uuid:00000000-0000-4000-8000-00000000000a", "format-uri"),
    ],
)
def test_uris(uri: str, code: str | None) -> None:
    assert [fault.code for fault in check_uri(uri) or ()] == ([code] if code else [])


@pytest.mark.parametrize(
    ("canonical", "code"),
    [
        ("http://a.example/x|1.0", None),
        ("#a", None),
        ("x", "canonical-relative"),
        (f"{UUID}|1.0", None),
        ("urn:oid:1.2.208.176|2", None),
        ("urn:oid:1.2|2", "format-oid"),
    ],
)
def test_canonicals(canonical: str, code: str | None) -> None:
    assert [fault.code for fault in check_canonical(canonical) or ()] == ([code] if code else [])


def test_they_are_errors_in_a_resource() -> None:
    systems = ("oid:1.2.208.176", "urn:oid:1.2", "uuid:x", "urn:uuid:x", "urn:oid:1.2.208.176")
    told = found(patient(identifier=[{"system": one, "value": "1"} for one in systems]))
    assert [one.split()[1] for one in told] == ["format-uri", "format-oid", "format-uri", "format-uuid"]
