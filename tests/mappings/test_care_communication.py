"""CareCommunication: what refuses a letter, and what letters state."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from profiles.issue import refuses
from settlement.records import Contact, ContactWith, Treatment
from tests.mappings.editing import Resource, load, reading, resource

TREATMENT = "care-communication/treatment"
QUESTION = "care-communication/question-to-hospital"


def _payload(bundle: Resource) -> Resource:
    payload: Resource = resource(bundle, "Communication")["payload"][0]
    return payload


def _drop_extension(place: int) -> Callable[[Resource], None]:
    return lambda bundle: _payload(bundle)["extension"].pop(place)


def _set(**changes: object) -> Callable[[Resource], None]:
    return lambda bundle: resource(bundle, "Communication").update(changes)


def _attachment_only(bundle: Resource) -> None:
    payload = _payload(bundle)
    del payload["contentString"]
    payload["contentAttachment"] = {"contentType": "application/pdf", "data": "AAAA", "title": "Brev"}


def _untitled_movie(bundle: Resource) -> None:
    movie = {**_payload(bundle), "contentAttachment": {"contentType": "video/mp4", "data": "AAAA"}}
    del movie["contentString"]
    resource(bundle, "Communication")["payload"].append(movie)


def _payload_id_is_no_uuid(bundle: Resource) -> None:
    _payload(bundle)["extension"][1]["valueIdentifier"]["value"] = "urn:uuid:letter-1"


def _other_category_system(bundle: Resource) -> None:
    resource(bundle, "Communication")["category"][0]["coding"][0]["system"] = "http://example.org/categories"


def _stay_without_identifier(bundle: Resource) -> None:
    del resource(bundle, "Encounter")["episodeOfCare"]


def _nameless_practitioner(bundle: Resource) -> None:
    del resource(bundle, "Practitioner")["name"]


def _roleless_author(bundle: Resource) -> None:
    del resource(bundle, "PractitionerRole")["code"]


def _nobodys_role(bundle: Resource) -> None:
    del resource(bundle, "PractitionerRole")["practitioner"]


def _no_payload_in_history(bundle: Resource) -> None:
    del resource(bundle, "Provenance")["entity"]


def _hospital_activity(bundle: Resource) -> None:
    resource(bundle, "Provenance")["activity"]["coding"][0]["code"] = "admit-inpatient"


def _recipient_elsewhere(bundle: Resource) -> None:
    role = resource(bundle, "PractitionerRole")
    resource(bundle, "Communication")["recipient"] = [{"reference": f"PractitionerRole/{role['id']}"}]


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (_drop_extension(0), "payload-incomplete"),
        (_drop_extension(1), "payload-incomplete"),
        (_drop_extension(2), "payload-incomplete"),
        (_drop_extension(3), "payload-incomplete"),
        (_attachment_only, "payload-text"),
        (_untitled_movie, "attachment-title"),
        (_untitled_movie, "attachment-type"),
        (_payload_id_is_no_uuid, "payload-identifier"),
        (_other_category_system, "category-system"),
        (_set(category=[]), "structure-empty"),
        (_set(priority="asap"), "priority"),
        (_set(status="completed"), "communication-status"),
        (_set(identifier=[{"value": "42"}]), "thread-identifier"),
        (_set(encounter={"reference": "Encounter/unknown"}), "encounter-reference"),
        (_stay_without_identifier, "stay-missing"),
        (_nameless_practitioner, "practitioner-name"),
        (_roleless_author, "author-role"),
        (_nobodys_role, "role-practitioner"),
        (_no_payload_in_history, "provenance-payload"),
        (_hospital_activity, "activity-unknown"),
        (_recipient_elsewhere, "recipient-organisation"),
    ],
)
def test_what_refuses_a_letter(edit: Callable[[Resource], None], code: str) -> None:
    bundle = load(TREATMENT)
    edit(bundle)
    found = reading(bundle)
    assert code in {issue.code for issue in found.issues}
    assert refuses(found.issues)


def test_a_letter_of_an_earlier_version_only_warns() -> None:
    bundle = load(TREATMENT)
    old = "http://medcomfhir.dk/ig/carecommunication/medcom-careCommunication-message-definition|4.0.0"
    resource(bundle, "MessageHeader")["definition"] = old
    found = reading(bundle)
    assert {issue.code for issue in found.issues} == {"message-definition"}
    assert found.records


def test_a_treatment_is_no_contact() -> None:
    (treatment,) = reading(load(TREATMENT)).records
    assert isinstance(treatment, Treatment)
    assert (treatment.iv_type, treatment.category) == ("fluid", "1")


@pytest.mark.parametrize("name", ["treatment-modified", "treatment-retracted"])
def test_corrections_hit_the_thread(name: str) -> None:
    (treatment,) = reading(load(TREATMENT)).records
    later = {record.key: record for record in reading(load(f"care-communication/{name}")).records}
    assert later[treatment.key].at == treatment.at
    assert later[treatment.key].stated_at > treatment.stated_at


def test_a_thread_is_one_contact_at_the_time_of_its_first_message() -> None:
    (question,) = reading(load(QUESTION)).records
    (answer,) = reading(load("care-communication/answer-from-doctor")).records
    assert (answer.key, answer.at) == (question.key, question.at)


def test_a_letter_to_a_doctor_by_role_is_a_contact() -> None:
    bundle = load("care-communication/no-contact")
    assert reading(bundle).records == ()
    resource(bundle, "PractitionerRole")["code"][0]["coding"][0]["code"] = "overlaege"
    (contact,) = reading(bundle).records
    assert isinstance(contact, Contact)
    assert contact.contact_with is ContactWith.RESPONSIBLE_PHYSICIAN


def test_a_replacement_number_is_legal_here() -> None:
    bundle = load(QUESTION)
    resource(bundle, "Patient")["identifier"] = [{"system": "urn:oid:1.2.208.176.1.6.1.3.177", "value": "1206550VK9"}]
    found = reading(bundle)
    assert found.issues == ()
    assert found.citizen is not None
    assert found.citizen.system == "urn:oid:1.2.208.176.1.6.1.3.177"


@pytest.mark.parametrize(
    ("system", "value"),
    [
        ("urn:oid:1.2.208.176.1.2", "1206550VK9"),
        ("urn:oid:1.2.208.176.1.6.1.1", "1206550VK9"),
        ("urn:oid:1.2.208.176.1.6.1.3", "1203354033"),
        ("urn:oid:1.2.3", "1203354033"),
    ],
)
def test_a_number_of_another_kind_than_its_system_refuses(system: str, value: str) -> None:
    bundle = load(QUESTION)
    resource(bundle, "Patient")["identifier"] = [{"system": system, "value": value}]
    assert refuses(reading(bundle).issues)
