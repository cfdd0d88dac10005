"""What goes wrong in the demo month, as it does in real ones: repeats, reused ids, broken and unknown messages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from gateway.demo import hl7v2, letters
from gateway.demo.cast import course, person
from gateway.demo.fhir_messages import Resource, hospital_notification, iv_extension
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
    good = _discharge(900)
    yield _fhir("truncated notification", good[: len(good) // 2])
    twice = good.replace(b'"type": "message"', b'"type": "message", "type": "message"', 1)
    yield _fhir("notification with a key twice", twice)
    yield _fhir("notification of an impossible CPR number", good.replace(person(900).cpr.encode(), b"9913551234"))
    unknown = _discharge(905).replace(b"hospital-notification-message", b"hospital-notificatoin-message")
    yield _fhir("message of an unknown event", unknown)
    seventh = {"url": "category", "valueCoding": {"system": WEIGHT_CATEGORY_CODES, "code": "7"}}
    yield _fhir("notification with weight category 7", _discharge(901, {"url": IV_TREATMENT, "extension": [seventh]}))
    mixed = iv_extension(IvType.ANTIBIOTIC, WeightCategory.CHEMOTHERAPY)
    yield _fhir("antibiotics in the chemotherapy category", _discharge(902, mixed))
    first = course(0)
    period = {"start": first.discharged.isoformat()}
    other = hospital_notification(first, (("admit-inpatient", first.admitted),), "in-progress", {"period": period})
    yield _fhir("another letter under a used id", as_json(other))


def _discharge(number: int, *extensions: Resource) -> bytes:
    """A discharge of a citizen who is not in the month otherwise."""
    plan = course(number)
    history = (("admit-inpatient", plan.admitted), ("discharge-inpatient-home", plan.discharged))
    period = {"start": plan.admitted.isoformat(), "end": plan.discharged.isoformat()}
    encounter = {"period": period} | ({"extension": list(extensions)} if extensions else {})
    return as_json(hospital_notification(plan, history, "finished", encounter))


def _broken_letters() -> Iterator[Sending]:
    plan = course(903)
    letter = letters.letter(plan, "xdis18", letters.sent_at(plan))
    doctype = letter.replace(b"?>", b'?><!DOCTYPE Emessage [<!ENTITY x "y">]>', 1)
    yield Sending("letter with a DOCTYPE", "/medcom", doctype, XML)
    yield Sending(
        "letter of an unknown kind",
        "/medcom",
        letter.replace(b"ReportOfDischarge", b"LaboratoryReport")
        .replace(b"XDIS18", b"XRPT01")
        .replace(b"XD1834C", b"XR0131K"),
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
