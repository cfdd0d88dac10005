"""Records and events of an episode as rows people can read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from gateway.pages.show import decimals, number
from gateway.pages.texts import Texts
from settlement.pro import ValueSet, score
from settlement.records import Answers, Contact, Encounter, Record, StayEvent, Treatment


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A record in words. lane: which part of a timeline it belongs to; action: "new", "revised" or "cancelled"."""

    at: datetime
    lane: str
    what: str
    detail: str
    action: str
    message: str


def shown_records(records: Iterable[Record], texts: Texts) -> list[RecordRow]:
    """Records in words, in the order given."""
    return [record_row(record, texts) for record in records]


def record_row(record: Record, texts: Texts) -> RecordRow:
    """One record in words."""
    lane, what, detail = _words(record, texts)
    return RecordRow(record.at, lane, what, detail, record.action, record.message)


def _words(record: Record, texts: Texts) -> tuple[str, str, str]:
    match record:
        case StayEvent():
            return "hospital", texts(f"stay.{record.kind}"), record.hospital.name or record.hospital.sor
        case Treatment():
            return "hospital", texts("record.treatment"), f"{treatment_text(record, texts)} · {record.carrier}"
        case Encounter():
            return "visits", texts("record.encounter"), encounter_text(record, texts)
        case Contact():
            return "contacts", texts("record.contact"), texts(f"contact.{record.contact_with}")
        case Answers():
            return "answers", texts("record.answers"), answers_text(record, texts)
        case _:
            return "hospital", type(record).__name__, ""


def treatment_text(record: Treatment, texts: Texts) -> str:
    """IV type and weight category, or that they are missing."""
    iv_type = texts(f"iv.{record.iv_type}") if record.iv_type else texts("missing.iv-type")
    category = category_text(record.category, texts) if record.category else texts("missing.category")
    return f"{iv_type}, {category}"


def category_text(category: str, texts: Texts) -> str:
    """A weight category in words."""
    return texts("category.chemotherapy") if category == "chemotherapy" else texts("category.numbered", number=category)


def encounter_text(record: Encounter, texts: Texts) -> str:
    """A visit's minutes, kind and intervention."""
    minutes = int((record.end - record.at).total_seconds()) // 60 if record.end else None
    length = texts("record.minutes", count=minutes) if minutes is not None else texts("record.no-end")
    return " · ".join(part for part in (length, record.kind, record.intervention) if part)


def answers_text(record: Answers, texts: Texts) -> str:
    """How many questions were answered, whether the form was completed, and its EQ-5D-5L score if it has one."""
    state = texts("record.completed") if record.completed else texts("record.not-completed")
    told = f"{texts('record.answered', count=len(record.answers))}, {state}"
    value = score(record.answers, _value_set())
    return told if value is None else f"{told} · EQ-5D-5L {number(decimals(value, 3), texts.language)}"


@cache
def _value_set() -> ValueSet:
    return ValueSet.load()
