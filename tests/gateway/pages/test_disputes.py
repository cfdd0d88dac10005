"""Disputes on the pages: raised and answered by the parties of a line, and seen by nobody else."""

from __future__ import annotations

from html import unescape

import httpx2
import pytest

from gateway.build import Gateway
from settlement.disputes import Step
from tests.gateway.pages.conftest import browsing, form_token
from tests.gateway.pages.sample import EVIL
from tests.gateway.pages.test_reconciliation import closed, log_in, only_line

__all__ = ["closed"]


async def post(client: httpx2.AsyncClient, line: str, address: str, **fields: str) -> httpx2.Response:
    page = (await client.get(f"/lines/{line}")).text
    return await client.post(address, data={"form_token": form_token(page), **fields})


async def test_the_parties_of_a_line_disagree_and_agree_again(closed: Gateway) -> None:
    line = only_line(closed).id
    async with browsing(closed) as client:
        await log_in(client, "midt")
        raised = await post(client, line, f"/lines/{line}/disputes", reason="wrong-amount", text=EVIL)
        assert (raised.status_code, raised.headers["location"]) == (303, f"/lines/{line}#disputes")
        (one,) = closed.store.disputes()
        page = (await client.get(f"/lines/{line}")).text
        assert EVIL not in page
        assert EVIL in unescape(page)
        assert "Gør indsigelse" not in page
        await post(client, line, f"/disputes/{one.id}", do="answer", text="Vi ser på det", party="municipality")
        await post(client, line, f"/disputes/{one.id}", do="close", text="")
        assert "Afsluttet" in (await client.get("/disputes?state=all")).text
        assert "Beløbet er forkert" not in (await client.get("/disputes")).text
    (one,) = closed.store.disputes()
    assert [(entry.step, entry.party, entry.person) for entry in one.entries] == [
        (Step.RAISED, "region", "midt"),
        (Step.ANSWERED, "region", "midt"),
        (Step.CLOSED, "region", "midt"),
    ]


async def test_who_belongs_to_no_party_says_for_whom_they_speak(closed: Gateway) -> None:
    line = only_line(closed).id
    async with browsing(closed) as client:
        await log_in(client, "alle")
        assert "På vegne af" in (await client.get(f"/lines/{line}")).text
        refused = await post(client, line, f"/lines/{line}/disputes", reason="other", text="")
        assert (refused.status_code, closed.store.disputes()) == (409, ())
        await post(client, line, f"/lines/{line}/disputes", reason="other", text="", party="municipality")
    assert closed.store.disputes()[0].entries[0].party == "municipality"


@pytest.mark.parametrize("name", ["nord", "randers", "aarhus"])
async def test_others_and_readers_write_nothing(closed: Gateway, name: str) -> None:
    line = only_line(closed).id
    async with browsing(closed) as client:
        await log_in(client, name)
        token = form_token((await client.get("/disputes")).text)
        refused = await client.post(f"/lines/{line}/disputes", data={"form_token": token, "reason": "other"})
    assert refused.status_code == 403
    assert closed.store.disputes() == ()


async def test_a_dispute_is_seen_by_its_parties_only(closed: Gateway) -> None:
    line = only_line(closed).id
    async with browsing(closed) as client:
        await log_in(client, "midt")
        await post(client, line, f"/lines/{line}/disputes", reason="wrong-category", text="Kategori 1")
        assert "Kategori 1" in (await client.get("/disputes")).text
    for name, sees in (("aarhus", True), ("nord", False), ("randers", False)):
        async with browsing(closed) as client:
            await log_in(client, name)
            assert ("Kategori 1" in (await client.get("/disputes")).text) is sees, name


async def test_what_is_not_there_is_said_so(closed: Gateway) -> None:
    line = only_line(closed).id
    async with browsing(closed) as client:
        await log_in(client, "alle")
        assert (await post(client, line, "/lines/none/disputes", reason="other")).status_code == 404
        assert (await post(client, line, "/disputes/none", do="close")).status_code == 404
