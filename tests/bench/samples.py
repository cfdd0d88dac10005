"""What the validators are timed on: invented resources of R4, and MedCom messages where they are at hand."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "example",
    "identifier": [{"system": "urn:oid:1.2.208.176.1.2", "value": "0101405001"}],
    "name": [{"use": "official", "family": "Lyngholm", "given": ["Anna"]}],
    "gender": "female",
    "birthDate": "2040-01-01",
}
ENCOUNTER: dict[str, Any] = {
    "resourceType": "Encounter",
    "id": "visit",
    "status": "finished",
    "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "HH"},
    "subject": {"reference": "Patient/example"},
    "period": {"start": "2026-10-01T08:00:00+02:00", "end": "2026-10-01T08:40:00+02:00"},
}
OBSERVATION: dict[str, Any] = {
    "resourceType": "Observation",
    "id": "weight",
    "status": "final",
    "code": {"text": "Body weight"},
    "subject": {"reference": "Patient/example"},
    "effectiveDateTime": "2026-10-01T08:10:00+02:00",
    "valueQuantity": {"value": 71.5, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"},
}
HOSPITAL = "medcom.fhir.dk.hospitalnotification#3.0.2"
CARE = "medcom.fhir.dk.carecommunication#5.0.2"
_MESSAGES = {
    "hospital_notification_12_7_kb": (HOSPITAL, "hospital-notification/ig-3.0.2/Bundle-a5e5b880*.json"),
    "care_communication": (CARE, "care-communication/ig-5.0.2/Bundle-0d5b3c18*.json"),
}


@dataclass(frozen=True, slots=True)
class Sample:
    """A resource to be timed on. guide: the package it is judged by, "" for base R4; profile: of the whole of it."""

    name: str
    resource: dict[str, Any]
    guide: str = ""
    profile: str = ""


def collection(count: int) -> dict[str, Any]:
    """A Bundle of so many entries: patients, their visits and weights."""
    kinds = (PATIENT, ENCOUNTER, OBSERVATION)
    entries = [
        {
            "fullUrl": f"https://a.example/{kind['resourceType']}/{kind['id']}-{at}",
            "resource": {**kind, "id": f"{kind['id']}-{at}"},
        }
        for at in range(count)
        for kind in (kinds[at % 3],)
    ]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def referring(count: int) -> dict[str, Any]:
    """A Bundle of so many references: observations of one patient."""
    entries: list[dict[str, Any]] = [{"fullUrl": "https://a.example/Patient/example", "resource": PATIENT}]
    for at in range(count):
        resource = {**OBSERVATION, "id": f"w{at}"}
        entries.append({"fullUrl": f"https://a.example/Observation/w{at}", "resource": resource})
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def samples(data: Path) -> list[Sample]:
    """The resources, and the messages that lie in data/messages."""
    found = [
        Sample("patient", PATIENT),
        Sample("encounter", ENCOUNTER),
        Sample("observation", OBSERVATION),
        Sample("bundle_of_20", collection(20)),
    ]
    for name, (guide, pattern) in _MESSAGES.items():
        path = next((data / "messages").glob(pattern), None)
        if path is not None:
            message = json.loads(path.read_bytes())
            found.append(Sample(name, message, guide, message["meta"]["profile"][0]))
    return found


def with_new_narratives(resource: dict[str, Any], count: int) -> list[dict[str, Any]]:
    """Copies of a resource that differ in every narrative, so that nothing is gained by having seen the same text."""
    text = json.dumps(resource)
    return [json.loads(text.replace("</div>", f" {at}</div>")) for at in range(count)]
