"""Eligibility: what a course must fulfil to be paid, and the words for why it is not. One predicate, one function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from settlement.episodes import Episode, EpisodeStatus
from settlement.periods import local_day
from settlement.records import Encounter, IvType, Treatment, WeightCategory


@dataclass(frozen=True, slots=True)
class Party:
    """Who plays a role under an agreement, from the first to the last day.

    role: "authority", "operator" or "payer". code: a region ("DK-82"), or a municipality's four digits, or
    "municipalities" for whichever municipality handles the course.
    """

    role: str
    code: str
    valid_from: date
    valid_to: date


@dataclass(frozen=True, slots=True)
class Reason:
    """Why nothing is paid: a code of REASONS. about: the fact it is about, "" where the code says it all."""

    code: str
    about: str = ""

    @property
    def explanation(self) -> dict[str, str]:
        """The reason in Danish and English, and what to do about it."""
        danish, english = REASONS[self.code]
        about = f" ({self.about})" if self.about else ""
        return {"da": f"{danish}{about}", "en": f"{english}{about}"}


@dataclass(frozen=True, slots=True)
class Terms:
    """What all cases of one agreement and one month have in common.

    last_day: of the month; end: the first instant after it. valid_from, valid_to: the days the agreement is in force.
    """

    parties: tuple[Party, ...]
    last_day: date
    end: datetime
    valid_from: date = date.min
    valid_to: date = date.max


@dataclass(frozen=True, slots=True)
class Case:
    """An episode before an agreement, as it stands when a month is closed.

    service_date: the day the municipal course started; None before that. since: the first day of the course under the
    agreement; who plays which role is asked of this day. region: of the municipality on that day; "" if unknown.
    visits: those up to the end of the month.
    """

    episode: Episode
    terms: Terms
    service_date: date | None
    since: date
    region: str
    visits: tuple[Encounter, ...]

    @property
    def until(self) -> date:
        """The last day of the course under the agreement, as far as the month has come: its end, or the planned one."""
        planned = [said.ends_at for said in self.episode.records if isinstance(said, Treatment) and said.ends_at]
        ended = self.episode.ended_at or (planned[-1] if planned else None)
        last_day, valid_to = self.terms.last_day, self.terms.valid_to
        return min(local_day(ended) if ended else last_day, last_day, valid_to)

    def has_role(self, role: str, code: str) -> bool:
        """Whether an organisation plays a role on the first day."""
        for party in self.terms.parties:
            if party.code == code and party.role == role and party.valid_from <= self.since <= party.valid_to:
                return True
        return False


def not_cancelled(case: Case) -> Reason | None:
    """The hospital has not withdrawn the course."""
    return Reason("cancelled") if case.episode.status is EpisodeStatus.CANCELLED else None


def started(case: Case) -> Reason | None:
    """The citizen has left hospital, or municipal treatment has started."""
    if case.episode.started_at:
        return None
    return Reason("died-before-discharge" if case.episode.died_at else "still-admitted")


def begun(case: Case) -> Reason | None:
    """The course started before the end of the month."""
    day = case.service_date
    return Reason("not-begun") if day and day > case.terms.last_day else None


def begun_in_force(case: Case) -> Reason | None:
    """The course started while the agreement was in force: what is paid a course is paid by one agreement."""
    day = case.service_date
    in_force = day is not None and case.terms.valid_from <= day <= case.terms.valid_to
    return None if in_force else Reason("begun-outside-agreement")


def running_in_force(case: Case) -> Reason | None:
    """The course runs while the agreement is in force: what is paid a day is paid by the agreement of the day."""
    return None if case.since <= case.until else Reason("outside-agreement")


def municipality_known(case: Case) -> Reason | None:
    """The municipality is known."""
    return None if case.episode.municipality else Reason("municipality-unknown")


def region_pays(case: Case) -> Reason | None:
    """The municipality's region is known, and pays under this agreement on the service date."""
    region = case.region
    if not region:
        return Reason("region-unknown")
    return None if case.has_role("payer", region) else Reason("region-not-party")


def iv_type_known(case: Case) -> Reason | None:
    """The hospital has said the IV type (S0: the hospital states it unambiguously)."""
    return None if case.episode.iv_type else Reason("iv-type-missing")


def category_known(case: Case) -> Reason | None:
    """The hospital has said the weight category (S0: the hospital sets it)."""
    return None if case.episode.category else Reason("category-missing")


def category_fits(case: Case) -> Reason | None:
    """Chemotherapy is a category of its own (S0): both the IV type and the category say so, or neither does."""
    is_chemo_type = case.episode.iv_type is IvType.CHEMOTHERAPY
    is_chemo_category = case.episode.category is WeightCategory.CHEMOTHERAPY
    return None if is_chemo_type == is_chemo_category else Reason("chemotherapy-mismatch")


def visited(case: Case) -> Reason | None:
    """The municipality has registered a visit: it claims the courses it has handled (S0)."""
    return None if case.visits else Reason("no-visit")


