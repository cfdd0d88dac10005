"""Deciding by the rules: the proposals become the region's answers, and a person's share is left to a person."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gateway.build import Gateway
from gateway.control_decisions import Answered, decide_by_rules, require_closed
from gateway.controlling import control_month
from gateway.disputing import raise_dispute
from gateway.errors import ConflictError
from gateway.reconciling import Scope
from gateway.region_desk import closed_claim
from mappings.reading import Outcome
from settlement.precontrol import RULES
from tests.gateway.test_controlling import SEPTEMBER, gateway, summed
from tests.gateway.world import world

__all__ = ["gateway"]
GUIDE = Path(__file__).parents[2] / "profiles" / "guide" / "resources"


def decided(gateway: Gateway, scope: Scope, high: int = 0) -> list[Answered]:
    found = control_month(gateway, SEPTEMBER, scope, high)
    return [decide_by_rules(gateway, one) for one in found if one.claim.lines]


def test_what_is_proposed_is_what_is_decided(gateway: Gateway) -> None:
    sums, _ = summed(control_month(gateway, SEPTEMBER, Scope()))
    answers = decided(gateway, Scope())
    assert all(one.taken and one.taken.outcome is Outcome.ACCEPTED for one in answers)
    lives = [closed_claim(gateway, one.claim)[1] for one in answers]
    assert sum(life.approved for life in lives) == sums.proposed < sums.claimed
    reasons = {decision.reason for life in lives for decision in life.decisions.values()}
    assert reasons == {"", "not-registered", "other-amount"}
    again = decided(gateway, Scope())
    assert [(one.decided, one.left, one.taken) for one in again] == [(0, 0, None)] * len(answers)


def test_what_a_person_should_see_and_what_is_disputed_is_left(gateway: Gateway) -> None:
    assert {(one.decided, one.taken) for one in decided(gateway, Scope(source="hospital"), high=1)} == {(0, None)}
    charges = [one for claim in control_month(gateway, SEPTEMBER, Scope(source="hospital")) for one in claim.charges]
    raise_dispute(gateway, charges[0].line.id, "other", "", "region", "")
    answers = decided(gateway, Scope(source="hospital"))
    assert sum(one.left for one in answers) == 1
    assert sum(one.decided for one in answers) == len(charges) - 1


def test_an_open_month_is_not_answered(tmp_path: Path) -> None:
    with world(tmp_path, 0) as made, pytest.raises(ConflictError, match="not closed"):
        require_closed(made, SEPTEMBER)


def test_every_rule_is_a_reason_the_guide_knows() -> None:
    system = json.loads((GUIDE / "CodeSystem-decision-reason.json").read_text(encoding="utf-8"))
    assert set(RULES) <= {concept["code"] for concept in system["concept"]}
