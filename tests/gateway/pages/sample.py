"""A small gateway with a story in it: what happened to a few invented citizens, kept by the real store."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from gateway.build import Gateway, build
from gateway.settings import Settings
from gateway.store.contract import Arrival
from mappings.reading import Citizen, Family, Outcome, Reading, Receipt, Verdict
from profiles.issue import Issue, error, fatal, warning
from settlement.records import (
    Action,
    Answer,
    Answers,
    Contact,
    ContactWith,
    Encounter,
    IvType,
    Organisation,
    Record,
    StayEvent,
    StayKind,
    Treatment,
    WeightCategory,
)

NOW = datetime(2026, 10, 20, 12, 0, tzinfo=UTC)
CPR = "0101901234"
OTHER_CPR = "2412881239"
HOSPITAL = Organisation(sor="100000000000001", gln="5790000000011", name="Eksempel Hospital", municipality="")
AARHUS = Organisation(sor="100000000000002", gln="5790000000028", name="Aarhus Sygepleje", municipality="0751")
EVIL = "<script>alert('x')</script>"


@dataclass(frozen=True)
class Letter:
    """One message of the story."""

    id: str
    records: tuple[Record, ...] = ()
    citizen: str = CPR
    issues: tuple[Issue, ...] = ()
    outcome: Outcome = Outcome.ACCEPTED
    raw: bytes = b'{"resourceType":"Bundle","type":"message"}'
    sender: Organisation = HOSPITAL
    format: str = "hospital-notification"
    event: str = "STIN"
    media_type: str = "application/fhir+json"
    family: Family = Family.FHIR
    at: datetime = NOW


def at(day: int, hour: int = 10, minute: int = 0) -> datetime:
    """A time in October 2026, in UTC."""
    return datetime(2026, 10, day, hour, minute, tzinfo=UTC)


def sample_gateway(folder: Path, now: datetime = NOW, **settings: Any) -> Gateway:
    """A gateway on SQLite in a folder, with a clock that stands still."""
    return build(Settings(data_folder=folder, **settings), lambda: now)


async def keep(gateway: Gateway, letter: Letter) -> str:
    """Keep one letter; returns its id."""
    kept = await gateway.store.keep(_arrival(gateway, letter), lambda verdict: _receipt(verdict))
    return kept.id


async def tell(gateway: Gateway) -> None:
    """The whole story: a full course, one without category, one refused, one parked, one duplicate."""
    for letter in story():
        await keep(gateway, letter)


def story() -> list[Letter]:
    """The letters of the story, in order of arrival."""
    return [*full_course(), *without_category(), *in_trouble()]


def full_course() -> list[Letter]:
    """One citizen: admitted, discharged with antibiotics in category 2, three visits, a contact, answers."""
    letters = [
        Letter("l-admission", (stay(StayKind.ADMISSION, at(1)),), event="STIN"),
        Letter("l-discharge", (stay(StayKind.DISCHARGE, at(5)), treatment(at(5, 12))), event="SLUT"),
        Letter("l-contact", (Contact(**base("contact-1", at(8, 7)), contact_with=ContactWith.ON_CALL_DOCTOR),)),
    ]
    for day in (6, 7, 8):
        visit = Encounter(
            **base(f"visit-{day}", at(day, 8)), municipality=AARHUS, end=at(day, 8, 45), kind="hjemmebesøg"
        )
        letters.append(Letter(f"l-visit-{day}", (visit,), sender=AARHUS, event="encounter", format="fhir-encounter"))
    answered = (Answer("mobilitet", "LA6752-5", "Ingen problemer"), Answer("smerter", "LA6753-3", EVIL))
    answers = Answers(
        **base("answers", at(9)), questionnaire="https://pro.example/iv", completed=True, answers=answered
    )
    letters.append(Letter("l-answers", (answers,), format="questionnaire-response", event=""))
    letters.append(replace(letters[1], id="l-discharge"))
    return letters


def without_category() -> list[Letter]:
    """Another citizen: discharged, but the hospital said neither type nor category."""
    discharge = stay(StayKind.DISCHARGE, at(12), name="stay-2")
    noted = (warning("iv-missing", "Bundle.entry[1]", "IV type and category are missing; send a correction."),)
    letter = Letter("l-bare", (discharge,), OTHER_CPR, noted, Outcome.ACCEPTED_WITH_WARNINGS, event="SLUT")
    return [letter]


def in_trouble() -> list[Letter]:
    """A refused HL7 v2 message with its citizen's number in the text, and a parked one from an evil name."""
    raw = f"MSH|^~\\&|A|B|C|D|20261020||ADT^A99|1|P|2.4\rPID|||{CPR}^^^CPR\r".encode()
    refused = (replace(error("event-unknown", "MSH-9", "ADT^A99 is not supported; send ADT^A01."), line=1),)
    parked = (fatal("reading-failed", "", "The message could not be read; a person will look at it."),)
    return [
        Letter(
            "l-refused", (), CPR, refused, Outcome.REFUSED, raw, HOSPITAL, "hl7v2-adt", "ADT^A99", "x", Family.HL7V2
        ),
        Letter(
            "l-parked",
            (),
            "",
            parked,
            Outcome.PARKED,
            b"<Emessage><Text>r\xf8dgr\xf8d</Text></Emessage>",
            Organisation(name=EVIL, sor="1"),
            "medcom-xml",
            "XDIS18",
            "application/xml",
            Family.MEDCOM_XML,
        ),
    ]


def base(key: str, when: datetime) -> dict[str, Any]:
    """What every record has."""
    return {"citizen": "", "key": key, "at": when, "stated_at": when, "message": "", "action": Action.NEW}


def stay(kind: StayKind, when: datetime, name: str = "stay-1") -> StayEvent:
    """An event of a stay."""
    return StayEvent(
        **base(f"{name}-{kind}", when), kind=kind, stay=name, hospital=HOSPITAL, municipality=AARHUS, admitted_at=at(1)
    )


def treatment(when: datetime) -> Treatment:
    """Antibiotics, category 2, in Aarhus."""
    return Treatment(
        **base("treatment-1", when),
        stay="stay-1",
        hospital=HOSPITAL,
        municipality=AARHUS,
        iv_type=IvType.ANTIBIOTIC,
        category=WeightCategory.TWO,
        carrier="HospitalNotification, iv-treatment",
        ends_at=when + timedelta(days=10),
    )


def _arrival(gateway: Gateway, letter: Letter) -> Arrival:
    key = gateway.intake.citizen_key(letter.citizen) if letter.citizen else ""
    records = tuple(replace(record, citizen=key, message=letter.id) for record in letter.records)
    reading = Reading(
        format=letter.format,
        family=letter.family,
        event=letter.event,
        letter_id=letter.id,
        letter_hash=hashlib.sha256(letter.raw).hexdigest(),
        sender=letter.sender,
        receiver=AARHUS,
        citizen=Citizen(letter.citizen, family_name="Prøvesen", given_name="Åse") if letter.citizen else None,
        records=records,
        issues=letter.issues,
    )
    return Arrival(
        id=letter.id,
        received_at=letter.at,
        channel="http",
        peer="",
        media_type=letter.media_type,
        raw=letter.raw,
        sha256=hashlib.sha256(letter.raw).hexdigest(),
        letter_key=f"letter|{letter.id}",
        envelope_key="",
        citizen_key=key,
        reading=reading,
        verdict=Verdict(letter.outcome, letter.issues),
    )


def _receipt(verdict: Verdict) -> Receipt:
    return Receipt(f'{{"answer":"{verdict.outcome}"}}'.encode(), "application/fhir+json")
