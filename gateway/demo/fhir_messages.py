"""FHIR messages as the demo's hospitals, municipalities and questionnaire system write them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from gateway.demo.cast import Actor, Course
from profiles.names import (
    BASE,
    CPR,
    FSIII,
    GLN,
    IV_TREATMENT,
    IV_TYPE_CODES,
    MEDCOM_EVENT_CODES,
    SOR,
    WEIGHT_CATEGORY_CODES,
)
from settlement.records import IvType, WeightCategory

Resource = dict[str, Any]
_NAMESPACE = uuid.UUID("0f6b1f58-3c53-5d0b-8a43-51d1f5f0b3a2")
_MEDCOM = "http://medcomfhir.dk/ig"
FSIII_OF = {
    IvType.ANTIBIOTIC: "f0d23296-29c5-4dc4-942e-3ce4cfdf6741",
    IvType.MEDICINE: "f0d23296-29c5-4dc4-942e-3ce4cfdf6741",
    IvType.CHEMOTHERAPY: "f0d23296-29c5-4dc4-942e-3ce4cfdf6741",
    IvType.FLUID: "e3eabbbe-b1a2-499f-beff-cca6e28c5e5c",
    IvType.NUTRITION: "021b4fae-e0f2-46a7-ad3e-26044d207e03",
}


def ident(*parts: object) -> str:
    """An id that is the same every time for the same parts."""
    return str(uuid.uuid5(_NAMESPACE, "|".join(str(part) for part in parts)))


def stay_of(course: Course, turn: int = 1) -> str:
    """The hospital's identifier of the course's stay number `turn`."""
    return ident("stay", course.number, turn)


def iv_extension(iv_type: IvType | None, category: WeightCategory | None) -> Resource:
    """The project's extension that carries IV type and weight category (profiles/guide)."""
    parts = []
    if iv_type:
        parts.append({"url": "type", "valueCoding": {"system": IV_TYPE_CODES, "code": iv_type.value}})
    if category:
        parts.append({"url": "category", "valueCoding": {"system": WEIGHT_CATEGORY_CODES, "code": category.value}})
    return {"url": IV_TREATMENT, "extension": parts}


def hospital_notification(
    course: Course,
    activities: tuple[tuple[str, datetime], ...],
    status: str,
    encounter: Resource,
    *,
    turn: int = 1,
    deceased: bool = False,
) -> Resource:
    """A MedCom HospitalNotification. activities: the history with its times, the current one last.

    encounter: further elements of the Encounter (period, extension). deceased: the citizen has died (MORS).
    """
    activity, at = activities[-1]
    headers = [ident("header", course.number, turn, name, moment) for name, moment in activities]
    emergency = "emergency" in activity
    visit: Resource = {
        "resourceType": "Encounter",
        "id": ident("encounter", course.number, turn, activity, at),
        "status": status,
        "class": {
            "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode",
            "code": "EMER" if emergency else "IMP",
        },
        "subject": {"reference": f"Patient/{patient_id(course)}"},
        "episodeOfCare": [
            {
                "identifier": {
                    "system": "https://www.esundhed.dk/Registre/Landspatientregisteret",
                    "value": f"urn:uuid:{stay_of(course, turn)}",
                }
            }
        ],
        **encounter,
        "serviceProvider": {"reference": f"Organization/{course.hospital.sor}"},
    }
    header = _header(course, headers[-1], "hospital-notification-message", f"Encounter/{visit['id']}")
    history = [_provenance(course, name, moment, headers, place) for place, (name, moment) in enumerate(activities)]
    header["meta"] = _claiming("hospitalnotification", "medcom-hospitalNotification-messageHeader")
    visit["meta"] = _claiming("hospitalnotification", "medcom-hospitalNotification-encounter")
    history = [entry | {"meta": _claiming("messaging", "medcom-messaging-provenance")} for entry in history]
    profile = f"{_MEDCOM}/hospitalnotification/StructureDefinition/medcom-hospitalNotification-message"
    citizen = _patient(course) | ({"deceasedBoolean": True} if deceased else {})
    return _message(profile, "hospitalnotification", at, [header, citizen, visit, *_parties(course), *history])


