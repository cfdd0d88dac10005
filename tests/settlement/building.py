"""Short words for records in tests: an invented citizen, hospital and municipalities."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from settlement.episodes import Episode, fold
from settlement.organisations import Directory
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

DIRECTORY = Directory.build()
HOSPITAL = Organisation(sor="900000000000001", name="Sygehus Nord for Bakken")
OTHER_HOSPITAL = Organisation(sor="900000000000002", name="Sygehus Syd for Bakken")
AARHUS = Organisation(municipality="0751")
RANDERS = Organisation(municipality="0730")
NOWHERE = Organisation()
CITIZEN = "citizen-1"


def when(text: str) -> datetime:
    """A Danish wall time "2026-10-05 12:00" with its offset; "2026-10-05" is noon."""
    local = datetime.fromisoformat(text if " " in text else f"{text} 12:00").replace(
        tzinfo=ZoneInfo("Europe/Copenhagen")
    )
    return datetime.fromisoformat(local.isoformat())


def stay_event(
    kind: StayKind,
    at: str,
    stay: str = "stay1",
    *,
    hospital: Organisation = HOSPITAL,
    municipality: Organisation = AARHUS,
    action: Action = Action.NEW,
    stated: str = "",
    key: str = "",
    citizen: str = CITIZEN,
) -> StayEvent:
    """An event of a stay, stated when it happened unless said otherwise."""
    key = key or f"{stay or at} {kind}"
    said = when(stated or at)
    message = f"m-{kind}-{key}-{said.isoformat()}-{action}".replace(" ", "-")
    return StayEvent(citizen, key, when(at), said, message, action, kind, stay, hospital, municipality)


def admission(at: str, stay: str = "stay1", **more: object) -> StayEvent:
    """An admission."""
    return stay_event(StayKind.ADMISSION, at, stay, **more)  # type: ignore[arg-type]


def discharge(at: str, stay: str = "stay1", **more: object) -> StayEvent:
    """A discharge."""
    return stay_event(StayKind.DISCHARGE, at, stay, **more)  # type: ignore[arg-type]


def treatment(
    at: str,
    iv_type: IvType | None = IvType.ANTIBIOTIC,
    category: WeightCategory | None = WeightCategory.TWO,
    stay: str = "stay1",
    *,
    hospital: Organisation = HOSPITAL,
    municipality: Organisation = AARHUS,
    action: Action = Action.NEW,
    stated: str = "",
    key: str = "",
    ends: str = "",
    citizen: str = CITIZEN,
) -> Treatment:
    """A statement that treatment goes on in the municipality."""
    key = key or f"{stay} treatment {at}"
    said = when(stated or at)
    message = f"m-{key}-{said.isoformat()}-{action}".replace(" ", "-")
    ends_at = when(ends) if ends else None
    return Treatment(
        citizen, key, when(at), said, message, action, stay, hospital, municipality, iv_type, category, "test", ends_at
    )


def visit(
    at: str,
    minutes: int | None = 30,
    municipality: Organisation = AARHUS,
    *,
    iv: bool | None = True,
    action: Action = Action.NEW,
    stated: str = "",
    key: str = "",
    citizen: str = CITIZEN,
) -> Encounter:
    """A municipal visit."""
    start = when(at)
    end = None if minutes is None else start + timedelta(minutes=minutes)
    said = when(stated or at)
    key = key or f"visit {at}"
    message = f"m-{key}-{said.isoformat()}-{action}".replace(" ", "-")
    return Encounter(citizen, key, start, said, message, action, municipality, end, "", "", iv)


def contact(at: str, whom: ContactWith = ContactWith.GENERAL_PRACTITIONER, stay: str = "") -> Contact:
    """A contact with a doctor."""
    return Contact(CITIZEN, f"contact {at}", when(at), when(at), f"m-contact-{at}", Action.NEW, whom, stay)


def answers(at: str, codes: tuple[str, ...] = (), episode: str = "", *, completed: bool = True) -> Answers:
    """A questionnaire response; codes answer the questions 1, 2, 3 ..."""
    given = tuple(Answer(str(place), code, code) for place, code in enumerate(codes, start=1))
    said = when(at)
    return Answers(
        CITIZEN, f"pro {at}", said, said, f"m-pro-{at}", Action.NEW, "https://x.example/Q", completed, given, episode
    )


def folded(*records: Record) -> tuple[Episode, ...]:
    """The episodes of the records."""
    return fold(records, DIRECTORY)


def one(records: Iterable[Record]) -> Episode:
    """The one episode of the records."""
    (episode,) = fold(records, DIRECTORY)
    return episode
