"""Messages are judged by the MessageDefinition their header names."""

from __future__ import annotations

from typing import Any

import pytest

from tests.profiles.samples import BASE, Json, element, found, observation, patient, profile

HOST = "https://example.org/fhir"
EVENT = {"system": "http://own.example/events", "code": "sent"}
ACTIVE = profile("active", "Patient", element("Patient.active", min=1))
DEFINITION: Json = {
    "resourceType": "MessageDefinition",
    "url": "http://own.example/MessageDefinition/m",
    "status": "active",
    "date": "2026-01-01",
    "eventCoding": EVENT,
    "focus": [{"code": "Patient", "profile": f"{BASE}active", "min": 1, "max": "1"}],
}


def _message(focus: Json, **more: Any) -> Json:
    header = {
        "resourceType": "MessageHeader",
        "id": "1",
        "eventCoding": EVENT,
        "definition": DEFINITION["url"],
        "source": {"endpoint": "http://own.example"},
        "focus": [{"reference": f"{focus['resourceType']}/{focus['id']}"}],
        **more,
    }
    entries = [{"fullUrl": f"{HOST}/{one['resourceType']}/{one['id']}", "resource": one} for one in (header, focus)]
    return {"resourceType": "Bundle", "type": "message", "entry": entries}


HEADER = "Bundle.entry[0].resource"


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (_message(patient(id="1", active=True)), []),
        (_message(patient(id="1")), [f"error message-focus-profile {HEADER}.focus[0]"]),
        (
            _message(observation(id="1")),
            [f"error message-focus {HEADER}.focus[0]", f"error message-focus-number {HEADER}"],
        ),
        (
            _message(patient(id="1", active=True), eventCoding=EVENT | {"code": "taken"}),
            [f"error message-event {HEADER}"],
        ),
        (_message(patient(id="1"), definition="http://own.example/other"), []),
    ],
)
def test_messages(message: Json, expected: list[str]) -> None:
    codes = [one for one in found(message, DEFINITION, ACTIVE) if "coding-undecided" not in one]
    assert codes == expected


@pytest.mark.parametrize("event", ["sent", ["sent"], 1])
def test_an_event_of_another_shape_is_told_and_stops_nothing(event: Any) -> None:
    codes = found(_message(patient(id="1", active=True), eventCoding=event), DEFINITION, ACTIVE)
    assert f"error message-event {HEADER}" in codes
