"""Disputes about a gateway's lines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.build import Gateway
from gateway.disputing import add_to_dispute, raise_dispute
from gateway.errors import BadRequestError, NotFoundError
from settlement.disputes import Step
from settlement.periods import Month
from tests.gateway.world import world


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Gateway]:
    with world(tmp_path, 0) as made:
        made.months.close(Month(2026, 9))
        yield made


def line(gateway: Gateway) -> str:
    return next(gateway.months.preview(Month(2026, 9))).lines[0].id


def test_a_dispute_goes_from_raised_to_closed(gateway: Gateway) -> None:
    one = raise_dispute(gateway, line(gateway), "wrong-amount", "For meget", "region", "anna")
    answered = add_to_dispute(gateway, one.id, Step.ANSWERED, "Nej", "municipality", "bo")
    closed = add_to_dispute(gateway, one.id, Step.CLOSED, "", "region", "anna")
    assert [each.state for each in (one, answered, closed)] == [Step.RAISED, Step.ANSWERED, Step.CLOSED]
    assert gateway.store.disputes() == (closed,)


def test_numbers_of_citizens_are_masked_before_they_are_kept(gateway: Gateway) -> None:
    one = raise_dispute(gateway, line(gateway), "other", "Det er 010190-1234", "region", "")
    assert one.entries[0].text == "Det er 010190-xxxx"


def test_what_cannot_be_written_is_told(gateway: Gateway) -> None:
    with pytest.raises(NotFoundError, match="no claimed line"):
        raise_dispute(gateway, "none", "other", "", "region", "")
    with pytest.raises(NotFoundError, match="no dispute"):
        add_to_dispute(gateway, "none", Step.CLOSED, "", "region", "")
    with pytest.raises(BadRequestError, match="wrong-category"):
        raise_dispute(gateway, line(gateway), "because", "", "region", "")
    one = raise_dispute(gateway, line(gateway), "other", "", "region", "")
    with pytest.raises(BadRequestError, match="text"):
        add_to_dispute(gateway, one.id, Step.ANSWERED, " ", "municipality", "")