def care_communication(course: Course, at: datetime, text: str, *extensions: Resource, category: str) -> Resource:
    """A MedCom CareCommunication, new message, from the hospital to the municipality."""
    header_id = ident("care", course.number, at)
    role = {
        "resourceType": "PractitionerRole",
        "id": ident("role", course.number),
        "practitioner": {"reference": f"Practitioner/{ident('nurse', course.number)}"},
        "code": [
            {
                "coding": [
                    {
                        "system": f"{_MEDCOM}/terminology/CodeSystem/medcom-careCommunication-practitioner-roles",
                        "code": "sygeplejerske",
                    }
                ]
            }
        ],
    }
    nurse = {
        "resourceType": "Practitioner",
        "id": ident("nurse", course.number),
        "name": [{"given": ["Demo"], "family": "Sygeplejerske"}],
    }
    communication: Resource = {
        "resourceType": "Communication",
        "id": ident("communication", course.number, at),
        **({"extension": list(extensions)} if extensions else {}),
        "identifier": [{"value": f"urn:uuid:{ident('care-id', course.number, at)}"}],
        "status": "unknown",
        "category": [
            {
                "coding": [
                    {
                        "system": f"{_MEDCOM}/terminology/CodeSystem/medcom-careCommunication-categoryCodes",
                        "code": category,
                    }
                ]
            }
        ],
        "subject": {"reference": f"Patient/{patient_id(course)}"},
        "topic": {"text": "IV-behandling i hjemmet"},
        "encounter": {"reference": f"Encounter/{ident('care-stay', course.number)}"},
        "payload": [{"extension": _payload_extensions(course, at, role), "contentString": text}],
    }
    stay = {
        "resourceType": "Encounter",
        "id": ident("care-stay", course.number),
        "status": "finished",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP"},
        "subject": {"reference": f"Patient/{patient_id(course)}"},
        "episodeOfCare": [
            {
                "identifier": {
                    "system": "https://www.esundhed.dk/Registre/Landspatientregisteret",
                    "value": f"urn:uuid:{stay_of(course)}",
                }
            }
        ],
    }
    header = _header(course, header_id, "care-communication-message", f"Communication/{communication['id']}")
    header["meta"] = _claiming("carecommunication", "medcom-careCommunication-messageHeader")
    header["definition"] = (
        f"{_MEDCOM}/messagedefinitions/MessageDefinition/MedComCareCommunicationMessageDefinition|5.0"
    )
    entries = [
        header,
        _patient(course),
        stay,
        communication,
        role,
        nurse,
        *_parties(course),
        _with_payload(_provenance(course, "new-message", at, [header_id], 0), communication["payload"][0]),
    ]
    profile = f"{_MEDCOM}/carecommunication/StructureDefinition/medcom-careCommunication-message"
    return _message(profile, "carecommunication", at, entries)


def _with_payload(provenance: Resource, payload: Resource) -> Resource:
    """The provenance names the payload its message adds."""
    identifier = {"value": payload["extension"][-1]["valueIdentifier"]["value"]}
    meta = _claiming("carecommunication", "medcom-careCommunication-provenance")
    return provenance | {"meta": meta, "entity": [{"role": "source", "what": {"identifier": identifier}}]}


def _claiming(guide: str, profile: str) -> Resource:
    return {"profile": [f"{_MEDCOM}/{guide}/StructureDefinition/{profile}"]}


def _payload_extensions(course: Course, at: datetime, role: Resource) -> list[Resource]:
    base = f"{_MEDCOM}/core/StructureDefinition"
    return [
        {"url": f"{base}/medcom-core-datetime-extension", "valueDateTime": at.isoformat()},
        {
            "url": f"{base}/medcom-core-practitioner-extension",
            "valueReference": {"reference": f"PractitionerRole/{role['id']}"},
        },
        {
            "url": f"{base}/medcom-core-contact-extension",
            "valueContactPoint": {"system": "phone", "value": "70000000", "use": "work"},
        },
        {
            "url": f"{base}/medcom-core-identifier-extension",
            "valueIdentifier": {
                "value": f"urn:uuid:{ident('payload', course.number, at)}",
                "assigner": {"reference": f"Organization/{course.hospital.sor}"},
            },
        },
    ]


def patient_id(course: Course) -> str:
    """The id of the citizen's Patient resource."""
    return ident("patient", course.person.cpr)


def _patient(course: Course) -> Resource:
    return {
        "resourceType": "Patient",
        "id": patient_id(course),
        "meta": {"profile": [f"{_MEDCOM}/core/StructureDefinition/medcom-core-patient"]},
        "identifier": [{"system": CPR, "value": course.person.cpr}],
        "name": [{"use": "official", "family": course.person.family, "given": [course.person.given]}],
    }


