"""Bundles: links, fullUrls, and entries nothing leads to."""

from __future__ import annotations

from typing import Any

import pytest

from tests.profiles.samples import Json, found, patient

HOST = "https://example.org/fhir"


def _bundle(kind: str, *entries: Json, **more: Any) -> Json:
    return {"resourceType": "Bundle", "type": kind, "entry": list(entries), **more}


def _entry(resource: Json) -> Json:
    return {"fullUrl": f"{HOST}/{resource['resourceType']}/{resource['id']}", "resource": resource}


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (_entry(patient(id="1")), []),
        ({"resource": patient(id="1")}, ["error bundle-full-url Bundle.entry[0]"]),
        ({"fullUrl": "Patient/1", "resource": patient(id="1")}, ["error bundle-full-url Bundle.entry[0]"]),
        ({"fullUrl": f"{HOST}/Patient/2", "resource": patient(id="1")}, ["error bundle-full-url Bundle.entry[0]"]),
        ({"fullUrl": f"{HOST}/Patient/2", "resource": patient()}, ["error bundle-full-url Bundle.entry[0]"]),
        ({"fullUrl": "urn:uuid:1", "resource": patient()}, ["error format-uuid Bundle.entry[0].fullUrl"]),
    ],
)
def test_full_urls(entry: Json, expected: list[str]) -> None:
    assert found(_bundle("collection", entry)) == expected


def test_links_that_may_be_there_once() -> None:
    link = {"relation": "self", "url": f"{HOST}/Patient?x=1"}
    search = {"mode": "match"}
    right = _entry(patient(id="1")) | {"search": search}
    assert found(_bundle("searchset", right, link=[link])) == []
    assert found(_bundle("searchset", right, link=[link, link])) == ["error bundle-link Bundle.link[1]"]
    assert found(_bundle("searchset", right)) == ["warning bundle-self-link Bundle"]


def test_entries_of_a_message_nothing_leads_to() -> None:
    header = {
        "resourceType": "MessageHeader",
        "id": "1",
        "eventUri": "http://own.example/event",
        "source": {"endpoint": "http://own.example"},
        "focus": [{"reference": "Patient/1"}],
    }
    message = _bundle("message", _entry(header), _entry(patient(id="1")), _entry(patient(id="2")))
    assert found(message) == ["warning bundle-unreached Bundle.entry[2]"]
    assert found(_bundle("message", _entry(header), _entry(patient(id="1")))) == []
    assert found(_bundle("message", _entry(header))) == ["error bundle-lost Bundle.entry[0].resource.focus[0]"]
