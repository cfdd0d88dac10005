"""Records: what a mapping reads out of a message, and all that episodes are made of.

A record says what happened to one citizen at one time. Records arrive in any order, more than once,
and are corrected or withdrawn by later ones; `settlement.episodes` folds them into episodes.

Two records with the same class and `key` speak of the same thing: the one with the latest `stated_at`
counts. Times are aware datetimes and keep the offset they came with.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Action(StrEnum):
    """What a record does to an earlier record of the same key."""

    NEW = "new"
    REVISED = "revised"
    CANCELLED = "cancelled"


class StayKind(StrEnum):
    """What happened during a hospital stay."""

    ADMISSION = "admission"
    LEAVE = "leave"
    RETURN = "return"
    DISCHARGE = "discharge"
    DEATH = "death"


class IvType(StrEnum):
    """IV type, set by the hospital (founding document S0, "Afregning"; codes are our own)."""

    ANTIBIOTIC = "antibiotic"
    FLUID = "fluid"
    NUTRITION = "nutrition"
    MEDICINE = "medicine"
    CHEMOTHERAPY = "chemotherapy"


class WeightCategory(StrEnum):
    """Weight category, set by the hospital: four, and chemotherapy as one of its own (S0, "Afregning")."""

    ONE = "1"
    TWO = "2"
    THREE = "3"
    FOUR = "4"
    CHEMOTHERAPY = "chemotherapy"


class ContactWith(StrEnum):
    """Whom the citizen or the municipality was in contact with (S0, "Monitorering af kvalitet")."""

    GENERAL_PRACTITIONER = "general-practitioner"
    ON_CALL_DOCTOR = "on-call-doctor"
    RESPONSIBLE_PHYSICIAN = "responsible-physician"


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation as a message names it; empty strings where the message does not say.

    sor: SOR number (11 digits or more); gln: GLN/EAN (13 digits); municipality: Kommunekode, 4 digits.
    """

    sor: str = ""
    gln: str = ""
    name: str = ""
    municipality: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """What every record has.

    citizen: opaque key of the citizen (never a CPR number inside this room).
    key: names the thing spoken of, stable over corrections and repeats.
    at: when it happened. stated_at: when the source said so; the latest statement counts.
    message: id of the message it was read from.
    """

    citizen: str
    key: str
    at: datetime
    stated_at: datetime
    message: str
    action: Action


@dataclass(frozen=True, slots=True)
class StayEvent(Record):
    """An event of a hospital stay: admission, leave, return, discharge or death.

    stay: the hospital's identifier of the stay, lower case without hyphens; "" when not stated.
    admitted_at / discharged_at: the stay's own period as the message gives it.
    """

    kind: StayKind
    stay: str
    hospital: Organisation
    municipality: Organisation
    admitted_at: datetime | None = None
    discharged_at: datetime | None = None
    emergency: bool = False


@dataclass(frozen=True, slots=True)
class Treatment(Record):
    """The hospital's statement that treatment goes on in the municipality, and how heavy it is.

    `at` is when municipal treatment starts. iv_type and category are None when the message does not say.
    ends_at: when treatment is planned to end, if said. carrier: format and place it was read from.
    """

    stay: str
    hospital: Organisation
    municipality: Organisation
    iv_type: IvType | None
    category: WeightCategory | None
    carrier: str
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Encounter(Record):
    """A municipal visit. `at` is its start; minutes are end minus start (KL Gateway forbids `length`).

    kind: code of the encounter type; intervention: FSIII code of the planned intervention it belongs to.
    iv: whether that intervention is an IV treatment; None when the message does not say.
    """

    municipality: Organisation
    end: datetime | None
    kind: str = ""
    intervention: str = ""
    iv: bool | None = None


@dataclass(frozen=True, slots=True)
class Contact(Record):
    """A contact with a doctor during the course: counted by the quality follow-up."""

    contact_with: ContactWith
    stay: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answered question: linkId, the code answered (if coded), its text or number as written."""

    link_id: str
    code: str
    value: str


@dataclass(frozen=True, slots=True)
class Answers(Record):
    """One PRO questionnaire response. questionnaire: canonical url; episode: identifier it refers to, or ""."""

    questionnaire: str
    completed: bool
    answers: tuple[Answer, ...]
    episode: str = ""
