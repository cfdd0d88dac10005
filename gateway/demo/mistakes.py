"""What goes wrong in the demo month, as it does in real ones: repeats, reused ids, broken and unknown messages."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace

from gateway.demo import hl7v2, letters
from gateway.demo.cast import course, person
from gateway.demo.fhir_messages import hospital_notification, iv_extension
from gateway.demo.sending import FHIR_JSON, MLLP, PROCESS_MESSAGE, XML, Sending, as_json
from profiles.names import IV_TREATMENT, WEIGHT_CATEGORY_CODES
from settlement.records import IvType, WeightCategory


def mistakes(sent: Sequence[Sending]) -> Iterator[Sending]:
    """Repeats of what was sent, and messages the gateway must refuse."""
    yield from _repeats(sent)
    yield from _broken_fhir()
    yield from _broken_letters()
    yield from _broken_hl7v2()


def _repeats(sent: Sequence[Sending]) -> Iterator[Sending]:
    """Every twelfth message once more, as a sender does that missed the receipt."""
    for sending in sent[5::12]:
        yield replace(sending, label=f"{sending.label}, sent again")


def _broken_fhir() -> Iterator[Sending]:
    plan = course(900)
    history = (("admit-inpatient", plan.admitted), ("discharge-inpatient-home", plan.discharged))
    period = {"start": plan.admitted.isoformat(), "end": plan.discharged.isoformat()}
    good = hospital_notification(plan, history, "finished", period=period)
    text = as_json(good)
    yield _fhir("truncated notification", text[: len(text) // 2])
    yield _fhir(
        "notification with a key twice", text.replace(b'"type": "message"', b'"type": "message", "type": "message"', 1)
    )
    yield _fhir("notification of an impossible CPR number", text.replace(person(900).cpr.encode(), b"9913551234"))
    unknown = json.loads(text.replace(b"hospital-notification-message", b"hospital-notificatoin-message"))
    yield _fhir("message of an unknown event", as_json(unknown))
    unheard = {
        "url": IV_TREATMENT,
        "extension": [{"url": "category", "valueCoding": {"system": WEIGHT_CATEGORY_CODES, "code": "7"}}],
    }
    strange = hospital_notification(course(901), history, "finished", period=period, extension=[unheard])
    yield _fhir("notification with weight category 7", as_json(strange))
    first = hospital_notification(course(0), (("admit-inpatient", course(0).admitted),), "in-progress", period=period)
    yield _fhir("another letter under a used id", as_json(first))
    mixed = iv_extension(IvType.ANTIBIOTIC, WeightCategory.CHEMOTHERAPY)
    yield _fhir(
        "antibiotics in the chemotherapy category",
        as_json(hospital_notification(course(902), history, "finished", period=period, extension=[mixed])),
    )


def _broken_letters() -> Iterator[Sending]:
    plan = course(903)
    letter = letters.letter(plan, "xdis18", letters.sent_at(plan))
    doctype = letter.replace(b"?>", b'?><!DOCTYPE Emessage [<!ENTITY x "y">]>', 1)
    yield Sending("letter with a DOCTYPE", "/medcom", doctype, XML)
    yield Sending(
        "letter of an unknown kind",
        "/medcom",
        letter.replace(b"ReportOfDischarge", b"LaboratoryReport").replace(b"XDIS18", b"XRPT01"),
        XML,
    )
    yield Sending("empty letter", "/medcom", b"", XML)


def _broken_hl7v2() -> Iterator[Sending]:
    plan = course(904)
    message = hl7v2.admission(plan)
    yield Sending("ADT without a citizen", MLLP, message.replace(plan.person.cpr.encode(), b""))
    yield Sending(
        "HL7 v2 event A60",
        MLLP,
        message.replace(b"ADT^A01^ADT_A01", b"ADT^A60^ADT_A60").replace(b"A0100904", b"A6000904"),
    )
    yield Sending("not HL7 at all", MLLP, b"GET / HTTP/1.1\r\nHost: example\r\n")


def _fhir(label: str, body: bytes) -> Sending:
    return Sending(label, PROCESS_MESSAGE, body, FHIR_JSON)
