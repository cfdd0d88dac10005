"""Deliveries against a real server: taken once, whatever breaks on the way."""

from __future__ import annotations

import asyncio
import hashlib
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.delivery import Delivery, Patience, resend
from gateway.errors import NotFoundError
from gateway.organisations import Register, load_register
from gateway.settings import Settings
from gateway.store.contract import Delivery as Row
from gateway.store.contract import Store
from gateway.store.opening import open_store
from mappings.canonical_json import canonical_json, sealed
from mappings.submission import submission
from settlement.lines import Document
from tests.gateway.delivery_process import QUICK
from tests.gateway.region_server import DROP, SWALLOW, Region, region_server
from tests.mappings.test_claims import written

PROJECT = Path(__file__).parents[2]
AT = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)


def document(name: str) -> Document:
    bundle = {"resourceType": "Bundle", "id": name, "type": "collection", "entry": []}
    body = canonical_json(sealed(bundle))
    digest = hashlib.sha256(body).hexdigest()
    return Document(name, "claim-bundle", "2026-10", "0751", "DK-82", "active", body, digest, AT)


@dataclass(frozen=True)
class Place:
    """A gateway's store and settings, and the region it delivers to."""

    region: Region
    settings: Settings
    register: Register
    store: Store

    def row(self) -> Row:
        (row,) = self.store.deliveries()
        return row

    def delivery(self, patience: Patience = QUICK) -> Delivery:
        return Delivery(self.store, self.register, self.settings, lambda: datetime.now(UTC), patience)


@pytest.fixture
def region() -> Iterator[Region]:
    with region_server() as running:
        yield running


@pytest.fixture
def place(region: Region, tmp_path: Path) -> Iterator[Place]:
    file = tmp_path / "organisations.toml"
    file.write_text(
        '[[organisation]]\nname = "Region Midtjylland"\nrole = "region"\nregion = "DK-82"\n'
        f'endpoint = "{region.base}"\nendpoint_token = "secret"\n'
    )
    settings = Settings(data_folder=tmp_path / "data", organisations=file)
    register = load_register(file)
    store = open_store(settings, register.endpoints)
    yield Place(region, settings, register, store)
    store.close()


async def deliver_until(place: Place, states: set[str], patience: Patience = QUICK) -> None:
    """Run the background object until every delivery is in one of the states (20 seconds at most), then stop it."""
    stop = asyncio.Event()
    task = asyncio.create_task(place.delivery(patience).run(stop))
    try:
        async with asyncio.timeout(20):
            while {row.state for row in place.store.deliveries()} - states:
                await asyncio.sleep(0.05)
    finally:
        stop.set()
        await task


async def test_a_document_is_posted_once_under_the_condition_that_it_is_not_there(place: Place) -> None:
    paper = document("d1")
    place.store.save_documents([paper])
    await deliver_until(place, {"accepted"})
    assert place.region.stored == [paper.body]
    (seen,) = place.region.seen
    assert seen["Content-Type"] == "application/fhir+json"
    assert seen["Authorization"] == "Bearer secret"
    assert seen["If-None-Exist"].startswith("identifier=https%3A%2F%2F")
    assert (place.row().attempts, place.row().last_error) == (1, "")


async def test_a_region_that_asks_for_it_has_claims_submitted_once(place: Place) -> None:
    member = replace(place.register.members[0], claims="submit")
    asking = replace(place, register=replace(place.register, members=(member,)))
    bundle, empty = written(), document("empty")
    place.region.plan.append(SWALLOW)
    place.store.save_documents([bundle])
    await deliver_until(asking, {"accepted"})
    assert place.region.stored == [submission(bundle.body)]
    assert (place.region.paths, place.row().attempts) == (["/fhir/Claim/$submit"], 1)
    place.store.save_documents([empty])
    await deliver_until(asking, {"accepted"})
    assert (place.region.paths[1:], place.region.stored[1:]) == (["/fhir/Bundle"], [empty.body])


async def test_many_documents_are_all_delivered(place: Place) -> None:
    place.store.save_documents([document(f"d{number}") for number in range(12)])
    await deliver_until(place, {"accepted"})
    assert (len(place.region.stored), place.region.posts) == (12, 12)


async def test_a_passing_fault_is_tried_again(place: Place) -> None:
    place.region.plan += [503, 500, 429, 408, DROP]
    place.store.save_documents([document("d1")])
    await deliver_until(place, {"accepted"})
    assert (len(place.region.stored), place.region.posts) == (1, 6)


async def test_a_region_that_cannot_be_asked_now_is_not_posted_to_yet(place: Place) -> None:
    place.region.asks += [503]
    place.store.save_documents([document("d1")])
    await deliver_until(place, {"accepted"})
    assert place.region.posts == 1
    assert place.row().attempts == 1


async def test_an_accepted_post_whose_answer_is_lost_is_not_made_again(place: Place) -> None:
    place.region.plan += [SWALLOW]
    place.region.conditional = False
    place.store.save_documents([document("d1")])
    await deliver_until(place, {"accepted"})
    assert (len(place.region.stored), place.region.posts) == (1, 1)


async def test_a_lost_answer_from_a_region_that_cannot_be_asked_is_for_a_person(place: Place) -> None:
    place.region.plan += [SWALLOW]
    place.region.conditional = place.region.searchable = False
    place.store.save_documents([document("d1")])
    await deliver_until(place, {"failed"})
    assert place.region.posts == 1
    assert "unanswered" in place.row().last_error


