"""A region's control of a month: remarks, what they propose to pay, a sample and what it says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.build import Gateway
from gateway.controlling import control_month, note, sample, sample_result
from gateway.errors import NotFoundError
from gateway.reconciling import Scope
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


def test_remarks_hold_back_what_the_region_does_not_know(gateway: Gateway) -> None:
    found = control_month(gateway, SEPTEMBER, Scope())
    assert set(found.by_rule) == {"not-registered", "other-amount"}
    assert found.claimed == sum(line.amount for line in lines(gateway))
    held = sum(one.line.amount - one.approve for one in found.remarked)
    assert 0 < held == found.claimed - found.proposed
    count, amount_held = found.by_rule["not-registered"]
    assert (count, amount_held) == (
        1,
        next(o.line.amount for o in found.remarked if o.remarks[0].rule == "not-registered"),
    )


def test_what_agrees_is_paid_in_full(gateway: Gateway) -> None:
    found = control_month(gateway, SEPTEMBER, Scope(source="hospital"))
    assert (found.remarked, found.proposed) == ((), found.claimed)


def test_a_high_amount_is_looked_at_and_approved(gateway: Gateway) -> None:
    found = control_month(gateway, SEPTEMBER, Scope(source="hospital"), high=1)
    assert set(found.by_rule) == {"unusually-high"}
    assert found.proposed == found.claimed


def test_the_sample_is_the_same_whoever_draws_and_other_by_another_seed(gateway: Gateway) -> None:
    found = control_month(gateway, SEPTEMBER, Scope())
    strata = sample(found, "")
    assert strata == sample(control_month(gateway, SEPTEMBER, Scope()), "2026-09")
    assert next((one.name, one.size) for one in strata) == ("remarked", 2)
    assert sum(one.size for one in strata) == len(lines(gateway))
    drawn = {sample(found, str(seed))[0].drawn for seed in range(20)}
    assert len(drawn) == 2


def test_what_is_found_in_the_sample_is_carried_to_the_month(gateway: Gateway) -> None:
    found = control_month(gateway, SEPTEMBER, Scope())
    strata = sample(found, "")
    (name,) = strata[0].drawn
    kept = note(gateway, name, 0, "Ikke givet til 010190-1234", "anna")
    assert kept.text == "Ikke givet til 010190-xxxx"
    remarked = sample_result(gateway, found, strata)[0]
    assert (remarked.checked, remarked.wrong, remarked.extrapolated) == (1, 1, remarked.amount)
    note(gateway, name, None, "", "bo")
    assert sample_result(gateway, found, strata)[0].wrong == 0
    with pytest.raises(NotFoundError, match="no charge"):
        note(gateway, "none", 0, "", "anna")
