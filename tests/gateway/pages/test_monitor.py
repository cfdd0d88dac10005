"""Monitoring on a page: numbers that lead to their episodes."""

from __future__ import annotations

import re
from html import unescape

import pytest

from gateway.build import Gateway
from tests.gateway.pages.conftest import browsing
from tests.gateway.pages.sample import CPR


async def test_every_number_leads_to_as_many_episodes(told: Gateway) -> None:
    async with browsing(told) as client:
        page = (await client.get("/monitor?months=2026-10")).text
        found = re.findall(r'<a href="(/monitor/episodes[^"]+)">(\d+)</a>', page)
        assert len(found) > 4
        for address, count in found:
            behind = (await client.get(unescape(address))).text
            assert len(set(re.findall(r'href="(/episodes/[^"]+)"', behind))) == int(count), address
    assert "Eksempel Hospital" in page
    assert CPR not in page


@pytest.mark.parametrize("address", ["/monitor?months=october", "/monitor/episodes", "/monitor/episodes?months=2026-1"])
async def test_months_that_cannot_be_understood_are_told(told: Gateway, address: str) -> None:
    async with browsing(told) as client:
        assert (await client.get(address)).status_code == 400


async def test_episodes_of_which_something_is_not_known(told: Gateway) -> None:
    async with browsing(told) as client:
        page = (await client.get("/monitor/episodes?months=2026-10&category=")).text
    assert "Tyngdekategori: Ikke oplyst" in page
