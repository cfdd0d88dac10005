"""How far claims and months have come, over what is stored: of several months at once, and of drafts."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from gateway.build import Gateway
from gateway.disputing import raise_dispute
from gateway.lives import LivedMonth, claims_lived, lived, months_lived, stages
from gateway.region_desk import answer_claim, closed_claim, owed_of, pay, rest_approved
from settlement.life import State
from settlement.periods import Month
from settlement.records import WeightCategory
from tests.gateway.test_months import OTHER, PRICED, changed_category
from tests.gateway.world import send, world

SEPTEMBER, OCTOBER = Month.parse("2026-09"), Month.parse("2026-10")


def test_an_open_month_is_a_draft(tmp_path: Path) -> None:
    with world(tmp_path, PRICED, OTHER) as gateway:
        assert [one.life.state for one in claims_lived(gateway, SEPTEMBER)] == [State.DRAFT, State.DRAFT]
        assert months_lived(gateway) == ()


def test_claims_of_several_months_each_have_their_own_answers(tmp_path: Path) -> None:
    with world(tmp_path, PRICED) as gateway:
        (september,) = gateway.months.close(SEPTEMBER)
        send(gateway, changed_category(PRICED, WeightCategory.FOUR))
        (october,) = gateway.months.close(OCTOBER)
        claim, life = closed_claim(gateway, october.id)
        answer_claim(gateway, claim, rest_approved(gateway, claim, life, ()))
        both = lived(gateway, [september, october])
        assert [(one.claim.id, one.life.state) for one in both] == [
            (september.id, State.SUBMITTED),
            (october.id, State.CLOSED),
        ]
        assert months_lived(gateway) == (
            LivedMonth("2026-10", State.CLOSED, 1, 0, october.total, october.total, october.total, None),
            LivedMonth("2026-09", State.SUBMITTED, 1, 0, september.total, 0, september.total, None),
        )


def test_stages_are_the_lives_of_the_claims_without_their_lines(tmp_path: Path) -> None:
    with world(tmp_path, PRICED, OTHER) as gateway:
        claims = list(gateway.months.close(SEPTEMBER))
        agree(gateway)
        claim, life = closed_claim(gateway, claims[0].id)
        answer_claim(gateway, claim, rest_approved(gateway, claim, life, ()))
        agree(gateway)
        raise_dispute(gateway, claim.lines[0].id, "other", "", "region", "")
        agree(gateway)
        claim, life = closed_claim(gateway, claims[1].id)
        pay(gateway, [owed_of(gateway, claim.id)], "B-1", date(2026, 11, 1), None)
        agree(gateway)
        assert {one.state for one in stages(gateway, "2026-09")} == {State.ANSWERED, State.PAID}


def agree(gateway: Gateway) -> None:
    told = [(one.sums.claim, one.state, one.owed, one.paid, one.sums.total) for one in stages(gateway, "2026-09")]
    lives = sorted(claims_lived(gateway, SEPTEMBER), key=lambda one: one.claim.id)
    assert told == [(one.claim.id, one.life.state, one.life.owed, one.life.paid, one.claim.total) for one in lives]
