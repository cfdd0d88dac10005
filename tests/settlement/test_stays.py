"""Stays: records without an identifier are placed by date and hospital."""

from collections.abc import Sequence

import pytest

from settlement.records import Organisation, StayKind
from settlement.statements import event_order
from settlement.stays import HospitalRecord, same_hospital, stays
from tests.settlement.building import HOSPITAL, NOWHERE, OTHER_HOSPITAL, admission, discharge, stay_event, treatment

GLN = Organisation(gln="5790000000012")


def sizes(*records: HospitalRecord) -> list[tuple[str, int]]:
    ordered: Sequence[HospitalRecord] = sorted(records, key=event_order)
    return [(stay.stay, len(stay.records)) for stay in stays(ordered)]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (HOSPITAL, HOSPITAL, True),
        (HOSPITAL, OTHER_HOSPITAL, False),
        (HOSPITAL, GLN, None),
        (HOSPITAL, NOWHERE, None),
        (GLN, Organisation(sor="1", gln="5790000000012"), True),
    ],
)
def test_same_hospital(one: Organisation, other: Organisation, same: bool | None) -> None:
    assert same_hospital(one, other) is same


@pytest.mark.parametrize(
    ("at", "hospital", "joins"),
    [
        ("2026-10-03", OTHER_HOSPITAL, True),  # within the stay: the citizen can only be in one
        ("2026-10-05 23:00", OTHER_HOSPITAL, True),  # on the day of discharge
        ("2026-10-06", OTHER_HOSPITAL, False),
        ("2026-10-06", HOSPITAL, True),
        ("2026-10-19", GLN, True),  # 14 days after, and not known to be another hospital
        ("2026-10-20", HOSPITAL, False),
        ("2026-09-30", HOSPITAL, False),
    ],
)
def test_treatment_without_stay(at: str, hospital: Organisation, joins: bool) -> None:
    found = sizes(admission("2026-10-01"), discharge("2026-10-05"), treatment(at, stay="", hospital=hospital))
    assert (("stay1", 3) in found) is joins
    assert len(found) == (1 if joins else 2)


def test_a_planned_end_keeps_the_course_open() -> None:
    first = treatment("2026-10-01", stay="", ends="2026-11-30")
    assert sizes(first, treatment("2026-11-29", stay="")) == [("", 2)]
    assert sizes(treatment("2026-10-01", stay=""), treatment("2026-11-29", stay="")) == [("", 1), ("", 1)]


def test_admissions_without_stay() -> None:
    assert sizes(admission("2026-10-01 08:00"), admission("2026-10-01 12:00", "")) == [("stay1", 2)]
    assert sizes(admission("2026-10-01"), admission("2026-10-03", "")) == [("stay1", 1), ("", 1)]
    assert sizes(admission("2026-10-01", ""), discharge("2026-10-03", "")) == [("", 2)]


def test_an_open_stay_lasts_until_the_next_one() -> None:
    assert sizes(admission("2026-10-01"), admission("2026-10-10", "stay2"), discharge("2026-10-12", "")) == [
        ("stay1", 1),
        ("stay2", 2),
    ]


def test_one_hospital_and_day_is_one_anchor() -> None:
    assert sizes(treatment("2026-10-01 08:00", stay=""), admission("2026-10-01 12:00", "")) == [("", 2)]
    assert sizes(treatment("2026-10-01 08:00", stay=""), treatment("2026-10-01", stay="", hospital=OTHER_HOSPITAL)) == [
        ("", 1),
        ("", 1),
    ]


def test_death_alone_is_no_stay() -> None:
    assert sizes(stay_event(StayKind.DEATH, "2026-10-01", "")) == []
