"""Order does not matter: a citizen's course, in any order and with repeats, gives the same episode, lines and bytes."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.build import Gateway
from gateway.demo.cast import MONTH, course
from gateway.demo.month import course_sendings
from gateway.demo.run import organisations_file
from gateway.demo.sending import Sending
from gateway.store.contract import DocumentSearch, EpisodeSearch
from settlement.episodes import Episode
from settlement.lines import Claim
from settlement.periods import Month
from tests.acceptance.house import house
from tests.acceptance.test_variations import samples

CLOSED_AT = datetime(2026, 11, 1, 12, tzinfo=UTC)
ORDERS = 3
COURSES = {
    "notification, delivery reports, readmission": 7,
    "HL7 v2 with an update and a referral": 10,
    "HL7 v2 with IV type in OBX": 2,
    "XDIS18": 1,
    "XREF15 and answers": 5,
    "IV referral": 4,
    "care communication": 6,
    "category changed later": 13,
    "leave": 31,
    "death": 19,
    "admission cancelled": 22,
    "discharge sent late": 28,
}
"""What is special about the course, and its number in the demo month."""

Result = tuple[list[Episode], tuple[Claim, ...], list[tuple[str, bytes]]]


async def played(folder: Path, sendings: Sequence[Sending], month: str = MONTH) -> Result:
    """What a gateway makes of sendings, once a month is closed: episodes, claims and the bytes of bundles."""
    async with house(folder, organisations_file(""), pseudonym_key="order", now=lambda: CLOSED_AT) as served:
        for sending in sendings:
            answer = await served.send(sending)
            assert answer.said in ("ok", "AA", "CA", "PositiveReceipt", "OperationOutcome"), sending.label
        assert served.count("refused") == 0
        return result_of(served.gateway, month)


def result_of(gateway: Gateway, month: str) -> Result:
    """Close a month, and read everything that came of it."""
    claims = tuple(gateway.months.close(Month.parse(month)))
    documents = gateway.store.documents(DocumentSearch(kinds=("claim-bundle",), count=100))
    episodes = gateway.store.episodes(EpisodeSearch(count=100))
    return episodes, claims, [(document.id, document.body) for document in documents]


def shuffled(sendings: Sequence[Sending], seed: int) -> list[Sending]:
    """The sendings in another order, a third of them twice."""
    dice = random.Random(seed)  # noqa: S311 - an order that can be repeated, no secret
    mixed = [*sendings, *(sending for sending in sendings if dice.random() < 1 / 3)]
    dice.shuffle(mixed)
    return mixed


@pytest.mark.parametrize("name", COURSES)
async def test_one_course_in_any_order(tmp_path: Path, name: str) -> None:
    sendings = list(course_sendings(course(COURSES[name])))
    first = await played(tmp_path / "in-order", sendings)
    assert first[0]
    orders = [sendings[::-1], *(shuffled(sendings, seed) for seed in range(ORDERS))]
    for number, order in enumerate(orders):
        assert await played(tmp_path / str(number), order) == first


async def test_corrections_and_cancellations_in_any_order(tmp_path: Path) -> None:
    """Our samples are about few citizens: events of one stay, said anew, corrected and taken back."""
    sendings = await compatible(tmp_path / "choice")
    first = await played(tmp_path / "in-order", sendings, "2026-10")
    assert first[0]
    for seed in range(ORDERS):
        assert await played(tmp_path / str(seed), shuffled(sendings, seed), "2026-10") == first


async def compatible(folder: Path) -> list[Sending]:
    """The samples without those that have another sample's letter id, and without receipts."""
    chosen = []
    async with house(folder) as served:
        for sending in samples():
            answer = await served.send(sending)
            if answer.said and served.last().outcome.value != "refused":
                chosen.append(sending)
    return chosen
