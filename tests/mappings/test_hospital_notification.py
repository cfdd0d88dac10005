"""HospitalNotification: what refuses a message, what only warns, and what corrections hit."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mappings.codes import table
from profiles.issue import refuses
from profiles.names import IV_TREATMENT
from settlement.records import Action, StayEvent, StayKind, Treatment
from tests.mappings.editing import Resource, codes, load, reading, resource

DISCHARGE = "hospital-notification/discharge"


def _event(name: str) -> StayEvent:
    event = reading(load(f"hospital-notification/{name}")).records[0]
    assert isinstance(event, StayEvent)
    return event


@pytest.mark.parametrize(
    ("first", "later", "action"),
    [
        ("admit-inpatient", "admit-inpatient-revised", Action.REVISED),
        ("admit-inpatient", "admit-inpatient-cancelled", Action.CANCELLED),
        ("leave", "leave-revised", Action.REVISED),
        ("leave", "leave-cancelled", Action.CANCELLED),
        ("discharge", "discharge-revised", Action.REVISED),
        ("discharge", "discharge-cancelled", Action.CANCELLED),
    ],
)
def test_a_correction_hits_the_event_it_corrects(first: str, later: str, action: Action) -> None:
    before, after = _event(first), _event(later)
    assert (after.key, after.kind) == (before.key, before.kind)
    assert after.action is action
    assert after.stated_at > before.stated_at


def test_a_death_is_taken_back() -> None:
    death = _event("death")
    events = reading(load("hospital-notification/death-cancelled")).records
    assert death.kind is StayKind.DEATH
    assert (death.key, Action.CANCELLED) in {(event.key, event.action) for event in events}


def test_two_leaves_of_a_stay_are_two_events() -> None:
    bundle = load("hospital-notification/leave")
    resource(bundle, "MessageHeader")["id"] = "another-leave"
    bundle["entry"][0]["fullUrl"] = "https://medcomfhir.dk/ig/hospitalnotification/MessageHeader/another-leave"
    resource(bundle, "Provenance", 1)["target"] = [{"reference": "MessageHeader/another-leave"}]
    assert reading(bundle).records[0].key != _event("leave").key


def test_a_correction_without_its_history_still_hits_what_it_names() -> None:
    bundle = load("hospital-notification/leave-revised")
    current = resource(bundle, "Provenance", 2)
    keep = ("MessageHeader", "Patient", "Encounter", "Organization")
    bundle["entry"] = [entry for entry in bundle["entry"] if entry["resource"]["resourceType"] in keep]
    bundle["entry"].append({"fullUrl": "https://medcomfhir.dk/ig/p/1", "resource": current})
    assert reading(bundle).records[0].key == _event("leave").key


def test_a_history_that_goes_in_circles_ends() -> None:
    bundle = load("hospital-notification/leave-revised")
    mine = resource(bundle, "MessageHeader")["id"]
    before = resource(bundle, "Provenance", 1)
    before["activity"]["coding"][0]["code"] = "revise-start-leave-inpatient"
    before["entity"] = [{"role": "revision", "what": {"reference": f"MessageHeader/{mine}"}}]
    assert reading(bundle).records


def test_the_treatment_is_read() -> None:
    treatment = reading(load(DISCHARGE)).records[1]
    assert isinstance(treatment, Treatment)
    assert (treatment.iv_type, treatment.category) == ("antibiotic", "2")
    assert treatment.at.isoformat() == "2026-10-09T14:10:00+02:00"
    assert treatment.ends_at is not None


def test_a_discharge_without_the_extension_states_no_treatment() -> None:
    bundle = load(DISCHARGE)
    del resource(bundle, "Encounter")["extension"]
    assert [type(record) for record in reading(bundle).records] == [StayEvent]


def test_a_code_of_another_system_is_no_category() -> None:
    bundle = load(DISCHARGE)
    stated = next(item for item in resource(bundle, "Encounter")["extension"] if item["url"] == IV_TREATMENT)
    stated["extension"][1]["valueCoding"]["system"] = "http://example.org/other"
    assert "iv-category-unknown" in codes(bundle)


def test_the_hospitals_own_stay_id_comes_before_lpr3() -> None:
    bundle = load(DISCHARGE)
    lpr3 = {"system": "https://www.esundhed.dk/Registre/Landspatientregisteret", "value": "urn:uuid:" + "a" * 8}
    resource(bundle, "Encounter")["episodeOfCare"].insert(0, {"identifier": lpr3})
    event = reading(bundle).records[0]
    assert isinstance(event, StayEvent)
    assert event.stay == "0f0e0d0c11114a4a8b8b123456789abc"


def _without(resource_type: str) -> Callable[[Resource], None]:
    def edit(bundle: Resource) -> None:
        bundle["entry"] = [entry for entry in bundle["entry"] if entry["resource"]["resourceType"] != resource_type]

    return edit


def _two_patients(bundle: Resource) -> None:
    other = {**resource(bundle, "Patient"), "id": "other"}
    bundle["entry"].append({"fullUrl": "https://medcomfhir.dk/ig/Patient/other", "resource": other})


def _copy_receiver(bundle: Resource) -> None:
    destinations = resource(bundle, "MessageHeader")["destination"]
    copy = {**destinations[0], "extension": [{**destinations[0]["extension"][0], "valueCoding": {"code": "cc"}}]}
    destinations.append(copy)


def _replacement_number(bundle: Resource) -> None:
    numbers = resource(bundle, "Patient")["identifier"]
    numbers.append({"system": "urn:oid:1.2.208.176.1.6.1.1", "value": "0703921VJ4"})


def _bad_gln(bundle: Resource) -> None:
    resource(bundle, "Organization")["identifier"][0]["value"] = "5799990000018"


def _short_sor(bundle: Resource) -> None:
    resource(bundle, "Organization")["identifier"][1]["value"] = "123"


def _no_period(bundle: Resource) -> None:
    resource(bundle, "Encounter")["period"] = {"end": "2026-10-09T14:10:00+02:00"}


def _start_by_day(bundle: Resource) -> None:
    resource(bundle, "Encounter")["period"]["start"] = "2026-10-05"


def _ends_first(bundle: Resource) -> None:
    resource(bundle, "Encounter")["period"]["end"] = "2026-10-01T00:00:00+02:00"


def _ends_an_hour_early(bundle: Resource) -> None:
    resource(bundle, "Encounter")["period"]["end"] = "2026-10-05T07:30:00+02:00"


def _no_stay(bundle: Resource) -> None:
    resource(bundle, "Encounter")["episodeOfCare"] = [{"reference": "EpisodeOfCare/1"}]


def _diagnosis(bundle: Resource) -> None:
    resource(bundle, "Encounter")["diagnosis"] = [{"condition": {"display": "x"}}]


def _entered_in_error(bundle: Resource) -> None:
    resource(bundle, "Encounter")["status"] = "entered-in-error"


def _on_leave_without_period(bundle: Resource) -> None:
    resource(bundle, "Encounter")["status"] = "onleave"


def _status_of_base_fhir(bundle: Resource) -> None:
    resource(bundle, "Encounter")["status"] = "planned"


def _other_subject(bundle: Resource) -> None:
    resource(bundle, "Encounter")["subject"] = {"reference": "Patient/unknown"}


def _no_header_id(bundle: Resource) -> None:
    del resource(bundle, "MessageHeader")["id"]


def _foreign_event_system(bundle: Resource) -> None:
    resource(bundle, "MessageHeader")["eventCoding"]["system"] = "http://example.org/events"


def _two_focuses(bundle: Resource) -> None:
    header = resource(bundle, "MessageHeader")
    header["focus"] = header["focus"] * 2


def _header_last(bundle: Resource) -> None:
    bundle["entry"].append(bundle["entry"].pop(0))


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (_without("Provenance"), "provenance-missing"),
        (_without("Encounter"), "focus"),
        (_without("Patient"), "patient-count"),
        (_without("Organization"), "sender-missing"),
        (_two_patients, "patient-count"),
        (_copy_receiver, "destination-cc"),
        (_replacement_number, "cpr-only"),
        (_bad_gln, "gln-check-digit"),
        (_short_sor, "sor-digits"),
        (_no_period, "period-start"),
        (_start_by_day, "period-start"),
        (_ends_first, "per-1"),
        (_ends_an_hour_early, "period-order"),
        (_no_stay, "stay-missing"),
        (_diagnosis, "not-allowed"),
        (_entered_in_error, "advis-entered-in-error"),
        (_on_leave_without_period, "leave-start"),
        (_status_of_base_fhir, "encounter-status"),
        (_other_subject, "subject"),
        (_no_header_id, "letter-id"),
        (_two_focuses, "focus"),
        (_foreign_event_system, "event-system"),
    ],
)
def test_what_refuses_a_notification(edit: Callable[[Resource], None], code: str) -> None:
    bundle = load(DISCHARGE)
    edit(bundle)
    found = reading(bundle)
    assert code in {issue.code for issue in found.issues}
    assert refuses(found.issues)
    assert found.records == ()


def test_a_header_that_is_not_first_refuses() -> None:
    bundle = load(DISCHARGE)
    _header_last(bundle)
    assert refuses(reading(bundle).issues)


def test_class_and_status_that_do_not_go_with_the_activity_only_warn() -> None:
    bundle = load(DISCHARGE)
    resource(bundle, "Encounter").update(status="in-progress")
    resource(bundle, "Encounter")["class"]["code"] = "EMER"
    found = reading(bundle)
    assert {issue.code for issue in found.issues} == {"advis-class", "advis-status"}
    assert found.records


def test_a_discharge_without_an_end_takes_the_time_it_was_stated() -> None:
    bundle = load(DISCHARGE)
    del resource(bundle, "Encounter")["period"]["end"]
    found = reading(bundle)
    assert {issue.code for issue in found.issues} == {"discharge-time"}
    assert found.records[0].at.isoformat() == "2026-10-09T14:12:00+02:00"


@pytest.mark.parametrize("activity", table("stay-activities"))
def test_every_published_activity_makes_an_event(activity: str) -> None:
    row = table("stay-activities")[activity]
    bundle = load("hospital-notification/return")
    encounter = resource(bundle, "Encounter")
    encounter["class"]["code"] = row["classes"]
    encounter["status"] = row["statuses"] or "in-progress"
    encounter["period"]["end"] = "2026-10-09T10:00:00+02:00"
    resource(bundle, "Provenance", 2)["activity"]["coding"][0]["code"] = activity
    found = reading(bundle)
    assert not found.issues
    event = found.records[0]
    assert isinstance(event, StayEvent)
    assert (event.kind, event.action) == (row["kind"], row["action"])


def test_the_letter_is_the_same_when_it_is_sent_again() -> None:
    first, again, changed = load(DISCHARGE), load(DISCHARGE), load(DISCHARGE)
    again.update(id="another-envelope", timestamp="2026-10-09T14:50:00+02:00")
    resource(changed, "Encounter")["period"]["end"] = "2026-10-09T14:11:00+02:00"
    hashes = [reading(bundle).letter_hash for bundle in (first, again, changed)]
    assert hashes[0] == hashes[1] != hashes[2]


def test_no_finding_repeats_the_citizens_number() -> None:
    bundle = load(DISCHARGE)
    for number in ("1203354034", "9903354033", "12033540339", "abc"):
        resource(bundle, "Patient")["identifier"][0]["value"] = number
        found = reading(bundle)
        assert found.issues
        assert all(number not in f"{issue.text}{issue.where}" for issue in found.issues)