PREDICATES: Mapping[str, Callable[[Case], Reason | None]] = {
    "not-cancelled": not_cancelled,
    "started": started,
    "begun": begun,
    "begun-in-force": begun_in_force,
    "running-in-force": running_in_force,
    "municipality": municipality_known,
    "region-pays": region_pays,
    "iv-type": iv_type_known,
    "category": category_known,
    "category-fits-iv-type": category_fits,
    "visit": visited,
}

REASONS: Mapping[str, tuple[str, str]] = {
    "begun-outside-agreement": (
        "Forløbet begyndte, mens aftalen ikke gjaldt. Det afregnes efter den aftale, der gjaldt på startdagen.",
        "The course began while the agreement was not in force. It is settled by the agreement of its start day.",
    ),
    "outside-agreement": (
        "Forløbet har ingen dage, mens aftalen gælder.",
        "The course has no days while the agreement is in force.",
    ),
    "excluded": (
        "Aftalen undtager denne slags. Der er intet at afregne.",
        "The agreement excludes this kind. There is nothing to settle.",
    ),
    "not-covered": (
        "Aftalen omfatter ikke denne slags. Afregn efter en anden aftale.",
        "The agreement does not cover this kind. Settle it by another agreement.",
    ),
    "requirement-not-met": (
        "En betingelse i aftalen er ikke opfyldt.",
        "A condition of the agreement is not met.",
    ),
    "outside-threshold": (
        "Et tal ligger uden for aftalens grænser.",
        "A number lies outside the agreement's limits.",
    ),
    "fact-missing": (
        "En oplysning, som aftalen regner med, mangler. Indberet den.",
        "A fact the agreement calculates with is missing. Report it.",
    ),
    "no-such-option": (
        "Aftalen kender ikke det valg, der er truffet. Ret valget.",
        "The agreement does not know the choice made. Correct it.",
    ),
    "no-index": (
        "Aftalen har ingen procent for året. Indlæs den aftalte fremskrivning.",
        "The agreement has no percentage for the year. Load the agreed projection.",
    ),
    "awaiting-decision": (
        "Forløbet er ændret, men regionen har ikke svaret på den tidligere linje. Det rettes, når svaret er kommet.",
        "The course has changed, but the region has not decided on the earlier line. It is corrected once it has.",
    ),
    "nothing-due": (
        "Aftalen giver intet beløb for det, der er registreret.",
        "The agreement gives no amount for what is registered.",
    ),
    "cancelled": (
        "Hospitalet har annulleret forløbet. Der er intet at afregne.",
        "The hospital has withdrawn the course. There is nothing to claim.",
    ),
    "still-admitted": (
        "Borgeren er stadig indlagt. Forløbet kan afregnes, når udskrivningen er meldt.",
        "The citizen is still admitted. The course can be claimed once the discharge is reported.",
    ),
    "died-before-discharge": (
        "Borgeren døde før udskrivning. Der er intet kommunalt forløb.",
        "The citizen died before discharge. There is no municipal course.",
    ),
    "not-begun": (
        "Forløbet begynder efter månedens udgang og hører til en senere måned.",
        "The course begins after the end of the month and belongs to a later one.",
    ),
    "municipality-unknown": (
        "Kommunen kendes ikke. Tilføj modtagerens SOR- eller GLN-nummer til organisationerne.",
        "The municipality is unknown. Add the receiver's SOR number or GLN to the organisations.",
    ),
    "region-unknown": (
        "Kommunens region kendes ikke på startdagen. Ret kommunekoden.",
        "The municipality's region is unknown on the start day. Correct the municipality code.",
    ),
    "region-not-party": (
        "Kommunens region betaler ikke efter denne aftale på startdagen.",
        "The municipality's region does not pay under this agreement on the start day.",
    ),
    "iv-type-missing": (
        "IV-type mangler. Bed hospitalet om en rettet meddelelse med IV-type.",
        "The IV type is missing. Ask the hospital for a corrected message with the IV type.",
    ),
    "category-missing": (
        "Tyngdekategori mangler. Bed hospitalet om en rettet meddelelse med tyngdekategori.",
        "The weight category is missing. Ask the hospital for a corrected message with the weight category.",
    ),
    "chemotherapy-mismatch": (
        "IV-type og tyngdekategori passer ikke sammen: kemoterapi er sin egen kategori. Bed hospitalet rette den ene.",
        "IV type and weight category do not match: chemotherapy is a category of its own. "
        "Ask the hospital to correct one of them.",
    ),
    "no-visit": (
        "Kommunen har ikke registreret besøg på forløbet endnu.",
        "The municipality has not registered a visit on the course yet.",
    ),
    "no-rate-in-force": (
        "Aftalen har ingen sats for forløbet på startdagen. Indlæs den aftalte sats.",
        "The agreement has no rate for the course on the start day. Load the agreed rate.",
    ),
}
