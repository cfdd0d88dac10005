"""Episodes: one citizen's treatment course in one municipality, folded from records in event order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from settlement.records import Answers, Contact, Encounter, IvType, Organisation, Record, WeightCategory


class EpisodeStatus(StrEnum):
    """Codes of FHIR's episode-of-care-status, as far as they are used."""

    PLANNED = "planned"
    ACTIVE = "active"
    ONHOLD = "onhold"
    FINISHED = "finished"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Assigned:
    """What the hospital set from a time on: IV type and weight category, and the message that said so."""

    since: datetime
    iv_type: IvType | None
    category: WeightCategory | None
    message: str
    carrier: str


@dataclass(frozen=True, slots=True)
class Episode:
    """One citizen's treatment course in one municipality.

    id: stable and without personal data. citizen: opaque key. municipality: 4-digit code, "" if unknown.
    started_at / ended_at: the municipal course (None while the citizen is still admitted / still treated).
    readmitted_at: the first admission after the discharge this episode began with.
    missing: what keeps it from being billed: "iv-type", "category", "municipality".
    records: every record of the episode in event order; messages are named in each record.
    """

    id: str
    citizen: str
    municipality: str
    municipality_name: str
    hospital: Organisation
    stay: str
    status: EpisodeStatus
    assigned: tuple[Assigned, ...]
    admitted_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    readmitted_at: datetime | None
    died_at: datetime | None
    encounters: tuple[Encounter, ...]
    contacts: tuple[Contact, ...]
    answers: tuple[Answers, ...]
    records: tuple[Record, ...]
    missing: tuple[str, ...]

    @property
    def iv_type(self) -> IvType | None:
        """IV type in force at the end of what is known."""
        return self.assigned[-1].iv_type if self.assigned else None

    @property
    def category(self) -> WeightCategory | None:
        """Weight category in force at the end of what is known."""
        return self.assigned[-1].category if self.assigned else None

    @property
    def minutes(self) -> int:
        """Municipal time spent, in whole minutes, over all encounters that have an end."""
        return sum(int((visit.end - visit.at).total_seconds()) // 60 for visit in self.encounters if visit.end)
