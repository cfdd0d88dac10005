"""A region's post-control of a month: a sample, what was found of it, and what that says of the whole."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gateway.build import Gateway
from gateway.controlling import control_month
from gateway.errors import ConflictError, NotFoundError
from gateway.post_control import (
    Sampled,
    as_sampled,
    kept_sample,
    note,
    sample,
    sample_before,
    sample_result,
    sampled_lines,
)
from gateway.reconciling import Scope
from tests.gateway.test_controlling import SEPTEMBER, gateway
from tests.gateway.test_reconciling import lines, registered
from tests.gateway.world import world

__all__ = ["gateway"]


def drawn(gateway: Gateway, seed: str = "") -> Sampled:
    return sample(control_month(gateway, SEPTEMBER, Scope()), SEPTEMBER, seed)


def test_the_sample_is_the_same_whoever_draws_and_other_by_another_seed(gateway: Gateway) -> None:
    found = drawn(gateway)
    assert found == drawn(gateway, "2026-09")
    assert next((one.name, one.size) for one in found.strata) == ("remarked", 2)
    assert sum(one.size for one in found.strata) == len(lines(gateway))
    assert found.amounts.keys() == {name for one in found.strata for name in one.drawn}
    assert len({drawn(gateway, str(seed)).strata[0].drawn for seed in range(20)}) == 2


def test_lines_drawn_are_found_in_a_closed_month_and_in_an_open_one(gateway: Gateway, tmp_path: Path) -> None:
    for made in (gateway, None):
        with world(tmp_path / "open", 0, 1, 2, 3) as other:
            one = made or other
            names = list(drawn(one).amounts)
            found = sampled_lines(one, SEPTEMBER, names)
            assert {name: line.amount for name, line in found.items()} == dict(drawn(one).amounts)
            assert sampled_lines(one, SEPTEMBER, ["none"]) == {}


def test_what_is_found_in_the_sample_is_carried_to_the_month(gateway: Gateway) -> None:
    found = drawn(gateway)
    (name,) = found.strata[0].drawn
    kept = note(gateway, name, 0, "Ikke givet til 010190-1234", "anna")
    assert kept.text == "Ikke givet til 010190-xxxx"
    remarked = sample_result(gateway, found)[0]
    assert (remarked.checked, remarked.wrong, remarked.extrapolated) == (1, 1, remarked.amount)
    note(gateway, name, None, "", "bo")
    assert sample_result(gateway, found)[0].wrong == 0
    with pytest.raises(NotFoundError, match="no charge"):
        note(gateway, "none", 0, "", "anna")


def test_the_sample_of_a_closed_month_is_kept_whatever_is_registered_since(gateway: Gateway, tmp_path: Path) -> None:
    scope, found = Scope(), drawn(gateway)
    assert sample_before(gateway, SEPTEMBER, scope, "") is None
    kept = kept_sample(gateway, found, scope, "", "anna")
    assert (kept.person, kept.seed, as_sampled(kept)) == ("anna", "2026-09", found)
    gateway.store.save_registrations(
        [replace(registered(line), category="4") for line in lines(gateway)], gateway.now()
    )
    again = drawn(gateway)
    assert again != found
    assert kept_sample(gateway, again, scope, "", "bo") == kept
    assert sample_before(gateway, SEPTEMBER, scope, "2026-09") == kept
    assert sample_before(gateway, SEPTEMBER, Scope(region="DK-82"), "") is None
    with world(tmp_path / "open", 0) as other, pytest.raises(ConflictError, match="not closed"):
        kept_sample(other, found, scope, "", "anna")
