"""Documents and messages: references that must lead to an entry, and entries nothing leads to."""

from __future__ import annotations

from typing import Any

import pytest

from profiles.bundle_links import links_of, urls_of
from tests.profiles.samples import HOST, Json, document, entry, found, observation, patient

ONE, TWO = "Bundle.entry[1]", "Bundle.entry[2]"


PATIENT = entry(patient(id="1"))
SUBJECT = {"subject": {"reference": "Patient/1"}}


def test_a_document_that_holds_together() -> None:
    assert found(document(PATIENT, composition=SUBJECT)) == []


def test_what_the_composition_refers_to_must_be_there() -> None:
    lost = "error bundle-lost Bundle.entry[0].resource"
    assert found(document(composition=SUBJECT)) == [f"{lost}.subject"]
    section = {"section": [{"text": {"status": "empty", "div": "<div/>"}, "entry": [{"reference": "Observation/7"}]}]}
    assert f"{lost}.section[0].entry[0]" in found(document(composition=section))
    outside = {"relatesTo": [{"code": "replaces", "targetReference": {"reference": "Composition/2"}}]}
    assert found(document(composition=outside)) == []


def test_the_right_type_and_id_under_another_full_url_is_lost() -> None:
    other = PATIENT | {"fullUrl": "https://other.example/Patient/1"}
    assert found(document(other, composition=SUBJECT)) == [
        "warning bundle-near Bundle.entry[0].resource.subject",
        "error bundle-lost Bundle.entry[0].resource.subject",
        f"error bundle-unreached {ONE}",
    ]


def test_entries_of_a_document_that_only_refer_backwards() -> None:
    about = entry(observation(id="1", subject={"reference": "Patient/1"}, performer=[{"reference": "Patient/2"}]))
    second = entry(patient(id="2"))
    assert found(document(PATIENT, about, second, composition=SUBJECT)) == [f"warning bundle-backwards {TWO}"]


def test_provenance_may_refer_backwards() -> None:
    provenance = {
        "resourceType": "Provenance",
        "id": "1",
        "target": [{"reference": "Patient/1"}],
        "recorded": "2026-01-01T10:00:00Z",
        "agent": [{"who": {"display": "N. N."}}],
    }
    assert found(document(PATIENT, entry(provenance), composition=SUBJECT)) == []


def test_a_url_leads_to_an_entry_too() -> None:
    picture = entry({"resourceType": "Binary", "id": "1", "contentType": "image/png"})
    face = {"subject": {"reference": "Patient/1"}}
    shown = entry(patient(id="1", photo=[{"contentType": "image/png", "url": f"{HOST}/Binary/1"}]))
    assert found(document(shown, picture, composition=face)) == []
    assert found(document(PATIENT, picture, composition=face)) == [f"error bundle-unreached {TWO}"]


def test_a_style_sheet_is_reached_by_its_link() -> None:
    css = entry({"resourceType": "Binary", "id": "1", "contentType": "text/css"})
    assert found(document(css, link=[{"relation": "stylesheet", "url": "Binary/1"}])) == []


def test_an_entry_that_is_told_twice() -> None:
    twice = [entry(patient(id="1", meta={"versionId": version})) for version in "12"]
    assert "error bundle-many Bundle.entry[0].resource.subject" in found(document(*twice, composition=SUBJECT))


TO_GROUP = {"reference": "Group/1"}


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        (observation(subject={"reference": "#1"}), []),
        (patient(link=[{"other": TO_GROUP}]), [(("link", 0, "other"), "Group/1", True)]),
        (patient(identifier=[{"system": "urn:oid:1.2.3"}]), []),
        (patient(contained=[observation(focus=[TO_GROUP])]), [(("contained", 0, "focus", 0), "Group/1", True)]),
        (
            patient(extension=[{"url": "a", "valueReference": TO_GROUP}]),
            [(("extension", 0, "value.ofType(Reference)"), "Group/1", True)],
        ),
        ({"resourceType": "Nothing"}, []),
        ({"resourceType": ["Patient"], "subject": [[{"reference": 1}]]}, []),
    ],
)
def test_links(resource: Json, expected: list[Any]) -> None:
    assert list(links_of(resource)) == expected
    assert urls_of(resource) == {url for _, url, _ in expected}
