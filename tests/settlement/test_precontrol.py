"""Pre-control: each rule finds what it is for, says why, and proposes how much to approve."""

from dataclasses import replace
from datetime import date

import pytest

from settlement.lines import Claim, Line, LineKind
from settlement.precontrol import RULES, claimed_by_several, control_claim, proposed
from settlement.reconciling import reconcile
from settlement.registrations import Registration
from tests.settlement.test_reconciling import line, price, registered


def remarks(
    lines: list[Line], known: list[Registration], others: tuple[Line, ...] = (), high: int = 0, rate: int | None = 0
) -> list[tuple[str, int]]:
    claim = Claim("c", "iv", "2026-10", "0751", "DK-82", tuple(lines), ())
    twice = claimed_by_several([*lines, *others])
    found = control_claim(
        claim, reconcile(lines, known, price), twice, lambda one: one.amount if rate == 0 else rate, high
    )
    assert all(text.endswith(").") for remark in found for text in remark.explanation.values())
    assert proposed(lines[0], found) == min(
        (one.approve for one in found if one.line == lines[0].id), default=lines[0].amount
    )
    return [(remark.rule, remark.approve) for remark in found]


ELSEWHERE = replace(line(number=7), municipality="0730")


@pytest.mark.parametrize(
    ("lines", "known", "others", "high", "rate", "wanted"),
    [
        ([line()], [registered()], (), 0, 0, []),
        ([line()], [], (), 0, 0, [("not-registered", 0)]),
        ([line(), line(number=2)], [registered()], (), 0, 0, [("claimed-twice", 0)]),
        ([line()], [registered()], (ELSEWHERE,), 0, 0, [("claimed-twice", 0)]),
        ([line(category="3")], [registered()], (), 0, 0, [("other-amount", 100_000)]),
        ([line()], [registered(category="3")], (), 0, 0, []),
        ([line()], [registered()], (), 0, 90_000, [("not-by-the-rate", 90_000)]),
        ([line()], [registered()], (), 0, None, [("not-by-the-rate", 0)]),
        ([line("2026-11-01")], [registered("2026-11-01")], (), 0, 0, [("after-the-month", 0)]),
        ([line("2025-09-01")], [registered("2025-09-01")], (), 0, 0, [("long-ago", 100_000)]),
        ([line()], [registered()], (), 100_000, 0, [("unusually-high", 100_000)]),
    ],
)
def test_each_rule(
    lines: list[Line],
    known: list[Registration],
    others: tuple[Line, ...],
    high: int,
    rate: int | None,
    wanted: list[tuple[str, int]],
) -> None:
    assert remarks(lines, known, others, high, rate) == wanted


def test_every_rule_is_tested_above() -> None:
    marks = getattr(test_each_rule, "pytestmark")  # noqa: B009
    assert {code for case in marks[0].args[1] for code, _ in case[-1]} == set(RULES)


def test_reversals_are_never_held_back() -> None:
    back = replace(line(), kind=LineKind.REVERSAL, amount=-100_000, service_date=date(2020, 1, 1))
    assert remarks([back], []) == []


def test_what_several_municipalities_claim_is_found_by_citizen_and_start() -> None:
    back = replace(ELSEWHERE, kind=LineKind.REVERSAL)
    assert claimed_by_several([line(), line(number=2)]) == frozenset()
    assert claimed_by_several([line(), back]) == frozenset()
    assert claimed_by_several([line(), replace(ELSEWHERE, service_date=date(2026, 10, 6))]) == frozenset()
    assert claimed_by_several(iter([line(), ELSEWHERE, line(number=3)])) == {("c", date(2026, 10, 5))}
