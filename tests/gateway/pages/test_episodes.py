"""The episode list and one episode: filters, timeline, masked citizen, answers."""

from __future__ import annotations

import re

import httpx2
import pytest
from structlog.testing import capture_logs

from gateway.build import Gateway
from tests.gateway.pages.conftest import browsing, form_token
from tests.gateway.pages.sample import CPR, EVIL, OTHER_CPR


async def addresses(client: httpx2.AsyncClient, query: str = "") -> list[str]:
    """The episodes a list links to."""
    page = (await client.get(f"/episodes?{query}")).text
    return re.findall(r'href="(/episodes/[0-9a-f-]{36})"', page)


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 2),
        ("iv_type=antibiotic", 1),
        ("iv_type=fluid", 0),
        ("category=2", 1),
        ("missing=category", 1),
        ("municipality=0751", 2),
        ("municipality=0101", 0),
        ("status=active", 2),
    ],
)
async def test_filters_narrow_the_list(told: Gateway, query: str, count: int) -> None:
    async with browsing(told) as client:
        assert len(await addresses(client, query)) == count


async def test_an_episode_shows_its_course(told: Gateway) -> None:
    async with browsing(told) as client:
        [address] = await addresses(client, "iv_type=antibiotic")
        page = (await client.get(address)).text
    assert page.count("<circle") - page.split("</header>")[0].count("<circle") == 8
    assert page.count('class="span-') == 2
    for words in ("Antibiotika", "Kategori 2", "45 minutter", "Vagtlæge", "Aarhus", "135", "https://pro.example/iv"):
        assert words in page
    assert EVIL not in page


async def test_what_an_episode_lacks_is_said(told: Gateway) -> None:
    async with browsing(told) as client:
        [address] = await addresses(client, "missing=category")
        page = (await client.get(address)).text
    assert "Forløbet kan ikke afregnes" in page
    assert "Hospitalet har hverken sat IV-type eller kategori." in page


async def test_the_citizen_is_masked_until_revealed_by_a_posted_form(told: Gateway) -> None:
    async with browsing(told) as client:
        [address] = await addresses(client, "iv_type=antibiotic")
        page = (await client.get(address)).text
        assert "010190-xxxx" in page
        assert CPR not in page
        with capture_logs() as logs:
            revealed = (await client.post(address, data={"form_token": form_token(page)})).text
        assert CPR in revealed
        assert {"event": "citizen revealed", "episode": address[10:], "person": "", "log_level": "info"} in logs
        assert CPR not in str(logs)


async def test_no_list_holds_a_citizens_number(told: Gateway) -> None:
    async with browsing(told) as client:
        for address in ("/", "/messages", "/episodes", "/months/2026-10", "/quality/2026-Q4"):
            page = (await client.get(address)).text
            assert CPR not in page
            assert OTHER_CPR not in page