def organization(actor: Actor) -> Resource:
    """An organisation with its SOR number and GLN."""
    return {
        "resourceType": "Organization",
        "id": actor.sor,
        "meta": {"profile": [f"{_MEDCOM}/messaging/StructureDefinition/medcom-messaging-organization"]},
        "identifier": [{"system": SOR, "value": actor.sor}, {"system": GLN[0], "value": actor.gln}],
        "name": actor.name,
    }


def _parties(course: Course) -> list[Resource]:
    return [organization(course.hospital), organization(course.municipality)]


def _header(course: Course, header_id: str, event: str, focus: str, system: str = MEDCOM_EVENT_CODES) -> Resource:
    use = {
        "url": f"{_MEDCOM}/messaging/StructureDefinition/medcom-messaging-destinationUseExtension",
        "valueCoding": {
            "system": f"{_MEDCOM}/terminology/CodeSystem/medcom-messaging-destinationUse",
            "code": "primary",
        },
    }
    receiver, sender = course.municipality.sor, course.hospital.sor
    return {
        "resourceType": "MessageHeader",
        "id": header_id,
        "eventCoding": {"system": system, "code": event},
        "destination": [
            {
                "extension": [use],
                "endpoint": f"https://sor2.sum.dsdn.dk/#id={receiver}",
                "receiver": {"reference": f"Organization/{receiver}"},
            }
        ],
        "sender": {"reference": f"Organization/{sender}"},
        "source": {"endpoint": f"https://sor2.sum.dsdn.dk/#id={sender}"},
        "focus": [{"reference": focus}],
    }


def _provenance(course: Course, activity: str, at: datetime, headers: list[str], place: int) -> Resource:
    provenance: Resource = {
        "resourceType": "Provenance",
        "id": ident("provenance", headers[place]),
        "target": [{"reference": f"MessageHeader/{headers[place]}"}],
        "occurredDateTime": at.isoformat(),
        "recorded": at.isoformat(),
        "activity": {
            "coding": [{"system": f"{_MEDCOM}/terminology/CodeSystem/medcom-messaging-activityCodes", "code": activity}]
        },
        "agent": [{"who": {"reference": f"Organization/{course.hospital.sor}"}}],
    }
    if place:
        provenance["entity"] = [{"role": "revision", "what": {"reference": f"MessageHeader/{headers[place - 1]}"}}]
    return provenance


def _message(profile: str, guide: str, at: datetime, resources: Iterable[Resource]) -> Resource:
    entries: list[Resource] = [
        {"fullUrl": f"{_MEDCOM}/{guide}/{resource['resourceType']}/{resource['id']}", "resource": resource}
        for resource in resources
    ]
    return {
        "resourceType": "Bundle",
        "id": ident("bundle", *(entry["resource"]["id"] for entry in entries)),
        "meta": {"profile": [profile]},
        "type": "message",
        "timestamp": at.isoformat(),
        "entry": entries,
    }


def referral(course: Course, at: datetime) -> Resource:
    """A referral message of the project's own profile: treatment goes on in the municipality from `at`."""
    request: Resource = {
        "resourceType": "ServiceRequest",
        "id": ident("request", course.number),
        "extension": [iv_extension(course.iv_type, course.category)],
        "identifier": [{"system": f"{BASE}/NamingSystem/local-referral-id", "value": ident("referral", course.number)}],
        "status": "active",
        "intent": "order",
        "code": {"coding": [{"system": FSIII, "code": FSIII_OF[course.iv_type]}], "text": "Intravenøs behandling"},
        "subject": {"reference": f"Patient/{patient_id(course)}"},
        "occurrencePeriod": {"start": at.isoformat(), "end": (at + timedelta(days=10)).isoformat()},
        "authoredOn": at.isoformat(),
        "requester": {"reference": f"Organization/{course.hospital.sor}"},
        "performer": [{"reference": f"Organization/{course.municipality.sor}"}],
    }
    header = _header(
        course,
        ident("referral-header", course.number),
        "iv-referral-message",
        f"ServiceRequest/{request['id']}",
        f"{BASE}/CodeSystem/message-events",
    )
    provenance = _provenance(course, "new-message", at, [header["id"]], 0)
    return _message(
        f"{BASE}/StructureDefinition/iv-referral-message",
        "referral",
        at,
        [header, request, _patient(course), *_parties(course), provenance],
    )
