"""Bundles: links, fullUrls, and entries nothing leads to."""

from __future__ import annotations

from typing import Any

import pytest

from tests.profiles.samples import HOST, Json, document, found, observation, patient


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


@pytest.mark.parametrize(
    ("kind", "relation", "expected"),
    [
        ("collection", "alternate", []),
        ("collection", "next", [0, 1]),
        ("collection", "self", [1]),
        ("batch-response", "last", [0, 1]),
        ("message", "first", [0, 1]),
    ],
)
def test_links_of_results_stand_in_results_only(kind: str, relation: str, expected: list[int]) -> None:
    link = {"relation": relation, "url": f"{HOST}/Patient?page=2"}
    wrong = [one for one in found(_bundle(kind, link=[link, link])) if "bundle-link" in one]
    assert wrong == [f"error bundle-link Bundle.link[{index}].relation" for index in expected]


def test_an_entry_with_references_needs_a_full_url_in_a_transaction_too() -> None:
    request = {"method": "POST", "url": "Observation"}
    refers = {"resource": observation(subject={"reference": "Patient/1"}), "request": request}
    assert found(_bundle("transaction", refers)) == [
        "error bundle-relative Bundle.entry[0].resource.subject",
        "error bundle-full-url Bundle.entry[0]",
    ]
    assert found(_bundle("transaction", {"resource": observation(), "request": request})) == []


def test_a_canonical_url_as_full_url() -> None:
    value_set = {"resourceType": "ValueSet", "id": "1", "status": "draft", "url": "urn:oid:1.2.208.176"}
    assert found(_bundle("collection", {"fullUrl": "urn:oid:1.2.208.176", "resource": value_set})) == [
        "error bundle-full-url Bundle.entry[0]"
    ]


def test_a_document_and_a_message_begin_with_what_leads_them() -> None:
    assert "error bundle-empty Bundle" in found(_bundle("message"))
    wrong = found(_bundle("message", _entry(patient(id="1"))))
    assert "error bundle-first Bundle.entry[0].resource" in wrong
    none = found(_bundle("message", {"fullUrl": f"{HOST}/Patient/1", "response": {"status": "200"}}))
    assert "error bundle-first Bundle.entry[0]" in none


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("Binary/css", []),
        ("https://hl7.org/fhir/fhir.css", []),
        ("Binary/other", ["error bundle-style Bundle.link[0].url"]),
        ("https://own.example/a.css", ["warning bundle-style Bundle.link[0].url"]),
        ("http://own.example/a.css", ["warning bundle-style Bundle.link[0].url"] * 2),
    ],
)
def test_the_style_sheet_of_a_document(url: str, expected: list[str]) -> None:
    css = {"resourceType": "Binary", "id": "css", "contentType": "text/css"}
    styled = document(_entry(css), link=[{"relation": "stylesheet", "url": url}])
    assert [one for one in found(styled) if "bundle-style" in one] == expected
