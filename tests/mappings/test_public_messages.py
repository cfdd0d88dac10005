"""The public examples of MedCom and KL: each is taken in, or refused for the reason the standard gives."""

from __future__ import annotations

from operator import attrgetter
from pathlib import Path

import pytest

from mappings.formats import FALLBACKS, read
from mappings.reading import Family, Outcome, Reading, Verdict
from profiles.issue import Severity, refuses
from settlement.records import Action, Encounter, StayEvent, StayKind
from tests.mappings.editing import load, reading, resource
from tests.mappings.golden import STAMP, outcome_of
from tests.shared import DATA, shared_data

STANDARD_FAULTS = {
    "CareCommunication_Ex_receive_Tek-V-new-dublicate-invalid.json": "payload-incomplete",
    "CareCommunication_Ex_receive_Tek-X-new-dublicate-invalid.json": "payload-incomplete",
    "CareCommunication_Ex_receive_Tek-Y-new-invalid.json": "structure-required",
}
"""What is wrong in MedCom's certification examples that are meant to be refused."""

NAME = attrgetter("name")
EVENTS = {
    "a5e5b880-c087-4055-b9ec-99108695f81d": (StayKind.ADMISSION, Action.NEW),
    "bfab3e80-9584-11ec-b909-0242ac120002": (StayKind.ADMISSION, Action.REVISED),
    "c83671a4-9584-11ec-b909-0242ac120002": (StayKind.ADMISSION, Action.CANCELLED),
    "d3128d9b-cede-4c7f-8904-809eab322d7d": (StayKind.LEAVE, Action.NEW),
    "e94de8ee-bd94-475e-b454-b8fbbef8a685": (StayKind.RETURN, Action.NEW),
    "f4aa42a4-86db-4e68-9b38-9dda0dfd5774": (StayKind.DISCHARGE, Action.NEW),
    "g099bbf3-3fca-4722-a248-bfe1aa956410": (StayKind.DEATH, Action.NEW),
    "h1c8e4a8-6b45-4669-94ad-2a99ad96bf03": (StayKind.ADMISSION, Action.NEW),
    "kcab461b-f44e-4d97-a041-ef7e64800587": (StayKind.DISCHARGE, Action.NEW),
    "ld31e08a-b91f-49c3-841a-ce80e6380517": (StayKind.DEATH, Action.NEW),
    "m908i967-9ie3-9023-b9ec-98108695f01d": (StayKind.ADMISSION, Action.NEW),
    "n73ccf30-80b9-4bd2-bf50-1ac1914498f0": (StayKind.ADMISSION, Action.NEW),
}


def _files(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((DATA / "messages" / folder).glob("*.*"))]


def _read(path: Path) -> Reading:
    return read(shared_data(str(path.relative_to(DATA))).read_bytes(), Family.FHIR, "")[1]


@pytest.mark.parametrize("envelope", EVENTS)
def test_guide_examples_of_hospital_notification(envelope: str) -> None:
    found = _read(DATA / "messages/hospital-notification/ig-3.0.2" / f"Bundle-{envelope}.json")
    assert not refuses(found.issues)
    assert found.envelope_id == envelope
    event = found.records[0]
    assert isinstance(event, StayEvent)
    assert (event.kind, event.action) == EVENTS[envelope]


@pytest.mark.parametrize("path", _files("hospital-notification/ig-3.0.2", "hospital-notification/receive"), ids=NAME)
def test_every_hospital_notification_is_taken_in(path: Path) -> None:
    found = _read(path)
    assert not refuses(found.issues)
    assert found.records
    assert found.citizen is not None


@pytest.mark.parametrize("path", _files("care-communication/ig-5.0.2", "care-communication/receive"), ids=NAME)
def test_care_communications(path: Path) -> None:
    found = _read(path)
    faults = {issue.code for issue in found.issues if issue.severity is not Severity.WARNING}
    assert faults == ({STANDARD_FAULTS[path.name]} if path.name in STANDARD_FAULTS else set())
    assert found.format == "medcom-care-communication"


@pytest.mark.parametrize("path", _files("acknowledgement/ig-2.0.3", "acknowledgement/receive-xml"), ids=NAME)
def test_acknowledgements_are_taken_in_and_never_answered(path: Path) -> None:
    found = _read(path)
    assert not refuses(found.issues)
    if found.format == "medcom-empty":
        assert found.wants_receipt
        return
    assert not found.wants_receipt
    assert found.fields["responds_to"]
    assert found.fields["response_code"] in ("ok", "transient-error", "fatal-error")


@pytest.mark.parametrize("path", _files("kl-gateway/delivery-reports"), ids=NAME)
def test_delivery_reports(path: Path) -> None:
    found = _read(path)
    assert not refuses(found.issues)
    assert found.sender.sor
    assert all(isinstance(record, Encounter) and record.iv is False for record in found.records)


def test_a_report_with_visits() -> None:
    report = "Bundle-832c69db-98b5-4aee-ab00-c24967e89d25.json"
    visits = _read(DATA / "messages/kl-gateway/delivery-reports" / report).records
    minutes = [
        (visit.end - visit.at).total_seconds() / 60 for visit in visits if isinstance(visit, Encounter) and visit.end
    ]
    assert minutes == [20, 20, 20]


@pytest.mark.parametrize("path", _files("home-care-observation/ig-1.2.1"), ids=NAME)
def test_other_messages_are_refused_as_a_kind_not_received(path: Path) -> None:
    form, found = read(shared_data(str(path.relative_to(DATA))).read_bytes(), None, "")
    assert outcome_of(found) is Outcome.REFUSED
    receipt = form.receipt(found, Verdict(Outcome.REFUSED, found.issues), STAMP)
    assert b"MSG_RECEIVER_UNABLE_TO_RECEIVE_MSG_TYPE" in receipt.body
    assert form is not FALLBACKS[Family.FHIR]


def test_a_message_of_a_foreign_kind_is_told_so_first() -> None:
    bundle = load("hospital-notification/discharge")
    header = resource(bundle, "MessageHeader")
    header["eventUri"] = "http://example.org/event"
    del header["eventCoding"]
    assert reading(bundle).issues[0].code == "event-unsupported"
