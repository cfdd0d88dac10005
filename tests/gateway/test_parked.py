"""Parked messages: kept when we fail, read again when we no longer do, and never processed twice."""

from __future__ import annotations

import asyncio
from pathlib import Path

from gateway.build import Gateway
from gateway.demo.cast import course
from gateway.demo.month import course_sendings
from gateway.demo.sending import FHIR_JSON
from gateway.intake import Intake
from gateway.parked import retry
from gateway.replay import replay
from gateway.settings import Settings
from gateway.store.opening import open_store
from mappings.reading import Family, Format, Outcome, Reading
from settlement.periods import Month
from tests.bench.messages import notification
from tests.gateway.world import NOVEMBER, deciding, world


class BugError(Exception):
    """A fault of ours."""


def broken(body: bytes, family: Family | None, media_type: str) -> tuple[Format, Reading]:
    raise BugError


def park(gateway: Gateway, body: bytes) -> str:
    intake = Intake(gateway.store, lambda: NOVEMBER, b"test", deciding(gateway), reader=broken)
    taken = asyncio.run(intake.take(body, channel="http", family=Family.FHIR, media_type="", peer=None))
    assert taken.outcome is Outcome.PARKED
    return taken.message_id


def take(gateway: Gateway, body: bytes) -> Outcome:
    taking = gateway.intake.take(body, channel="http", family=Family.FHIR, media_type="", peer=None)
    return asyncio.run(taking).outcome


def test_what_can_be_read_now_gets_its_final_state_and_its_episode(tmp_path: Path) -> None:
    with world(tmp_path) as gateway:
        park(gateway, notification("p", 1))
        (kept,) = retry(gateway)
        assert kept.outcome is Outcome.ACCEPTED_WITH_WARNINGS
        gateway.projection.refresh()
        assert len(list(gateway.store.every_episode())) == 1
        assert retry(gateway) == []


def test_the_letter_is_known_from_then_on(tmp_path: Path) -> None:
    with world(tmp_path) as gateway:
        park(gateway, notification("p", 1))
        retry(gateway)
        assert take(gateway, notification("p", 1, sending=1)) is Outcome.DUPLICATE


def test_a_letter_sent_again_while_it_was_parked_is_processed_once(tmp_path: Path) -> None:
    with world(tmp_path) as gateway:
        park(gateway, notification("p", 1))
        assert take(gateway, notification("p", 1, sending=1)) is Outcome.ACCEPTED_WITH_WARNINGS
        (kept,) = retry(gateway)
        assert kept.outcome is Outcome.DUPLICATE
        gateway.projection.refresh()
        assert len(list(gateway.store.every_episode())) == 1


def test_what_is_wrong_in_itself_is_refused_once_it_can_be_read(tmp_path: Path) -> None:
    with world(tmp_path) as gateway:
        park(gateway, notification("p", 1)[:500])
        (kept,) = retry(gateway)
        assert kept.outcome is Outcome.REFUSED


def test_what_was_released_is_rebuilt_the_same(tmp_path: Path) -> None:
    with world(tmp_path / "store") as gateway:
        park(gateway, notification("p", 1))
        retry(gateway)
        scratch = open_store(Settings(data_folder=tmp_path / "scratch"), {})
        found = asyncio.run(replay(gateway, scratch))
        scratch.close()
        assert found.identical
        assert found.episodes.compared == 1


def test_what_was_closed_while_a_message_was_parked_is_rebuilt_without_it(tmp_path: Path) -> None:
    with world(tmp_path / "store", 3) as gateway:
        parked = [sending.body for sending in course_sendings(course(0)) if sending.media_type == FHIR_JSON]
        for body in parked:
            park(gateway, body)
        without = list(gateway.months.close(Month.parse("2026-09")))
        assert {kept.outcome for kept in retry(gateway)} <= {Outcome.ACCEPTED, Outcome.ACCEPTED_WITH_WARNINGS}
        assert len(parked) > 1
        assert list(gateway.months.close(Month.parse("2026-10")))
        assert gateway.store.claims("2026-09") == without
        scratch = open_store(Settings(data_folder=tmp_path / "scratch"), {})
        found = asyncio.run(replay(gateway, scratch))
        scratch.close()
        assert found.identical


def test_a_letter_sent_again_while_it_was_parked_is_rebuilt_the_same(tmp_path: Path) -> None:
    with world(tmp_path / "store") as gateway:
        park(gateway, notification("p", 1))
        take(gateway, notification("p", 1, sending=1))
        retry(gateway)
        scratch = open_store(Settings(data_folder=tmp_path / "scratch"), {})
        found = asyncio.run(replay(gateway, scratch))
        scratch.close()
        assert found.identical
