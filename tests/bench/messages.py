"""Messages for load: each a new letter about a new citizen, made cheaply from one built message."""

from __future__ import annotations

import json
import uuid

from gateway.demo import hl7v2
from gateway.demo.cast import course, person
from gateway.demo.fhir_messages import hospital_notification, iv_extension, stay_of
from settlement.records import IvType, WeightCategory

_NAMESPACE = uuid.UUID("9a1f2a55-9a53-5d36-8b3a-3c9d5a5a7a10")
_NARRATIVE = (
    '<div xmlns="http://www.w3.org/1999/xhtml"><p>'
    + "Borgeren udskrives til fortsat behandling i eget hjem. " * 31
    + "</p></div>"
)


def _template() -> bytes:
    """A discharge of about 12 KB, as hospitals send it: every resource with its narrative."""
    plan = course(0)
    message = hospital_notification(
        plan,
        (("admit-inpatient", plan.admitted), ("discharge-inpatient-home", plan.discharged)),
        "finished",
        {
            "period": {"start": plan.admitted.isoformat(), "end": plan.discharged.isoformat()},
            "extension": [iv_extension(IvType.ANTIBIOTIC, WeightCategory.TWO)],
        },
    )
    for entry in message["entry"][:4]:
        entry["resource"]["text"] = {"status": "generated", "div": _NARRATIVE}
    return json.dumps(message, ensure_ascii=False).encode()


_MESSAGE = _template()
_PARSED = json.loads(_MESSAGE)
_ENVELOPE = _PARSED["id"].encode()
_LETTER = _PARSED["entry"][0]["resource"]["id"].encode()
_STAY = _PARSED["entry"][2]["resource"]["episodeOfCare"][0]["identifier"]["value"].encode()
_CPR = person(0).cpr.encode()


def new_id(*parts: object) -> str:
    """An id that is the same for the same parts, so that a seeded run can be repeated."""
    return str(uuid.uuid5(_NAMESPACE, "|".join(map(str, parts))))


def cpr(number: int) -> str:
    """A well-formed number for load: invented citizens born 2040-2057, a new one for each of 280,000 numbers."""
    day, month, year = 1 + number % 28, 1 + number // 28 % 12, 40 + number // 336 % 18
    return f"{day:02d}{month:02d}{year:02d}{5000 + number // 6048 % 4000:04d}"


def notification(run: str, number: int, sending: int = 0) -> bytes:
    """Discharge `number` of a run, about 12 KB; `sending` changes the envelope only, as a resend does."""
    return (
        _MESSAGE.replace(_ENVELOPE, new_id(run, "envelope", number, sending).encode())
        .replace(_LETTER, letter_id(run, number).encode())
        .replace(_STAY, f"urn:uuid:{new_id(run, 'stay', number)}".encode())
        .replace(_CPR, cpr(number).encode())
    )


def letter_id(run: str, number: int) -> str:
    """The letter id of notification `number`."""
    return new_id(run, "letter", number)


_ADT = hl7v2.discharge(course(2))
_ADT_CONTROL = b"A0300002"
_ADT_STAY = stay_of(course(2)).encode()
_ADT_CPR = person(2).cpr.encode()
_REMARK = "NTE|1||" + "Fortsat behandling i eget hjem. " * 14 + "\r"


def adt(run: str, number: int) -> bytes:
    """ADT^A03 `number` of a run, about 1 KB; a resend is the same bytes."""
    return (
        _ADT.replace(_ADT_CONTROL, control_id(run, number).encode())
        .replace(_ADT_STAY, new_id(run, "stay", number).encode())
        .replace(_ADT_CPR, cpr(140_000 + number).encode())
        + _REMARK.encode()
    )


def control_id(run: str, number: int) -> str:
    """The message control id of ADT `number`, at most 20 characters."""
    return new_id(run, "control", number)[-12:]
