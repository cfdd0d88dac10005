"""Registrations: which of them a month is held against."""

from __future__ import annotations

from dataclasses import replace

from settlement.lines import Line, LineKind
from settlement.periods import Month
from settlement.registrations import Registration, of_month
from tests.settlement.test_reconciling import line, registered

OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)


def chosen(month: Month, known: list[Registration], lines: list[Line], elsewhere: list[Line]) -> list[str]:
    return [one.id for one in of_month(known, month, lines, elsewhere)]


def taken_back(charge: Line) -> Line:
    return replace(
        charge, id="back", kind=LineKind.REVERSAL, reverses=charge.id, amount=-charge.amount, month="2026-11"
    )


def test_courses_that_start_in_the_month_belong_to_it() -> None:
    known = [registered("2026-09-30", number=1), registered("2026-10-01", number=2), registered("2026-10-31", number=3)]
    assert chosen(OCTOBER, known, [], []) == ["r2", "r3"]


def test_a_course_claimed_late_brings_its_registration() -> None:
    assert chosen(NOVEMBER, [registered("2026-10-05")], [line("2026-10-06")], []) == ["r1"]
    assert chosen(NOVEMBER, [registered("2026-10-05")], [line("2026-11-20")], []) == []
    assert chosen(NOVEMBER, [registered("2026-10-05", citizen="d")], [line("2026-10-05")], []) == []


def test_a_course_that_stands_in_another_month_is_not_asked_for_again() -> None:
    known = [registered("2026-10-05")]
    assert chosen(OCTOBER, known, [], [line("2026-10-05")]) == []
    assert chosen(NOVEMBER, known, [line("2026-10-20", number=2)], [line("2026-10-05")]) == []


def test_a_corrected_course_belongs_to_both_its_months() -> None:
    charge = line("2026-10-05")
    again = replace(line("2026-10-05", category="2", number=2), month="2026-11")
    known = [registered("2026-10-05")]
    assert chosen(OCTOBER, known, [charge], [taken_back(charge), again]) == ["r1"]
    assert chosen(NOVEMBER, known, [taken_back(charge), again], [charge]) == ["r1"]
