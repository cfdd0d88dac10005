"""Search results: the search they answer, and why each entry is among them."""

from __future__ import annotations

import pytest

from tests.profiles.samples import Json, found, observation, patient

HOST = "https://example.org/fhir"
OUTCOME = {"resourceType": "OperationOutcome", "issue": [{"severity": "warning", "code": "incomplete"}]}


def _found(*entries: Json, search: str = "Patient?name=x", kind: str = "searchset") -> list[str]:
    link = [{"relation": "self", "url": f"{HOST}/{search}"}] if search else []
    return found({"resourceType": "Bundle", "type": kind, **({"link": link} if link else {}), "entry": list(entries)})


def _entry(resource: Json, mode: str = "") -> Json:
    full_url = f"{HOST}/{resource['resourceType']}/{resource['id']}" if "id" in resource else "urn:oid:1.2.208.176"
    return {"fullUrl": full_url, "resource": resource, **({"search": {"mode": mode}} if mode else {})}


PATIENT = patient(id="1")


def test_results_of_the_type_that_was_searched_for() -> None:
    assert _found(_entry(PATIENT, "match"), _entry(observation(id="1"), "include"), _entry(OUTCOME, "outcome")) == []
    assert _found(_entry(PATIENT), _entry(OUTCOME)) == [
        "warning bundle-search-type Bundle.entry[1]",
        "warning bundle-search-mode Bundle",
    ]
    assert _found(_entry(PATIENT)) == []
    assert _found(_entry(PATIENT, "match"), search="?_type=Patient,Observation") == []


@pytest.mark.parametrize(
    ("resource", "mode", "expected"),
    [
        (observation(id="1"), "match", ["error bundle-search-type Bundle.entry[0].resource"]),
        (patient(), "match", ["error bundle-search-id Bundle.entry[0].resource"]),
        (observation(), "include", ["error bundle-search-id Bundle.entry[0].resource"]),
        (PATIENT, "outcome", ["error bundle-search-type Bundle.entry[0].resource"]),
        (patient(), "", ["warning bundle-search-id Bundle.entry[0].resource"]),
    ],
)
def test_results_that_are_not_what_they_say(resource: Json, mode: str, expected: list[str]) -> None:
    assert _found(_entry(resource, mode)) == expected


def test_where_one_says_why_it_is_there_all_should() -> None:
    assert _found(_entry(PATIENT, "match"), _entry(patient(id="2"))) == ["warning bundle-search-mode Bundle.entry[1]"]


def test_a_search_of_unclear_type() -> None:
    assert _found(_entry(PATIENT), search="$everything") == ["warning bundle-search-mode Bundle"]
    assert _found(_entry(PATIENT), search="") == [
        "warning bundle-self-link Bundle",
        "warning bundle-search-mode Bundle",
    ]


def test_entries_without_resources() -> None:
    empty = {"fullUrl": "urn:oid:1.2.208.176", "response": {"status": "200"}}
    assert "error bundle-search-resource Bundle.entry[0]" in _found(empty)
    assert "error bundle-search-resource Bundle.entry[1]" in _found(_entry(PATIENT, "match"), empty)
