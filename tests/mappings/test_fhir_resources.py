"""Referrals, delivery reports, single visits and answers: rules beyond the golden samples."""

from __future__ import annotations

import pytest

from mappings.fhir_visits import intervention, visit_times
from profiles.issue import refuses
from profiles.names import FSIII, IV_TYPE_CODES, SKS
from settlement.records import Action, Answers, Contact, ContactWith, Encounter, Treatment
from tests.mappings.editing import codes, load, reading, resource


def test_a_renumbered_referral_takes_the_old_one_back() -> None:
    (first,) = reading(load("iv-referral/new")).records
    later, old = reading(load("iv-referral/update-renumbered")).records
    assert (old.key, old.action) == (first.key, Action.CANCELLED)
    assert later.key != first.key


def test_an_update_and_a_cancellation_hit_the_referral() -> None:
    (first,) = reading(load("iv-referral/new")).records
    (update,) = reading(load("iv-referral/update")).records
    (cancel,) = reading(load("iv-referral/cancel")).records
    assert first.key == update.key == cancel.key
    assert (update.action, cancel.action) == (Action.REVISED, Action.CANCELLED)


def test_a_referral_goes_to_its_performer_else_to_the_receiver() -> None:
    bundle = load("iv-referral/new")
    del resource(bundle, "ServiceRequest")["performer"]
    (treatment,) = reading(bundle).records
    assert isinstance(treatment, Treatment)
    assert treatment.municipality.municipality == "0751"


def test_a_referrals_only_destination_needs_no_use() -> None:
    bundle = load("iv-referral/new")
    (destination,) = resource(bundle, "MessageHeader")["destination"]
    del destination["extension"]
    assert reading(bundle).issues == ()
    resource(bundle, "MessageHeader")["destination"].append(dict(destination))
    assert "destination-primary" in codes(bundle)


def test_the_code_alone_may_say_the_iv_type() -> None:
    bundle = load("iv-referral/new")
    request = resource(bundle, "ServiceRequest")
    del request["extension"]
    (treatment,) = reading(bundle).records
    assert isinstance(treatment, Treatment)
    assert (treatment.iv_type, treatment.category) == ("medicine", None)
    request["code"]["coding"] = [{"system": SKS, "code": "ZZ0000"}]
    assert codes(bundle) == {"iv-type-missing"}


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("status", "draft", "referral-status"),
        ("intent", "plan", "referral-intent"),
        ("identifier", [{"value": "1"}], "referral-identifier"),
        ("authoredOn", "2026-10-09", "referral-written"),
        ("code", {"text": "IV"}, "referral-code"),
        ("subject", {"reference": "Patient/x"}, "subject"),
        ("occurrencePeriod", {"start": "2026-10-10"}, "referral-period"),
        ("code", {"coding": [{"system": IV_TYPE_CODES, "code": "air"}]}, "iv-type-unknown"),
    ],
)
def test_what_refuses_a_referral(field: str, value: object, code: str) -> None:
    bundle = load("iv-referral/new")
    resource(bundle, "ServiceRequest")[field] = value
    assert code in codes(bundle)
    assert reading(bundle).records == ()


def test_a_delivery_about_several_citizens_is_refused() -> None:
    delivery, other = load("kl-gateway/incremental"), load("kl-gateway/visits")
    resource(other, "Patient")["identifier"][0]["value"] = "1203354041"
    delivery["entry"].append({"fullUrl": "https://havneby.example/Bundle/2", "resource": other})
    assert "several-citizens" in codes(delivery)


def test_a_visit_with_any_iv_intervention_is_an_iv_visit() -> None:
    concepts = [{"coding": [{"system": FSIII, "code": code}]} for code in ("H1.1", "G1.24", "G1.20")]
    assert intervention(concepts).iv is True
    assert intervention(concepts).code == "G1.24"
    assert intervention(concepts[:1]).iv is False
    assert intervention([]).iv is None


def test_a_visit_by_date_has_no_time_spent() -> None:
    times = visit_times({"status": "finished", "period": {"start": "2026-10-25"}}, "Encounter")
    assert times.at is not None
    assert times.at.isoformat() == "2026-10-25T00:00:00+02:00"
    assert times.end is None
    assert [issue.code for issue in times.issues] == ["visit-start"]


def test_a_visit_over_the_change_of_clocks_lasts_as_long_as_it_lasts() -> None:
    period = {"start": "2026-10-25T02:30:00+02:00", "end": "2026-10-25T02:30:00+01:00"}
    times = visit_times({"status": "finished", "period": period}, "Encounter")
    assert times.at is not None
    assert times.end is not None
    assert (times.end - times.at).total_seconds() == 3600


@pytest.mark.parametrize("name", ["visit-corrected", "visit-cancelled"])
def test_a_change_is_a_new_letter_about_the_same_visit(name: str) -> None:
    first, later = reading(load("fhir-encounter/visit")), reading(load(f"fhir-encounter/{name}"))
    assert first.letter_id != later.letter_id
    assert first.records[0].key == later.records[0].key
    assert later.records[0].stated_at > first.records[0].stated_at


def test_who_was_contacted() -> None:
    contacts = {
        "contact-general-practitioner": ContactWith.GENERAL_PRACTITIONER,
        "contact-on-call-doctor": ContactWith.ON_CALL_DOCTOR,
    }
    for name, contact_with in contacts.items():
        (contact,) = reading(load(f"fhir-encounter/{name}")).records
        assert isinstance(contact, Contact)
        assert contact.contact_with is contact_with


def test_a_visit_that_cannot_be_named_is_refused() -> None:
    visit = load("fhir-encounter/visit")
    del visit["id"]
    assert "identifier-missing" in codes(visit)
    visit["identifier"] = [{"system": "urn:oid:1.2.208.999.2", "value": "17"}]
    (record,) = reading(visit).records
    assert isinstance(record, Encounter)
    assert record.key == "encounter:urn:oid:1.2.208.999.2|17"


def test_a_planned_visit_is_no_visit_yet() -> None:
    found = reading(load("fhir-encounter/planned"))
    assert (found.records, found.issues) == ((), ())


def test_answers_below_groups_and_answers_are_read() -> None:
    (answers,) = reading(load("pro/answers")).records
    assert isinstance(answers, Answers)
    assert [answer.link_id for answer in answers.answers] == ["q1", "q2", "q3", "q3a"]
    assert answers.completed
    assert answers.episode == "0f0e0d0c-1111-4a4a-8b8b-123456789abc"


def test_an_episode_may_be_named_by_reference() -> None:
    response = load("pro/answers")
    response["extension"][0]["valueReference"] = {"reference": "https://pro.example/EpisodeOfCare/ab-12"}
    (answers,) = reading(response).records
    assert isinstance(answers, Answers)
    assert answers.episode == "ab-12"


def test_unfinished_answers_are_kept_as_such() -> None:
    response = load("pro/answers")
    response["status"] = "in-progress"
    (answers,) = reading(response).records
    assert isinstance(answers, Answers)
    assert not answers.completed


def test_the_questionnaire_is_read() -> None:
    fields = reading(load("pro/questionnaire")).fields
    assert fields["canonical"] == "https://pro.example/Questionnaire/hverdag|2"
    assert fields["questions"] == ["g1", "q1", "q2", "q3"]


def test_a_citizen_must_be_identified() -> None:
    response = load("pro/answers")
    response["subject"] = {"reference": "Patient/1"}
    assert refuses(reading(response).issues)
