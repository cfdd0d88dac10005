"""Every page, in both languages, on a full and on an empty gateway; its policy and its headers."""

from __future__ import annotations

import re

import pytest

from gateway.build import Gateway
from gateway.pages.site import PAGES
from gateway.pages.visit import Policy
from tests.gateway.pages.conftest import browsing

LISTS = (
    "/",
    "/parts/preview",
    "/messages",
    "/episodes",
    "/months",
    "/months/2026-10",
    "/months/2026-10/reconcile",
    "/disputes",
    "/months/2026-10/control",
    "/months/2026-10/changes",
    "/quality/2026-Q4",
    "/monitor",
    "/monitor?months=2026-Q4",
    "/monitor/episodes?months=2026-10",
    "/simulate",
    "/workbench",
)
ONE = ("/messages/l-discharge", "/messages/l-refused", "/messages/l-parked", "/messages/l-bare")


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("address", LISTS)
async def test_every_list_works_on_an_empty_gateway(empty: Gateway, address: str, language: str) -> None:
    async with browsing(empty) as client:
        client.cookies.set("language", language)
        page = await client.get(address)
    assert page.status_code == 200
    if not address.startswith("/parts"):
        assert f'<html lang="{language}">' in page.text


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("address", [*LISTS, *ONE])
async def test_every_page_works_on_a_full_gateway(told: Gateway, address: str, language: str) -> None:
    async with browsing(told) as client:
        client.cookies.set("language", language)
        assert (await client.get(address)).status_code == 200


@pytest.mark.parametrize("address", ["/messages/none", "/episodes/none", "/lines/none"])
async def test_what_is_not_here_is_said_so_on_a_page(empty: Gateway, address: str) -> None:
    async with browsing(empty) as client:
        page = await client.get(address)
    assert page.status_code == 404
    assert "Siden findes ikke" in page.text


@pytest.mark.parametrize(
    "address",
    [
        "/months/2026-13",
        "/months/october",
        "/months/october/changes",
        "/quality/2026-Q5",
        "/messages?since=yesterday",
        "/messages?before=x",
        "/messages?until=9999-12-31",
        "/messages?before=99999999999999999999",
    ],
)
async def test_what_cannot_be_understood_is_said_so_on_a_page(empty: Gateway, address: str) -> None:
    async with browsing(empty) as client:
        page = await client.get(address)
    assert page.status_code == 400
    assert "2026-10" in page.text


async def test_the_language_is_switched_by_a_link_and_remembered(empty: Gateway) -> None:
    async with browsing(empty) as client:
        switched = await client.get("/messages?text=abc&lang=en")
        assert (switched.status_code, switched.headers["location"]) == (303, "/messages?text=abc")
        assert "Everything that has come" in (await client.get("/messages")).text
        back = await client.get("/messages")
        assert 'href="?lang=da"' in back.text


async def test_pages_allow_nothing_inline_and_nothing_from_elsewhere(told: Gateway) -> None:
    async with browsing(told) as client:
        for address in [*LISTS, *ONE]:
            page = await client.get(address)
            policy = page.headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            assert page.headers["cache-control"] == "no-store"
            assert page.headers["x-content-type-options"] == "nosniff"
            assert " style=" not in page.text
            assert not re.search(r"""(?:src|action|hx-\w+|<link[^>]*href)=["']?https?:""", page.text)


async def test_without_a_login_pages_answer_to_this_machines_name_only(told: Gateway) -> None:
    async with browsing(told) as client:
        page = await client.get("http://evil.example/messages")
    assert page.status_code == 403
    assert "Eksempel Hospital" not in page.text


async def test_static_files_are_named_one_by_one(empty: Gateway) -> None:
    async with browsing(empty) as client:
        style = await client.get("/static/pages.css")
        script = await client.get("/static/htmx.min.js")
        assert (style.status_code, style.headers["content-type"]) == (200, "text/css; charset=utf-8")
        assert (script.status_code, script.headers["content-type"]) == (200, "text/javascript; charset=utf-8")
        assert (await client.get("/static/htmx.LICENSE.txt")).status_code == 404
        assert (await client.get("/static/..%2Fsite.py")).status_code == 404


def test_every_page_names_its_policy_and_none_is_for_anyone() -> None:
    assert all(page.policy in (Policy.PARTY, Policy.PARTY_WORK, Policy.PERSON, Policy.CITIZEN_DATA) for page in PAGES)


def test_what_shows_a_citizen_is_posted_and_for_few() -> None:
    own = {"/lines/{id}/disputes", "/disputes/{id}", "/lines/{id}/control"}  # says nothing of who a citizen is
    own |= {"/workbench", "/workbench/outcome", "/workbench/sarif"}  # what a visitor pastes is theirs already
    own |= {"/simulate", "/simulate/csv"}
    posted = {page.path for page in PAGES if page.method == "POST"} - own
    assert posted == {"/messages/{id}", "/messages/{id}/raw", "/citizen", "/episodes/{id}", "/documents/{id}"}
    assert all(page.policy is Policy.CITIZEN_DATA for page in PAGES if page.path in posted and page.method == "POST")
