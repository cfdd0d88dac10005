"""The workroom: pages of a large store are made beside the doors, kept for a while, and given up when nobody asks."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import httpx2
import pytest

from gateway.build import Gateway
from gateway.errors import StoreError
from gateway.pages import site, workroom
from gateway.pages.people import Person
from gateway.pages.show import money
from gateway.pages.visit import Shown, View, Visit
from gateway.pages.workroom import Errand, Made, Working, Workroom
from gateway.settings import Settings
from settlement.agreements import SHIPPED
from settlement.periods import Month
from tests.gateway.pages.conftest import browsing, form_token

NOW = datetime(2026, 11, 5, 9, tzinfo=UTC)


def quick(visit: Visit) -> Shown:
    return Shown("made.html", {"asked": dict(visit.query), "now": visit.gateway.now(), "who": visit.person.name})


def slow(visit: Visit) -> Shown:
    for number in range(600):
        visit.progress(number / 1000)
        time.sleep(0.1)
    return Shown("never.html")


def broken(visit: Visit) -> Shown:
    raise RuntimeError("a fault of ours")


def refused(visit: Visit) -> Shown:
    raise StoreError("The store is away.")


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Workroom]:
    made = Workroom(Settings(data_folder=tmp_path, pseudonym_key="test"))
    yield made
    made.close()


def errand(view: View, name: str = "anna", **query: str) -> Errand:
    return Errand(view, Person(name), "da", {}, query, {"form_token": query.get("token", "")}, NOW)


def made_of(room: Workroom, asked: Errand) -> Made:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        found = room.look(asked)
        if not isinstance(found, Working):
            return found
        time.sleep(0.05)
    raise AssertionError("not made in a minute")


def test_a_page_is_made_elsewhere_and_kept_under_what_was_asked(room: Workroom) -> None:
    assert room.look(errand(quick, month="2026-10")) == Working(0, None)
    made = made_of(room, errand(quick, month="2026-10"))
    assert made == Shown("made.html", {"asked": {"month": "2026-10"}, "now": NOW, "who": "anna"})
    assert room.look(errand(quick, month="2026-10")) is made
    assert isinstance(room.look(errand(quick, "bo", month="2026-10")), Working)
    room.forget()
    assert isinstance(room.look(errand(quick, month="2026-10")), Working)


def test_what_is_asked_is_told_apart_by_everything_but_the_forms_token() -> None:
    one = errand(quick, month="2026-10")
    assert one.key == replace(one, form={"form_token": "other"}, now=datetime(2027, 1, 1, tzinfo=UTC)).key
    others = [
        replace(one, view=slow),
        replace(one, person=Person("anna", region="DK-82")),
        replace(one, person=Person("anna", municipality="0751")),
        replace(one, language="en"),
        replace(one, path={"month": "2026-10"}),
        replace(one, query={"month": "2026-11"}),
        replace(one, form={"text": "x"}),
    ]
    assert len({one.key, *(other.key for other in others)}) == 1 + len(others)


def test_one_page_at_a_time_and_what_nobody_asks_about_is_given_up(
    room: Workroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert room.look(errand(slow)) == Working(0, None)
    assert room.look(errand(quick)) == Working(waits=True)
    until = time.monotonic() + 60
    while (found := room.look(errand(slow))) == Working(0, None) or not (isinstance(found, Working) and found.share):
        assert time.monotonic() < until, found
        time.sleep(0.1)
    monkeypatch.setattr(workroom, "GIVEN_UP_SECONDS", 0.0)
    time.sleep(0.01)
    assert room.look(errand(quick)) == Working(0, None)


@pytest.mark.parametrize(("view", "told"), [(broken, "could not be made"), (refused, "The store is away")])
def test_what_cannot_be_made_says_so(room: Workroom, view: View, told: str) -> None:
    with pytest.raises(StoreError, match=told):
        made_of(room, errand(view))


def test_what_was_made_is_kept_for_a_while_only_and_not_too_much_of_it(
    room: Workroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workroom, "KEPT", 1)
    made_of(room, errand(quick, number="1"))
    second = made_of(room, errand(quick, number="2"))
    assert room.look(errand(quick, number="2")) is second
    monkeypatch.setattr(workroom, "KEPT_SECONDS", 0.0)
    time.sleep(0.01)
    assert isinstance(room.look(errand(quick, number="2")), Working)


async def test_pages_of_a_large_store_say_how_far_they_are_and_then_come(
    told: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workroom, "LARGE", 0)
    monkeypatch.setattr(site, "PATIENCE_SECONDS", 0.01)
    total = money(sum(claim.total for claim in told.months.preview(Month(2026, 10))), "da")
    new = (SHIPPED / "iv-midtjylland.toml").read_text(encoding="utf-8")
    async with browsing(told) as client:
        first = await client.get("/months/2026-10")
        assert (first.status_code, 'http-equiv="refresh"' in first.text) == (202, True)
        assert "Siden er ved at blive lavet" in first.text
        assert total in await asked_until_made(client, "/months/2026-10")
        part = await client.get("/parts/preview")
        assert (part.status_code, "<html" in part.text) == (202, False)
        assert total in await asked_until_made(client, "/parts/preview")
        token = form_token((await client.get("/simulate")).text)
        form = {"form_token": token, "text": new, "months": "2026-01..2026-10"}
        waiting = await client.post("/simulate", data=form)
        assert (waiting.status_code, 'section id="result"' in waiting.text) == (202, True)
        assert new.splitlines()[2] in unescape(waiting.text)
        assert total in await asked_until_made(client, "/simulate", form)
        file = await asked_until_made(client, "/simulate/csv", form)
    assert "2026-10" in file


async def asked_until_made(client: httpx2.AsyncClient, address: str, form: dict[str, str] | None = None) -> str:
    for _ in range(600):
        answer = await (client.post(address, data=form) if form else client.get(address))
        if answer.status_code != 202:
            assert answer.status_code == 200
            return answer.text
        await asyncio.sleep(0.1)
    raise AssertionError(f"{address} was not made in a minute")
