"""The demo month as a list of sendings: who sends which bytes through which door, in the order they leave."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from gateway.demo import hl7v2, letters, municipal
from gateway.demo.cast import Course, Visit, cast
from gateway.demo.fhir_messages import Resource, care_communication, hospital_notification, iv_extension, referral
from gateway.demo.mistakes import mistakes
from gateway.demo.sending import FHIR_JSON, FHIR_XML, MLLP, PROCESS_MESSAGE, XML, Sending, as_json, as_xml
from settlement.records import WeightCategory

HN = "http://medcomfhir.dk/ig/hospitalnotification"
READMITTED_AFTER = {7: timedelta(days=6), 25: timedelta(days=11)}
KL_MUNICIPALITIES = ("0751", "0730", "0615")


def month() -> tuple[Sending, ...]:
    """Everything that is sent, the questionnaire first and the mistakes and repeats last."""
    regular = sorted(
        (sending for course in cast() for sending in course_sendings(course)),
        key=lambda sending: (sending.leaves, sending.label),
    )
    ordered = _out_of_order(regular)
    definition = Sending(
        "questionnaire", "/fhir/Questionnaire/iv-at-home", as_json(municipal.questionnaire()), FHIR_JSON, "PUT"
    )
    return (definition, *ordered, *mistakes(ordered))


def _out_of_order(sendings: list[Sending]) -> list[Sending]:
    """Every seventh sending leaves five places late: networks do that, and episodes must not care."""
    places = [(place + (5.5 if place % 7 == 3 else 0), sending) for place, sending in enumerate(sendings)]
    return [sending for _, sending in sorted(places, key=lambda pair: pair[0])]


def course_sendings(course: Course) -> Iterator[Sending]:
    """Everything that is sent about one course, in no particular order."""
    yield from _stay(course)
    if course.comes_home:
        yield from _handover(course)
    yield from _visits(course)
    yield from _quirk(course)
    if course.answers:
        at = course.discharged + timedelta(days=6)
        response = municipal.questionnaire_response(course, at)
        door = f"/fhir/QuestionnaireResponse/{response['id']}"
        yield Sending("answers", door, as_json(response), FHIR_JSON, "PUT", at)


def _stay(course: Course) -> Iterator[Sending]:
    """Admission and discharge, as HL7 v2 or as HospitalNotification."""
    if course.carrier == "hl7v2":
        yield Sending("admission (HL7 v2)", MLLP, hl7v2.admission(course), leaves=course.admitted)
        if course.number % 16 == 2:
            yield Sending("discharge (HL7 v2)", MLLP, hl7v2.discharge(course), leaves=course.discharged)
        else:
            yield Sending("update (HL7 v2)", MLLP, hl7v2.update(course), leaves=course.admitted + timedelta(hours=2))
            plain = replace(course, category=None)
            yield Sending("discharge (HL7 v2)", MLLP, hl7v2.discharge(plain), leaves=course.discharged)
            yield Sending("referral (HL7 v2)", MLLP, hl7v2.referral(course), leaves=course.discharged)
        return
    yield _notification(course, (("admit-inpatient", course.admitted),), "in-progress", start=course.admitted)
    if course.quirk == "admission-cancelled":
        later = course.admitted + timedelta(hours=5)
        history = (("admit-inpatient", course.admitted), ("cancel-admit-inpatient", later))
        yield _notification(course, history, "entered-in-error", start=course.admitted)
        return
    if course.quirk == "died":
        died = course.admitted + timedelta(days=2)
        history = (("admit-inpatient", course.admitted), ("admit-inpatient", died))
        yield _notification(course, history, "finished", start=course.admitted, end=died, deceased=True)
        return
    yield _discharge(course)


def _discharge(course: Course) -> Sending:
    late = timedelta(days=9) if course.quirk == "late-discharge" else timedelta()
    history = (("admit-inpatient", course.admitted), ("discharge-inpatient-home", course.discharged))
    extensions = []
    if course.carrier.startswith("notification"):
        extensions = [iv_extension(course.iv_type, course.category)]
    return _notification(
        course, history, "finished", start=course.admitted, end=course.discharged, late=late, extensions=extensions
    )


def _notification(
    course: Course,
    history: tuple[tuple[str, datetime], ...],
    status: str,
    *,
    start: datetime,
    end: datetime | None = None,
    late: timedelta = timedelta(),
    turn: int = 1,
    deceased: bool = False,
    extensions: Sequence[Resource] = (),
) -> Sending:
    period = {"start": start.isoformat()} | ({"end": end.isoformat()} if end else {})
    encounter = {"period": period} | ({"extension": list(extensions)} if extensions else {})
    message = hospital_notification(course, history, status, encounter, turn=turn, deceased=deceased)
    label = f"notification {history[-1][0]}"
    leaves = history[-1][1] + late
    if course.carrier == "notification-xml":
        return Sending(f"{label} (XML)", PROCESS_MESSAGE, as_xml(message), FHIR_XML, leaves=leaves)
    return Sending(label, PROCESS_MESSAGE, as_json(message), FHIR_JSON, leaves=leaves)


def _handover(course: Course) -> Iterator[Sending]:
    """The message that says IV type and weight category, where the notification does not."""
    at = letters.sent_at(course)
    if course.carrier in ("xdis18", "xref15", "xref22"):
        yield Sending(course.carrier.upper(), "/medcom", letters.letter(course, course.carrier, at), XML, leaves=at)
    if course.carrier == "referral":
        yield Sending(
            "IV referral", PROCESS_MESSAGE, as_json(referral(course, course.discharged)), FHIR_JSON, leaves=at
        )
    if course.carrier == "care-communication":
        yield _care(
            course, at, "Borgeren fortsætter IV-behandling i eget hjem.", iv_extension(course.iv_type, course.category)
        )


def _care(course: Course, at: datetime, text: str, *extensions: Resource) -> Sending:
    message = care_communication(course, at, text, *extensions, category="extended-care-responsibility")
    return Sending("care communication", PROCESS_MESSAGE, as_json(message), FHIR_JSON, leaves=at)


def _visits(course: Course) -> Iterator[Sending]:
    """Delivery reports half-way and at the end, the second repeating the first; Viborg sends plain encounters."""
    if not course.visits:
        return
    if course.municipality.kommune in KL_MUNICIPALITIES:
        for part, visits in enumerate((course.visits[: len(course.visits) // 2], course.visits), 1):
            report = municipal.delivery_report(course, visits, part)
            leaves = visits[-1].end + timedelta(hours=2)
            yield Sending("delivery report", "/fhir", as_json(report), FHIR_JSON, leaves=leaves)
        return
    for visit in course.visits:
        yield _encounter(course, visit)


def _encounter(course: Course, visit: Visit) -> Sending:
    resource = municipal.encounter(course, visit)
    return Sending("encounter", f"/fhir/Encounter/{resource['id']}", as_json(resource), FHIR_JSON, "PUT", visit.end)


def _quirk(course: Course) -> Iterator[Sending]:
    if course.quirk == "readmitted":
        again = course.discharged + READMITTED_AFTER[course.number]
        yield _notification(course, (("admit-inpatient", again),), "in-progress", start=again, turn=2)
    if course.quirk == "category-changed":
        at = course.discharged + timedelta(days=2)
        yield _care(course, at, "Tyngdekategorien ændres.", iv_extension(course.iv_type, WeightCategory.FOUR))
    if course.quirk == "asked-hospital":
        at = course.discharged + timedelta(days=2)
        yield _care(course, at, "Hjemmesygeplejen spørger til dosis; lægen svarer, at behandlingen fortsætter uændret.")
    if course.quirk == "saw-doctor":
        at = course.discharged + timedelta(days=2)
        contact = municipal.doctor_contact(course, at)
        yield Sending("encounter", f"/fhir/Encounter/{contact['id']}", as_json(contact), FHIR_JSON, "PUT", at)
    if course.quirk == "leave":
        start = course.admitted + timedelta(days=1)
        history = (("admit-inpatient", course.admitted), ("start-leave-inpatient", start))
        leave = {
            "url": f"{HN}/StructureDefinition/medcom-hospitalnotifiation-leave-period-extension",
            "valuePeriod": {"start": start.isoformat()},
        }
        yield _notification(course, history, "onleave", start=course.admitted, extensions=[leave])
