"""The region's desk: what is decided and paid by hand is a message like any other."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from gateway.errors import NotFoundError
from gateway.region_desk import answer_claim, closed_claim, owed_of, pay, rest_approved
from mappings.reading import Outcome
from settlement.decisions import Decision
from settlement.life import State
from settlement.periods import Month
from tests.gateway.test_months import PRICED
from tests.gateway.world import NOVEMBER, world

SEPTEMBER = Month.parse("2026-09")


def test_answers_and_payments_are_messages_with_their_format(tmp_path: Path) -> None:
    with world(tmp_path, PRICED) as gateway:
        (closed,) = gateway.months.close(SEPTEMBER)
        claim, life = closed_claim(gateway, closed.id)
        answered = answer_claim(gateway, claim, rest_approved(gateway, claim, life, ()))
        claim, life = closed_claim(gateway, closed.id)
        paid = pay(gateway, [owed_of(gateway, claim.id)], "4711", date(2026, 11, 30), None)
        for taken, form in ((answered, "claim-response"), (paid, "payment-reconciliation")):
            message = gateway.store.message(taken.message_id)
            assert message is not None
            assert (message.format, message.outcome, message.channel) == (form, Outcome.ACCEPTED, "file")
        assert closed_claim(gateway, closed.id)[1].state is State.PAID


def test_only_lines_nobody_decided_about_are_approved_with_the_rest(tmp_path: Path) -> None:
    with world(tmp_path, PRICED) as gateway:
        (closed,) = gateway.months.close(SEPTEMBER)
        (line,) = closed.lines
        claim, life = closed_claim(gateway, closed.id)
        now = Decision(line.id, 5, "other", "", NOVEMBER, "")
        assert rest_approved(gateway, claim, life, [now]) == []
        answer_claim(gateway, claim, [now])
        claim, life = closed_claim(gateway, closed.id)
        assert rest_approved(gateway, claim, life, ()) == []


def test_a_claim_nobody_knows_is_not_answered(tmp_path: Path) -> None:
    with world(tmp_path, PRICED) as gateway, pytest.raises(NotFoundError, match="overgang months"):
        closed_claim(gateway, "no such claim")
