"""The MedCom Acknowledgement as the receipt of every FHIR message, and acknowledgements that come in."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from mappings.acknowledgement import receipt
from mappings.acknowledgement_outcome import medcom_outcome
from mappings.formats import read
from mappings.reading import Family, Outcome, Reading, Stamp, Verdict
from profiles.issue import Issue, error, refuses, warning
from profiles.structure import check_structure
from settlement.records import Organisation
from tests.mappings.editing import Resource, codes, load, reading, resource
from tests.mappings.golden import MESSAGES, STAMP, samples

TAKEN = samples("hospital-notification", "care-communication", "iv-referral")
CODES = {
    Outcome.ACCEPTED: "ok",
    Outcome.ACCEPTED_WITH_WARNINGS: "ok",
    Outcome.DUPLICATE: "ok",
    Outcome.PARKED: "transient-error",
    Outcome.REFUSED: "fatal-error",
}


def _discharge() -> Reading:
    return reading(load("hospital-notification/discharge"))


def _acknowledged(found: Reading, verdict: Verdict) -> Resource:
    tree: Resource = json.loads(receipt(found, verdict, STAMP).body)
    return tree


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("path", TAKEN, ids=lambda path: path.name)
def test_every_receipt_is_a_sound_acknowledgement(path: Any, outcome: Outcome) -> None:
    _, found = read(path.read_bytes(), None, "")
    answer = receipt(found, Verdict(outcome, found.issues), STAMP)
    form, returned = read(answer.body, Family.FHIR, answer.media_type)
    assert form.name == "medcom-acknowledgement"
    assert returned.issues == ()
    assert returned.fields["responds_to"] == found.letter_id
    assert returned.fields["response_code"] == CODES[outcome]
    assert (returned.sender.gln, returned.receiver.gln) == (found.receiver.gln, found.sender.gln)
    assert answer.media_type.endswith(found.fields["syntax"])


def test_same_arguments_same_bytes_and_another_stamp_only_other_ids_and_times() -> None:
    found, verdict = _discharge(), Verdict(Outcome.REFUSED, (error("x", "Bundle", "No."),))
    later = Stamp("a" * 8 + STAMP.envelope_id[8:], "b" * 8 + STAMP.letter_id[8:], datetime(2026, 11, 2, tzinfo=UTC))
    assert receipt(found, verdict, STAMP) == receipt(found, verdict, STAMP)
    again = json.loads(receipt(found, verdict, later).body)
    assert again["id"] == later.envelope_id
    response = resource(again, "MessageHeader")["response"]
    assert response["identifier"] == found.letter_id
    issues = resource(again, "OperationOutcome")["issue"]
    assert issues == resource(_acknowledged(found, verdict), "OperationOutcome")["issue"]


def test_two_provenances_the_original_first() -> None:
    found = _discharge()
    bundle = _acknowledged(found, Verdict(Outcome.ACCEPTED))
    original, ours = resource(bundle, "Provenance", 0), resource(bundle, "Provenance", 1)
    assert original["activity"]["coding"][0]["code"] == "discharge-inpatient-home"
    assert original["target"][0]["reference"] == f"MessageHeader/{found.letter_id}"
    assert ours["activity"]["coding"][0]["code"] == "acknowledgement"
    assert ours["entity"][0]["what"]["reference"] == f"MessageHeader/{found.letter_id}"


def test_ok_says_nothing_more_unless_there_is_something_to_tell() -> None:
    kinds = [
        entry["resource"]["resourceType"] for entry in _acknowledged(_discharge(), Verdict(Outcome.ACCEPTED))["entry"]
    ]
    assert "OperationOutcome" not in kinds
    told = _acknowledged(_discharge(), Verdict(Outcome.ACCEPTED_WITH_WARNINGS, (warning("x", "Bundle", "Look."),)))
    assert resource(told, "OperationOutcome")["issue"][0]["severity"] == "warning"


@pytest.mark.parametrize(
    ("issue", "code"),
    [
        (error("event-unsupported", "", "x", "not-supported"), "MSG_RECEIVER_UNABLE_TO_RECEIVE_MSG_TYPE"),
        (error("receiver-missing", "", "x"), "MSG_Receiver_Identifier_MISSING"),
        (error("any", "", "x", "code-invalid"), "MSG_VALUESET_VALUE_UNKNOWN"),
        (error("any", "", "x", "value"), "MSG_Datatype_Wrong"),
    ],
)
def test_published_error_codes_where_one_fits(issue: Issue, code: str) -> None:
    details = medcom_outcome("o", Verdict(Outcome.REFUSED, (issue,)))["issue"][0]["details"]
    assert details["coding"][0]["code"] == code


def test_a_finding_that_fits_no_published_code_has_text_only() -> None:
    verdict = Verdict(Outcome.REFUSED, (error("period-order", "", "x", "business-rule"),))
    assert medcom_outcome("o", verdict)["issue"][0]["details"] == {"text": "period-order"}


def test_a_parked_message_is_told_to_wait() -> None:
    outcome = medcom_outcome("o", Verdict(Outcome.PARKED))
    assert outcome["issue"][0]["details"]["coding"][0]["code"] == "MSG_Mailbox_Out_Of_Operation"


@pytest.mark.parametrize("change", [{"letter_id": ""}, {"letter_id": "å" * 70}, {"sender": Organisation(gln="1")}])
def test_what_cannot_be_acknowledged_to_anyone_gets_a_bare_outcome(change: dict[str, Any]) -> None:
    answer = receipt(replace(_discharge(), **change), Verdict(Outcome.REFUSED), STAMP)
    assert not answer.is_message
    assert json.loads(answer.body)["resourceType"] == "OperationOutcome"


def test_unusable_parts_of_the_original_history_are_not_echoed() -> None:
    found = _discharge()
    broken = replace(found, fields=found.fields | {"occurred": "yesterday"})
    bundle = _acknowledged(broken, Verdict(Outcome.ACCEPTED))
    assert len([entry for entry in bundle["entry"] if entry["resource"]["resourceType"] == "Provenance"]) == 1
    assert not refuses(check_structure(bundle))


def test_an_acknowledgement_is_never_answered() -> None:
    for name in ("ok.json", "fatal-error-xml.xml", "refused-no-outcome.json"):
        _, found = read((MESSAGES / "acknowledgement" / name).read_bytes(), None, "")
        assert not found.wants_receipt
        assert found.records == ()


def test_what_an_acknowledgement_must_say() -> None:
    bundle = load("acknowledgement/ok")
    resource(bundle, "MessageHeader")["response"] = {"identifier": "x"}
    assert "response-code" in codes(bundle) or refuses(reading(bundle).issues)
    del resource(bundle, "MessageHeader")["response"]
    assert {"response-identifier", "response-code"} <= codes(bundle)
