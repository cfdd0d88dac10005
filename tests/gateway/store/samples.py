"""Invented arrivals, episodes, claims and documents for the store's tests."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

from gateway.store.contract import Arrival, ClosedMonth
from mappings.reading import Citizen, Family, Outcome, Reading, Receipt, Verdict
from settlement.episodes import Assigned, Episode, EpisodeStatus
from settlement.lines import Claim, Document, Line, LineKind, Withheld
from settlement.records import Action, IvType, Organisation, Record, StayEvent, StayKind, Treatment, WeightCategory

SUMMER = timezone(timedelta(hours=2))
NOON = datetime(2026, 10, 1, 12, 0, 0, 250_000, tzinfo=SUMMER)
HOSPITAL = Organisation("325421000016001", "5790000121526", "Prøvestadens Hospital")
MUNICIPALITY = Organisation("1144561000016002", "5790001348120", "Mønsterup Kommune", "0751")
CITIZEN = Citizen("2512489996", family_name="Prøve", given_name="Nancy Ann")
ENDPOINTS = {"1082": "https://region.example/fhir"}
ACCEPTED = Verdict(Outcome.ACCEPTED)


def stay_event(citizen: str = "citizen-1", key: str = "stay-1/admission", message: str = "m-1") -> StayEvent:
    """An admission."""
    common = (citizen, key, NOON, NOON, message, Action.NEW)
    return StayEvent(*common, StayKind.ADMISSION, "stay-1", HOSPITAL, MUNICIPALITY, admitted_at=NOON)


def treatment(citizen: str = "citizen-1", message: str = "m-1") -> Treatment:
    """A statement of treatment."""
    common = (citizen, "stay-1/treatment", NOON, NOON, message, Action.NEW)
    kinds = (IvType.ANTIBIOTIC, WeightCategory.TWO)
    return Treatment(*common, "stay-1", HOSPITAL, MUNICIPALITY, *kinds, "hospital-notification Encounter.extension")


def arrival(
    name: str,
    *,
    letter: str | None = None,
    envelope: str | None = None,
    content: str = "content",
    verdict: Verdict = ACCEPTED,
    citizen: str = "citizen-1",
    records: tuple[Record, ...] | None = None,
) -> Arrival:
    """An arrival. Its id depends on the letter, as it does in the gateway; letter="" means it has no letter id."""
    letter = name if letter is None else letter
    envelope = name if envelope is None else envelope
    message_id = f"message-of-{name if not letter.isprintable() else letter or name}"
    reading = Reading(
        format="hospital-notification",
        family=Family.FHIR,
        event="STIN",
        envelope_id=envelope,
        letter_id=letter,
        letter_hash=hashlib.sha256(content.encode()).hexdigest(),
        sender=HOSPITAL,
        receiver=MUNICIPALITY,
        sent_at=NOON,
        citizen=CITIZEN,
        records=(stay_event(citizen, f"{name}/admission", message_id),) if records is None else records,
    )
    raw = f"{name} {content}".encode() * 50
    return Arrival(
        id=message_id,
        received_at=NOON,
        channel="http",
        peer="",
        media_type="application/fhir+json",
        raw=raw,
        sha256=hashlib.sha256(raw).hexdigest(),
        letter_key=f"letter|fhir|325421000016001|{letter}" if letter else "",
        envelope_key=f"envelope|fhir|325421000016001|{envelope}" if envelope else "",
        citizen_key=citizen,
        reading=reading,
        verdict=verdict,
    )


def answer(verdict: Verdict) -> Receipt:
    """A receipt that tells the verdict."""
    return Receipt(f"receipt: {verdict.outcome.value}".encode(), "application/fhir+json")


def episode(name: str, citizen: str = "citizen-1", municipality: str = "0751", category: str = "2") -> Episode:
    """An episode; category "" makes one that misses it."""
    weight = WeightCategory(category) if category else None
    assigned = Assigned(NOON, IvType.ANTIBIOTIC, weight, "m-1", "hospital-notification")
    records = (stay_event(citizen), treatment(citizen))
    return Episode(
        id=name,
        citizen=citizen,
        municipality=municipality,
        municipality_name="Mønsterup",
        hospital=HOSPITAL,
        stay="stay-1",
        status=EpisodeStatus.ACTIVE,
        assigned=(assigned,),
        admitted_at=NOON,
        started_at=NOON + timedelta(days=2),
        ended_at=None,
        readmitted_at=None,
        died_at=None,
        encounters=(),
        contacts=(),
        answers=(),
        records=records,
        missing=() if category else ("category",),
    )


def line(name: str, *, month: str = "2026-10", key: str = "iv/basic/episode-1", amount: int = 123_450) -> Line:
    """A charge."""
    return Line(
        id=name,
        key=key,
        kind=LineKind.CHARGE,
        reverses="",
        month=month,
        agreement="iv",
        clause="basic",
        rate_version="2026",
        municipality="0751",
        region="1082",
        episode="episode-1",
        citizen="citizen-1",
        service_date=date(2026, 10, 3),
        iv_type="antibiotic",
        category="2",
        amount=amount,
        inputs=("m-1", "m-2"),
        explanation={"da": "1 forløb á 1.234,50 kr.", "en": "1 episode at DKK 1,234.50"},
    )


def reversal(of: Line, month: str) -> Line:
    """The reversal of a charge."""
    return replace(of, id=f"{of.id}/reversed", kind=LineKind.REVERSAL, reverses=of.id, month=month, amount=-of.amount)


def withheld(episode_id: str, month: str = "2026-10") -> Withheld:
    """An item that could not be priced."""
    reason = {"da": "Vægtkategori mangler.", "en": "The weight category is missing."}
    return Withheld("iv", month, "0751", "1082", episode_id, "citizen-1", "category-missing", reason, ("m-1",))


def claim(name: str, *lines: Line, month: str = "2026-10", items: tuple[Withheld, ...] = ()) -> Claim:
    """A claim of a month."""
    return Claim(name, "iv", month, "0751", "1082", lines, items)


def closing(month: str, agreement: str = "iv", position: int | None = 7) -> ClosedMonth:
    """That a month is closed."""
    return ClosedMonth(month, agreement, NOON, position)


def document(name: str, *, kind: str = "measure-report", body: bytes = b"{}", recipient: str = "1082") -> Document:
    """A document for a region."""
    digest = hashlib.sha256(body).hexdigest()
    return Document(name, kind, "2026-10", "0751", recipient, "complete", body, digest, NOON)
