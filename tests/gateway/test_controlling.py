"""A region's control of a month: remarks, and what they propose to pay."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.build import Gateway
from gateway.controlling import ClaimControlled, ControlSums, LineControlled, control_month
from gateway.errors import NotFoundError
from gateway.reconciling import Scope
from gateway.store.contract import ClosedMonth
from settlement.periods import Month
from tests.gateway.test_reconciling import lines, registered
from tests.gateway.world import world

SEPTEMBER = Month(2026, 9)


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Gateway]:
    """Four courses in a closed month, of which the region has registered three, one of them as a cheaper one."""
    with world(tmp_path, 0, 1, 2, 3) as made:
        made.months.close(SEPTEMBER)
        every = sorted(lines(made), key=lambda line: -line.amount)
        known = [replace(registered(every[0]), category="1"), *map(registered, every[2:])]
        made.store.save_registrations(known, made.now())
        yield made


def summed(found: Iterable[ClaimControlled]) -> tuple[ControlSums, list[LineControlled]]:
    sums, remarked = ControlSums(), list[LineControlled]()
    for one in found:
        sums.add(one)
        remarked += one.remarked
    return sums, remarked


def test_remarks_hold_back_what_the_region_does_not_know(gateway: Gateway) -> None:
    sums, remarked = summed(control_month(gateway, SEPTEMBER, Scope()))
    assert set(sums.by_rule) == {"not-registered", "other-amount"}
    assert (sums.charges, sums.remarked) == (len(lines(gateway)), len(remarked)) == (4, 2)
    assert sums.claimed == sum(line.amount for line in lines(gateway))
    held = sum(one.line.amount - one.approve for one in remarked)
    assert 0 < held == sums.claimed - sums.proposed
    unknown = next(one.line.amount for one in remarked if one.remarks[0].rule == "not-registered")
    assert sums.by_rule["not-registered"] == (1, unknown)


def test_what_agrees_is_paid_in_full(gateway: Gateway) -> None:
    sums, remarked = summed(control_month(gateway, SEPTEMBER, Scope(source="hospital")))
    assert (remarked, sums.proposed) == ([], sums.claimed)


def test_a_high_amount_is_looked_at_and_approved(gateway: Gateway) -> None:
    sums, _ = summed(control_month(gateway, SEPTEMBER, Scope(source="hospital"), high=1))
    assert set(sums.by_rule) == {"unusually-high"}
    assert sums.proposed == sums.claimed


def test_a_course_claimed_by_two_municipalities_is_remarked_on_though_one_of_them_is_asked_for(tmp_path: Path) -> None:
    with world(tmp_path, 0, 1) as made:
        one, other = lines(made)
        claims = list(made.months.preview(SEPTEMBER))
        same = replace(other, citizen=one.citizen, service_date=one.service_date)
        mine = [
            replace(claim, lines=tuple(same if line == other else line for line in claim.lines)) for claim in claims
        ]
        made.store.save_claims(ClosedMonth(str(SEPTEMBER), one.agreement, made.now(), 99), mine)
        for scope in (Scope(), Scope(municipality=one.municipality), Scope(municipality=other.municipality)):
            sums, remarked = summed(control_month(made, SEPTEMBER, scope))
            assert sums.by_rule["claimed-twice"][0] == len(remarked) == sums.charges


def test_an_unknown_agreement_is_told_before_anything_is_read(gateway: Gateway) -> None:
    with pytest.raises(NotFoundError, match="iv-midtjylland"):
        control_month(gateway, SEPTEMBER, Scope(agreement="none"))
