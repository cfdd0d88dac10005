"""FHIR resources as the demo's municipalities and its questionnaire system write them."""

from __future__ import annotations

from datetime import datetime, timedelta

from gateway.demo.cast import Course, Visit
from gateway.demo.fhir_messages import FSIII_OF, Resource, ident, patient_id, stay_of
from profiles.names import BASE, CPR, FSIII, SOR

_PLANNED_INTERVENTION = "784275f1-6822-4a88-b361-d958007d5253"
QUESTIONNAIRE = f"{BASE}/Questionnaire/iv-at-home"
EQ5D = ("mobility", "self-care", "usual-activities", "pain-discomfort", "anxiety-depression")


def delivery_report(course: Course, visits: tuple[Visit, ...], part: int) -> Resource:
    """A KL Gateway delivery report: the citizen, the planned intervention and the visits so far."""
    citizen = {
        "resourceType": "Patient",
        "id": patient_id(course),
        "meta": {"profile": ["http://fhir.kl.dk/gateway/StructureDefinition/klgateway-care-citizen"]},
        "identifier": [{"system": CPR, "value": course.person.cpr}],
        "active": True,
        "managingOrganization": {"identifier": {"system": SOR, "value": course.municipality.sor}},
    }
    plan = {
        "resourceType": "CarePlan",
        "id": ident("plan", course.number),
        "meta": {"profile": ["http://fhir.kl.dk/gateway/StructureDefinition/klgateway-care-planned-intervention"]},
        "status": "active",
        "intent": "plan",
        "subject": {"reference": f"Patient/{citizen['id']}"},
        "period": {"start": visits[0].start.isoformat()},
        "activity": [
            {
                "detail": {
                    "code": {"coding": [{"system": FSIII, "code": FSIII_OF[course.iv_type]}]},
                    "status": "in-progress",
                }
            }
        ],
    }
    entries: list[Resource] = [citizen, plan, *(_kl_visit(course, visit, plan["id"]) for visit in visits)]
    return {
        "resourceType": "Bundle",
        "id": ident("report", course.number, part),
        "meta": {"profile": ["http://fhir.kl.dk/gateway/StructureDefinition/klgateway-care-delivery-report"]},
        "type": "collection",
        "timestamp": (visits[-1].end + timedelta(hours=2)).isoformat(),
        "entry": [
            {"fullUrl": f"http://fhir.kl.dk/gateway/{one['resourceType']}/{one['id']}", "resource": one}
            for one in entries
        ],
    }


def _kl_visit(course: Course, visit: Visit, plan: object) -> Resource:
    return {
        "resourceType": "Encounter",
        "id": ident("visit", course.number, visit.number),
        "meta": {"profile": ["http://fhir.kl.dk/gateway/StructureDefinition/klgateway-care-general-encounter"]},
        "extension": [
            {
                "url": "http://fhir.kl.dk/gateway/StructureDefinition/BasedOnInterventionExtension",
                "valueReference": {"reference": f"CarePlan/{plan}"},
            }
        ],
        "status": "finished",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "HH"},
        "type": [
            {
                "coding": [
                    {
                        "system": "http://fhir.kl.dk/term/CodeSystem/CareSocialCodes",
                        "code": _PLANNED_INTERVENTION,
                    }
                ]
            }
        ],
        "subject": {"reference": f"Patient/{patient_id(course)}"},
        "period": {"start": visit.start.isoformat(), "end": visit.end.isoformat()},
    }


def encounter(course: Course, visit: Visit) -> Resource:
    """A visit as a plain FHIR Encounter, from a municipality that does not report to the KL Gateway."""
    return {
        "resourceType": "Encounter",
        "id": ident("visit", course.number, visit.number),
        "status": "finished",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "HH"},
        "type": [{"coding": [{"system": FSIII, "code": FSIII_OF[course.iv_type]}]}],
        "subject": {"identifier": {"system": CPR, "value": course.person.cpr}},
        "period": {"start": visit.start.isoformat(), "end": visit.end.isoformat()},
        "serviceProvider": {
            "identifier": {"system": SOR, "value": course.municipality.sor},
            "display": course.municipality.name,
        },
    }


def doctor_contact(course: Course, at: datetime) -> Resource:
    """A contact with the citizen's general practitioner during the course, as the municipality registered it."""
    return {
        "resourceType": "Encounter",
        "id": ident("contact", course.number),
        "status": "finished",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "VR"},
        "type": [{"coding": [{"system": f"{BASE}/CodeSystem/contact-with", "code": "general-practitioner"}]}],
        "subject": {"identifier": {"system": CPR, "value": course.person.cpr}},
        "period": {"start": at.isoformat(), "end": (at + timedelta(minutes=10)).isoformat()},
        "serviceProvider": {
            "identifier": {"system": SOR, "value": course.municipality.sor},
            "display": course.municipality.name,
        },
    }


def questionnaire() -> Resource:
    """The questionnaire the citizens answer: the five EQ-5D-5L dimensions by code (the wording is not ours to give)."""
    return {
        "resourceType": "Questionnaire",
        "id": "iv-at-home",
        "url": QUESTIONNAIRE,
        "version": "1",
        "status": "active",
        "title": "IV-behandling i hjemmet",
        "item": [
            {
                "linkId": name,
                "text": name,
                "type": "choice",
                "required": True,
                "answerOption": [{"valueCoding": {"code": str(level)}} for level in range(1, 6)],
            }
            for name in EQ5D
        ],
    }


def questionnaire_response(course: Course, at: datetime) -> Resource:
    """A citizen's answers, linked to the course through workflow-episodeOfCare."""
    return {
        "resourceType": "QuestionnaireResponse",
        "id": ident("answers", course.number),
        "extension": [
            {
                "url": "http://hl7.org/fhir/StructureDefinition/workflow-episodeOfCare",
                "valueReference": {"identifier": {"value": f"urn:uuid:{stay_of(course)}"}},
            }
        ],
        "identifier": {"value": ident("answers", course.number)},
        "questionnaire": QUESTIONNAIRE,
        "status": "completed",
        "subject": {"identifier": {"system": CPR, "value": course.person.cpr}},
        "authored": at.isoformat(),
        "item": [
            {"linkId": name, "answer": [{"valueCoding": {"code": str(level)}}]}
            for name, level in zip(EQ5D, course.answers or (), strict=True)
        ],
    }