async def test_a_refusal_is_visible_and_can_be_sent_again(place: Place) -> None:
    place.region.plan += (refusals := [301, 400, 401, 404, 422])
    place.store.save_documents([document(f"d{number}") for number in range(len(refusals))])
    await deliver_until(place, {"failed"})
    reasons = sorted(row.last_error for row in place.store.deliveries("failed"))
    assert reasons == [f"The region answered {status}; find out why, then send again." for status in refusals]
    resend(place.store, "d1", AT)
    await deliver_until(place, {"accepted", "failed"})
    assert place.region.stored == [document("d1").body]


async def test_only_a_failed_delivery_can_be_sent_again(place: Place) -> None:
    place.store.save_documents([document("d1")])
    with pytest.raises(NotFoundError):
        resend(place.store, "d1", AT)


async def test_it_gives_up_after_its_tries(place: Place) -> None:
    place.region.plan += [503] * 10
    place.store.save_documents([document("d1")])
    await deliver_until(place, {"failed"}, replace(QUICK, tries=2))
    assert place.row().last_error == "Given up after 2 tries. The region answered 503."


async def test_a_stop_between_tries_loses_nothing(place: Place) -> None:
    place.region.plan += [503]
    place.store.save_documents([document("d1")])
    await deliver_until(place, {"sending"}, replace(QUICK, first=1.0, longest=1.0))
    await deliver_until(place, {"accepted"})
    assert len(place.region.stored) == 1


async def test_a_lost_jobs_database_does_not_lose_or_repeat_a_delivery(place: Place) -> None:
    place.region.plan += [SWALLOW]
    place.region.conditional = False
    place.store.save_documents([document("d1")])
    await deliver_until(place, {"sending"}, replace(QUICK, first=30.0, longest=30.0))
    for file in place.settings.data_folder.glob("deliveries.db*"):
        file.unlink()
    await deliver_until(place, {"accepted"})
    assert (len(place.region.stored), place.region.posts) == (1, 1)


def report(numerator: int) -> Document:
    resource = {"resourceType": "MeasureReport", "id": "r1", "status": "complete", "group": [{"count": numerator}]}
    body = canonical_json(sealed(resource))
    digest = hashlib.sha256(body).hexdigest()
    return Document("r1", "measure-report", "2026-Q3", "0751", "DK-82", "complete", body, digest, AT)


async def test_a_report_that_changes_is_delivered_again(place: Place) -> None:
    place.store.save_documents([report(1)])
    await deliver_until(place, {"accepted"})
    place.store.save_documents([report(1), report(2)])
    await deliver_until(place, {"accepted"})
    assert place.region.stored == [report(1).body, report(2).body]


async def test_a_region_that_hangs_holds_up_no_other(place: Place) -> None:
    with region_server() as other:
        place.region.hold = threading.Event()
        file = place.settings.organisations
        assert file is not None
        file.write_text(
            file.read_text() + '\n[[organisation]]\nname = "Region Syddanmark"\nrole = "region"\nregion = "DK-83"\n'
            f'endpoint = "{other.base}"\n'
        )
        register = load_register(file)
        there = Place(other, place.settings, register, open_store(place.settings, register.endpoints))
        there.store.save_documents([document(f"d{number}") for number in range(8)])
        there.store.save_documents([replace(document("other"), recipient="DK-83")])
        stop = asyncio.Event()
        task = asyncio.create_task(there.delivery().run(stop))
        assert await asyncio.to_thread(other.on_stored.wait, 20)
        place.region.hold.set()
        stop.set()
        await task
        there.store.close()


async def test_nothing_is_sent_to_an_endpoint_that_is_not_configured(place: Place) -> None:
    place.store.save_documents([document("d1")])
    place.store.save_delivery(replace(place.row(), state="accepted"))
    place.store.save_delivery(Row("d1", f"{place.region.base}/elsewhere", "waiting", 0, "", AT))
    await deliver_until(place, {"accepted", "failed"})
    assert place.region.posts == 0
    (failed,) = place.store.deliveries("failed")
    assert "no longer known" in failed.last_error


async def test_without_regions_to_deliver_to_it_only_waits(place: Place) -> None:
    register = Register((), place.register.directory)
    delivery = Delivery(place.store, register, place.settings, lambda: AT, QUICK)
    stop = asyncio.Event()
    task = asyncio.create_task(delivery.run(stop))
    await asyncio.sleep(0.05)
    stop.set()
    await asyncio.wait_for(task, 1)
    assert not (place.settings.data_folder / "deliveries.db").exists()


def start_process(place: Place) -> subprocess.Popen[bytes]:
    arguments = [str(place.settings.data_folder), str(place.settings.organisations)]
    return subprocess.Popen(  # noqa: S603  (our own module)
        [sys.executable, "-m", "tests.gateway.delivery_process", *arguments], cwd=PROJECT
    )


async def test_a_gateway_killed_in_the_middle_of_a_post_delivers_exactly_once(place: Place) -> None:
    place.region.hold = threading.Event()
    place.region.conditional = False
    place.store.save_documents([document("d1")])
    child = start_process(place)
    try:
        assert await asyncio.to_thread(place.region.on_stored.wait, 30)
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()
    place.region.hold.set()
    assert place.row().state == "sending"
    await deliver_until(place, {"accepted"})
    assert (len(place.region.stored), place.region.posts) == (1, 1)
