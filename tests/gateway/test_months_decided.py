"""Months closed over what regions decided: only what was approved is taken back, and a replay comes to the same."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from gateway.demo.cast import course
from gateway.demo.month import course_sendings
from gateway.errors import ConflictError
from mappings.reading import Outcome
from settlement.lines import LineKind
from settlement.periods import Month
from settlement.records import WeightCategory
from tests.gateway.deciding_region import decide, decision_of
from tests.gateway.test_months import OTHER, PRICED, changed_category
from tests.gateway.test_replay import replayed
from tests.gateway.traffic import interrupted
from tests.gateway.world import NOVEMBER, send, world

SEPTEMBER, OCTOBER = Month.parse("2026-09"), Month.parse("2026-10")
LATER = NOVEMBER + timedelta(days=1)


@pytest.mark.parametrize(
    ("approved", "expected"),
    [
        (None, [(LineKind.REVERSAL, -253500), (LineKind.CHARGE, 1521000)]),
        (100000, [(LineKind.REVERSAL, -100000), (LineKind.CHARGE, 1521000)]),
        (0, [(LineKind.CHARGE, 1521000)]),
    ],
)
def test_what_was_approved_is_taken_back_when_a_course_changes(
    tmp_path: Path, approved: int | None, expected: list[tuple[LineKind, int]]
) -> None:
    with world(tmp_path / "store", PRICED) as gateway:
        (before,) = gateway.months.close(SEPTEMBER)
        assert decide(gateway, decision_of(gateway, before.lines[0], approved)).outcome is Outcome.ACCEPTED
        send(gateway, changed_category(PRICED, WeightCategory.FOUR))
        assert list(gateway.months.preview(OCTOBER)) == list(gateway.months.close(OCTOBER))
        (after,) = gateway.store.claims("2026-10")
        assert [(line.kind, line.amount) for line in after.lines] == expected
        assert replayed(gateway, tmp_path / "scratch").identical


def test_a_rejected_course_is_not_claimed_again_while_it_is_the_same(tmp_path: Path) -> None:
    with world(tmp_path, PRICED) as gateway:
        (before,) = gateway.months.close(SEPTEMBER)
        decide(gateway, decision_of(gateway, before.lines[0], 0))
        assert list(gateway.months.close(OCTOBER)) == []


def test_a_rejection_withdrawn_after_the_course_was_charged_anew_is_refused(tmp_path: Path) -> None:
    with world(tmp_path / "store", PRICED) as gateway:
        (before,) = gateway.months.close(SEPTEMBER)
        decide(gateway, decision_of(gateway, before.lines[0], 0))
        send(gateway, changed_category(PRICED, WeightCategory.FOUR))
        gateway.months.close(OCTOBER)
        late = decide(gateway, decision_of(gateway, before.lines[0], at=LATER))
        assert [issue.code for issue in late.verdict.issues] == ["line-charged-anew"]
        assert replayed(gateway, tmp_path / "scratch").identical


@pytest.mark.parametrize(
    ("approved", "expected"), [(100000, [-100000, 1521000]), (0, [1521000]), (253500, [-253500, 1521000])]
)
def test_what_is_decided_while_a_month_takes_the_line_back_stops_the_month(
    tmp_path: Path, approved: int, expected: list[int]
) -> None:
    """The month is closed again, over the decision; a replay comes to the same."""
    with world(tmp_path / "store", PRICED) as gateway:
        (before,) = gateway.months.close(SEPTEMBER)
        send(gateway, changed_category(PRICED, WeightCategory.FOUR))
        meanwhile = decision_of(gateway, before.lines[0], approved)
        with pytest.raises(ConflictError, match="Close it again"):
            interrupted(gateway, meanwhile).months.close(OCTOBER)
        assert not gateway.months.is_closed(OCTOBER)
        (after,) = gateway.months.close(OCTOBER)
        assert [line.amount for line in after.lines] == expected
        assert replayed(gateway, tmp_path / "scratch").identical


def test_a_decision_that_comes_while_a_month_is_closed_counts_in_the_next(tmp_path: Path) -> None:
    with world(tmp_path / "store", PRICED) as gateway:
        (before,) = gateway.months.close(SEPTEMBER)
        send(gateway, *course_sendings(course(OTHER)))
        interrupted(gateway, decision_of(gateway, before.lines[0], 100000)).months.close(OCTOBER)
        assert [one.approved for one in gateway.store.decisions_of_line(before.lines[0].id)] == [100000]
        assert replayed(gateway, tmp_path / "scratch").identical
