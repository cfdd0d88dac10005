"""A region's control on its page: remarks, the sample, notes; the region's own business."""

from __future__ import annotations

from dataclasses import replace
from html import unescape

import pytest

from gateway.build import Gateway
from gateway.pages.show import money
from tests.gateway.pages.conftest import browsing, form_token
from tests.gateway.pages.sample import EVIL
from tests.gateway.pages.test_reconciliation import closed, log_in, only_line, registered

__all__ = ["closed"]


async def test_what_is_remarked_stands_with_what_the_rules_propose(closed: Gateway) -> None:
    line = only_line(closed)
    closed.store.save_registrations([replace(registered(line), category="1")], closed.now())
    async with browsing(closed) as client:
        await log_in(client, "midt")
        assert 'href="/months/2026-10/control"' in (await client.get("/months/2026-10")).text
        page = unescape((await client.get("/months/2026-10/control")).text)
    assert "Regionens registrering giver et lavere beløb" in page
    assert money(line.amount, "da") in page
    assert f"/lines/{line.id}" in page


async def test_what_was_found_is_noted_and_carried_to_the_month(closed: Gateway) -> None:
    line = only_line(closed)
    async with browsing(closed) as client:
        await log_in(client, "midt")
        token = form_token((await client.get("/months/2026-10/control")).text)
        form = {"form_token": token, "verdict": "wrong", "due": "1.000,00", "text": EVIL}
        noted = await client.post(f"/lines/{line.id}/control", data=form)
        assert (noted.status_code, noted.headers["location"]) == (303, "/months/2026-10/control#sample")
        page = (await client.get("/months/2026-10/control")).text
        odd = await client.post(f"/lines/{line.id}/control", data=form | {"due": "meget"})
        none = await client.post("/lines/none/control", data=form)
    assert EVIL not in page
    assert "100,0\u00a0%" in page
    assert f"Burde være {money(100_000, 'da')}." in page
    assert money(line.amount - 100_000, "da") in page
    assert (odd.status_code, none.status_code) == (400, 404)
    assert [(note.due, note.person) for note in closed.store.control_notes([line.id])] == [(100_000, "midt")]


@pytest.mark.parametrize("name", ["aarhus", "randers"])
async def test_no_municipality_sees_what_is_drawn(closed: Gateway, name: str) -> None:
    async with browsing(closed) as client:
        await log_in(client, name)
        assert (await client.get("/months/2026-10/control")).status_code == 403
        assert "/control" not in (await client.get("/months/2026-10")).text


async def test_another_region_sees_nothing_of_it(closed: Gateway) -> None:
    line = only_line(closed)
    async with browsing(closed) as client:
        await log_in(client, "nord")
        page = (await client.get("/months/2026-10/control")).text
        assert (await client.get("/months/13/control")).status_code == 400
    assert line.id not in page
