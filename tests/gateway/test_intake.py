"""Intake: one message from bytes to receipt, through the same build as the program."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog

from gateway.build import Gateway, build
from gateway.demo.municipal import questionnaire
from gateway.demo.sending import as_json
from gateway.intake import Intake, Taken
from gateway.organisations import Member
from gateway.settings import Settings
from gateway.store.contract import MessageSearch
from mappings.reading import Family, Format, Outcome, Reading
from tests.bench.messages import adt, letter_id, notification
from tests.gateway.world import deciding

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Gateway]:
    built = build(Settings(data_folder=tmp_path, pseudonym_key="test"), now=lambda: NOON)
    yield built
    built.close()


async def take(gateway: Gateway, body: bytes, family: Family = Family.FHIR, peer: Member | None = None) -> Taken:
    return await gateway.intake.take(body, channel="http", family=family, media_type="", peer=peer)


def response_of(taken: Taken) -> dict[str, str]:
    assert taken.receipt is not None
    header = json.loads(taken.receipt.body)["entry"][0]["resource"]
    return {key: header["response"][key] for key in ("identifier", "code")}


async def test_a_discharge_is_taken_in_and_acknowledged(gateway: Gateway) -> None:
    taken = await take(gateway, notification("a", 1))
    assert taken.outcome in (Outcome.ACCEPTED, Outcome.ACCEPTED_WITH_WARNINGS)
    assert response_of(taken) == {"identifier": letter_id("a", 1), "code": "ok"}


async def test_raw_bytes_come_back_as_they_came(gateway: Gateway) -> None:
    taken = await take(gateway, notification("a", 1))
    assert gateway.store.raw(taken.message_id) == notification("a", 1)


async def test_a_repeated_letter_gets_the_stored_answer_and_changes_nothing(gateway: Gateway) -> None:
    first = await take(gateway, notification("a", 1))
    again = await take(gateway, notification("a", 1, sending=1))
    assert again.outcome is Outcome.DUPLICATE
    assert again.verdict == first.verdict
    assert response_of(again) == response_of(first)
    assert first.receipt is not None
    assert again.receipt is not None
    assert json.loads(again.receipt.body)["id"] != json.loads(first.receipt.body)["id"]
    message = gateway.store.message(first.message_id)
    assert message is not None
    assert len(gateway.store.records(message.citizen_key)) == len({*gateway.store.records(message.citizen_key)})


async def test_a_letter_id_with_other_content_is_refused(gateway: Gateway) -> None:
    await take(gateway, notification("a", 1))
    other = notification("a", 1, sending=1).replace(b"eget hjem", b"andet hjem")
    with structlog.testing.capture_logs() as logged:
        taken = await take(gateway, other)
    assert taken.outcome is Outcome.REFUSED
    assert "letter-id-reused" in {issue.code for issue in taken.verdict.issues}
    assert [line["log_level"] for line in logged if line["event"] == "id-reused"] == ["warning"]


async def test_the_citizen_is_a_key_everywhere_but_in_the_citizen_table(gateway: Gateway) -> None:
    taken = await take(gateway, notification("a", 1))
    message = gateway.store.message(taken.message_id)
    assert message is not None
    citizen = gateway.store.citizen(message.citizen_key)
    assert citizen is not None
    assert message.citizen_key == gateway.intake.citizen_key(citizen.identifier)
    assert citizen.identifier not in repr(gateway.store.records(message.citizen_key))


async def test_a_sender_who_is_not_the_one_logged_in_is_refused_and_reserves_no_letter_id(gateway: Gateway) -> None:
    stranger = Member("Another hospital", "hospital", sor="999000000000999")
    refused = await take(gateway, notification("a", 1), peer=stranger)
    assert refused.outcome is Outcome.REFUSED
    assert "sender-not-authorised" in {issue.code for issue in refused.verdict.issues}
    assert (await take(gateway, notification("a", 1, sending=1))).outcome is not Outcome.REFUSED


async def test_a_sender_who_is_the_one_logged_in_is_taken_in(gateway: Gateway) -> None:
    hospital = Member("Demohospitalet", "hospital", sor="999000000000101")
    taken = await take(gateway, notification("a", 1), peer=hospital)
    assert taken.outcome is not Outcome.REFUSED
    message = gateway.store.message(taken.message_id)
    assert message is not None
    assert message.peer == "Demohospitalet"


async def test_a_resource_that_names_no_sender_comes_from_the_one_logged_in(gateway: Gateway) -> None:
    system = Member("Spørgeskemasystemet", "pro", sor="999000000000301")
    taken = await take(gateway, as_json(questionnaire()), peer=system)
    assert taken.outcome is Outcome.ACCEPTED
    message = gateway.store.message(taken.message_id)
    assert message is not None
    assert message.sender_sor == "999000000000301"


@pytest.mark.parametrize("family", list(Family))
@pytest.mark.parametrize("body", [b"", b"{", b"<", b"MSH", b"\xff\xfe", b"null", b"[]", b"{}", b"<a/>"])
async def test_what_cannot_be_read_is_kept_and_refused(gateway: Gateway, family: Family, body: bytes) -> None:
    taken = await take(gateway, body, family)
    assert taken.outcome is Outcome.REFUSED
    assert taken.receipt is not None
    assert gateway.store.raw(taken.message_id) == body


async def test_the_message_id_of_a_letter_is_the_same_in_every_store(gateway: Gateway, tmp_path: Path) -> None:
    other = build(Settings(data_folder=tmp_path / "other", pseudonym_key="test"), now=lambda: NOON)
    first, second = await take(gateway, adt("a", 1), Family.HL7V2), await take(other, adt("a", 1), Family.HL7V2)
    other.close()
    assert first.message_id == second.message_id


class BugError(Exception):
    """A fault of ours."""


def broken(body: bytes, family: Family | None, media_type: str) -> tuple[Format, Reading]:
    raise BugError("0101405001")


async def test_a_fault_of_ours_parks_the_message_instead_of_losing_it(gateway: Gateway) -> None:
    intake = Intake(gateway.store, lambda: NOON, b"test", deciding(gateway), reader=broken)
    taken = await intake.take(notification("a", 1), channel="http", family=Family.FHIR, media_type="", peer=None)
    assert taken.outcome is Outcome.PARKED
    assert gateway.store.raw(taken.message_id) == notification("a", 1)
    assert [message.id for message in gateway.store.messages(MessageSearch(outcome="parked"))] == [taken.message_id]
    assert "0101405001" not in repr(taken.verdict)


async def test_nothing_is_stored_by_examining(gateway: Gateway) -> None:
    _, arrival = gateway.intake.examine(notification("a", 1), channel="file", family=None, media_type="", peer=None)
    assert arrival.verdict.outcome is not Outcome.REFUSED
    assert replace(arrival, reading=arrival.reading) == arrival
    assert gateway.store.count_messages(MessageSearch()) == 0
