"""Who plays in the demo month: invented organisations and citizens, and the course each citizen goes through.

Nobody here exists. Citizens are born in 2040-2057, so their CPR numbers, though well-formed, were never issued;
GLNs begin with 20 (kept by GS1 for internal use) and SOR numbers with 999.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from settlement.records import IvType, WeightCategory

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
MONTH = "2026-09"
QUARTER = "2026-Q3"
_CPR_WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2)
_GIVEN = ("Anna", "Bo", "Clara", "Dan", "Elin", "Finn", "Gerda", "Hans", "Ida", "Jens", "Karla", "Lars")
_FAMILY = ("Lyngholm", "Birkebæk", "Søndergård", "Åkjær", "Østerby", "Ravnsø", "Tangmose", "Vestervang")


@dataclass(frozen=True, slots=True)
class Actor:
    """An organisation of the demo. kommune: 4-digit municipality code, "" for others."""

    name: str
    role: str
    sor: str
    gln: str
    kommune: str = ""
    region: str = ""


def _gln(number: int) -> str:
    digits = f"20{number:010d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-total % 10}"


HOSPITALS = (
    Actor("Demohospitalet, Medicinsk Afdeling", "hospital", "999000000000101", _gln(101)),
    Actor("Demohospitalet, Kræftafdelingen", "hospital", "999000000000102", _gln(102)),
    Actor("Østerhus Sygehus, Infektionsmedicin", "hospital", "999000000000103", _gln(103)),
)
MUNICIPALITIES = (
    Actor("Aarhus Kommune, sygeplejen (demo)", "municipality", "999000000000201", _gln(201), "0751"),
    Actor("Randers Kommune, akutteam (demo)", "municipality", "999000000000202", _gln(202), "0730"),
    Actor("Horsens Kommune, sygeplejen (demo)", "municipality", "999000000000203", _gln(203), "0615"),
    Actor("Viborg Kommune, sygeplejen (demo)", "municipality", "999000000000204", _gln(204), "0791"),
)
PRO_SYSTEM = Actor("Spørgeskemasystemet (demo)", "pro", "999000000000301", _gln(301))
REGION = Actor("Region Midtjylland (demo)", "region", "999000000000401", _gln(401), region="DK-82")
ACTORS = (*HOSPITALS, *MUNICIPALITIES, PRO_SYSTEM, REGION)


@dataclass(frozen=True, slots=True)
class Person:
    """An invented citizen."""

    cpr: str
    given: str
    family: str


@dataclass(frozen=True, slots=True)
class Visit:
    """One municipal visit of a course."""

    number: int
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Course:
    """What happens to one citizen in the demo month.

    carrier: how IV type and category travel: "notification-json", "notification-xml", "xdis18", "xref15", "xref22",
    "referral", "hl7v2" or "care-communication". quirk: what is special about the course, "" for nothing.
    """

    number: int
    person: Person
    hospital: Actor
    municipality: Actor
    carrier: str
    iv_type: IvType
    category: WeightCategory | None
    admitted: datetime
    discharged: datetime
    visits: tuple[Visit, ...]
    answers: tuple[int, ...] | None
    quirk: str

    @property
    def comes_home(self) -> bool:
        """Whether the citizen is discharged at all."""
        return self.quirk not in STAY_IN_HOSPITAL


STAY_IN_HOSPITAL = ("admission-cancelled", "died")
CARRIERS = (
    "notification-json",
    "xdis18",
    "hl7v2",
    "notification-xml",
    "referral",
    "xref15",
    "care-communication",
    "xref22",
)
QUIRKS = {
    4: "category-missing",
    7: "readmitted",
    10: "no-visits",
    11: "saw-doctor",
    13: "category-changed",
    14: "asked-hospital",
    16: "category-missing",
    19: "died",
    20: "asked-hospital",
    22: "admission-cancelled",
    25: "readmitted",
    28: "late-discharge",
    31: "leave",
}
COURSES = 40
_TREATMENTS = (
    (IvType.ANTIBIOTIC, WeightCategory.ONE),
    (IvType.ANTIBIOTIC, WeightCategory.TWO),
    (IvType.FLUID, WeightCategory.ONE),
    (IvType.ANTIBIOTIC, WeightCategory.THREE),
    (IvType.NUTRITION, WeightCategory.FOUR),
    (IvType.CHEMOTHERAPY, WeightCategory.CHEMOTHERAPY),
    (IvType.MEDICINE, WeightCategory.TWO),
)
_MINUTES = {"1": 20, "2": 30, "3": 45, "4": 65, "chemotherapy": 50}


def person(number: int) -> Person:
    """Invented citizen `number`; the CPR number satisfies the date rule and modulus 11 (section 6), born 2040-2057."""
    birthday = f"{1 + number % 28:02d}{1 + number % 12:02d}{40 + number % 18:02d}"
    serial = 500 + number % 300
    while True:
        digits = f"{birthday}{serial:03d}"
        rest = sum(int(digit) * weight for digit, weight in zip(digits, _CPR_WEIGHTS, strict=True)) % 11
        if rest != 1:
            return Person(digits + str(-rest % 11), _GIVEN[number % len(_GIVEN)], _FAMILY[number % len(_FAMILY)])
        serial += 1


def course(number: int) -> Course:
    """Course `number` of the demo month; the same every time."""
    iv_type, category = _TREATMENTS[number % len(_TREATMENTS)]
    admitted = datetime(2026, 9, 1, 8 + number % 9, 15, tzinfo=COPENHAGEN) + timedelta(days=number % 17)
    discharged = admitted + timedelta(days=3 + number % 4, hours=3)
    quirk = QUIRKS.get(number, "")
    return Course(
        number=number,
        person=person(number),
        hospital=HOSPITALS[1] if iv_type is IvType.CHEMOTHERAPY else HOSPITALS[number % 2 * 2],
        municipality=MUNICIPALITIES[number % len(MUNICIPALITIES)],
        carrier=CARRIERS[number % len(CARRIERS)],
        iv_type=iv_type,
        category=None if quirk == "category-missing" else category,
        admitted=admitted,
        discharged=discharged,
        visits=() if quirk in ("no-visits", *STAY_IN_HOSPITAL) else _visits(number, category, discharged),
        answers=None if quirk in STAY_IN_HOSPITAL else _answers(number),
        quirk=quirk,
    )


def cast() -> tuple[Course, ...]:
    """Every course of the demo month."""
    return tuple(course(number) for number in range(COURSES))


def _visits(number: int, category: WeightCategory, discharged: datetime) -> tuple[Visit, ...]:
    first = discharged.replace(hour=8, minute=10) + timedelta(days=1)
    starts = [
        first + timedelta(days=day, hours=9 * turn) for day in range(3 + number % 4) for turn in range(1 + number % 2)
    ]
    minutes = _MINUTES[category.value]
    return tuple(
        Visit(place, start, start + timedelta(minutes=minutes + (number * 7 + place * 5) % 17 - 8))
        for place, start in enumerate(starts)
    )


def _answers(number: int) -> tuple[int, ...] | None:
    """Levels of the five EQ-5D dimensions; two of three citizens answer."""
    if number % 3 == 2:
        return None
    return tuple(1 + (number * step + step) % (3 if number % 2 else 4) for step in (1, 2, 3, 4, 5))
