"""Logging in: who gets in, who sees citizens, what a form needs, and how often one may try."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from gateway.build import Gateway
from gateway.pages.people import hash_password
from tests.gateway.pages.conftest import browsing, form_token
from tests.gateway.pages.sample import CPR, sample_gateway, tell
from tests.gateway.running import gateway_at, sha256

ANNA = hash_password("vintergæk")
REIN = hash_password("erantis")


@pytest.fixture
async def guarded(tmp_path: Path) -> AsyncIterator[Gateway]:
    """A gateway with two people: Anna is a caseworker, Rein a reader who reads English."""
    people = tmp_path / "people.toml"
    people.write_text(
        f'[[person]]\nname = "anna"\npassword = "{ANNA}"\nrole = "caseworker"\n\n'
        f'[[person]]\nname = "rein"\npassword = "{REIN}"\nlanguage = "en"\n',
        encoding="utf-8",
    )
    gateway = sample_gateway(tmp_path / "data", people=people)
    await tell(gateway)
    yield gateway
    gateway.close()


async def log_in(client: httpx2.AsyncClient, name: str, password: str) -> httpx2.Response:
    """Post the log-in form."""
    return await client.post("/login", data={"name": name, "password": password})


async def test_nobody_sees_a_page_before_logging_in(guarded: Gateway) -> None:
    async with browsing(guarded) as client:
        for address in ("/", "/messages", "/messages/l-discharge", "/episodes", "/months/2026-10", "/parts/preview"):
            turned = await client.get(address)
            assert (turned.status_code, turned.headers["location"]) == (303, "/login")
        assert (await client.post("/citizen", data={"cpr": CPR})).headers["location"] == "/login"


async def test_a_right_password_opens_the_pages_and_logging_out_closes_them(guarded: Gateway) -> None:
    async with browsing(guarded) as client:
        entered = await log_in(client, "anna", "vintergæk")
        assert (entered.status_code, entered.headers["location"]) == (303, "/")
        cookie = entered.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "samesite=strict" in cookie.lower()
        first = await client.get("/")
        assert "anna" in first.text
        await client.post("/logout", data={"form_token": form_token(first.text)})
        assert (await client.get("/")).status_code == 303


async def test_a_person_reads_in_their_own_language(guarded: Gateway) -> None:
    async with browsing(guarded) as client:
        await log_in(client, "rein", "erantis")
        assert "Look at these first" in (await client.get("/")).text


@pytest.mark.parametrize(("name", "password"), [("anna", "erantis"), ("nobody", "vintergæk"), ("", "")])
async def test_a_wrong_password_and_an_unknown_name_look_the_same(guarded: Gateway, name: str, password: str) -> None:
    async with browsing(guarded) as client:
        refused = await log_in(client, name, password)
        assert refused.status_code == 403
        assert "Navn eller adgangskode er forkert." in refused.text
        assert (await client.get("/")).status_code == 303


async def test_after_five_wrong_tries_not_even_the_right_password_helps(guarded: Gateway) -> None:
    async with browsing(guarded) as client:
        for _ in range(5):
            assert (await log_in(client, "anna", "gæt")).status_code == 403
        assert (await log_in(client, "anna", "vintergæk")).status_code == 429


async def test_a_forged_or_altered_cookie_is_nobody(guarded: Gateway) -> None:
    async with browsing(guarded) as client:
        await log_in(client, "rein", "erantis")
        cookie = client.cookies["overgang"]
    for forged in (
        cookie[:-1] + ("0" if cookie[-1] != "0" else "1"),
        "x",
        "." * 9,
        f"QUJD.{cookie.rpartition('.')[2]}",
    ):
        async with browsing(guarded) as client:
            client.cookies.set("overgang", forged)
            assert (await client.get("/")).status_code == 303


async def test_a_form_from_elsewhere_does_nothing(guarded: Gateway) -> None:
    async with browsing(guarded) as client:
        await log_in(client, "anna", "vintergæk")
        for forged in ({}, {"form_token": ""}, {"form_token": "0" * 64}, {"form_token": "æ"}):
            answer = await client.post("/messages/l-discharge", data=forged)
            assert answer.status_code == 403
            assert CPR not in answer.text


async def test_a_reader_never_sees_who_a_citizen_is(guarded: Gateway) -> None:
    async with browsing(guarded) as client:
        await log_in(client, "rein", "erantis")
        page = await client.get("/messages/l-refused")
        assert "010190-xxxx" in page.text
        assert "ADT^A99|1" not in page.text
        assert "Show the citizen" not in page.text
        token = {"form_token": form_token(page.text)}
        for address in ("/messages/l-refused", "/messages/l-refused/raw", "/citizen"):
            answer = await client.post(address, data=token | {"cpr": CPR})
            assert answer.status_code == 403
            assert CPR not in answer.text


async def test_a_reader_sees_answered_codes_but_not_what_citizens_wrote(guarded: Gateway) -> None:
    for name, password, sees in (("anna", "vintergæk", True), ("rein", "erantis", False)):
        async with browsing(guarded) as client:
            await log_in(client, name, password)
            listed = (await client.get("/episodes?iv_type=antibiotic")).text
            episode = (await client.get("/episodes/" + listed.split('href="/episodes/')[1].split('"')[0])).text
        assert "LA6752-5" in episode
        assert ("Ingen problemer" in episode) is sees


async def test_where_nobody_logs_in_the_log_in_page_is_the_overview(tmp_path: Path) -> None:
    gateway = sample_gateway(tmp_path)
    async with browsing(gateway) as client:
        assert (await client.get("/login")).headers["location"] == "/"
        assert (await client.post("/login", data={"name": "x"})).headers["location"] == "/"
    gateway.close()


async def test_beyond_this_machine_pages_without_people_are_closed(tmp_path: Path) -> None:
    gateway = sample_gateway(tmp_path, http_host="0.0.0.0")  # noqa: S104  (that it is open is what is tested)
    async with browsing(gateway) as client:
        page = await client.get("/")
    gateway.close()
    assert page.status_code == 403
    assert "OVERGANG_PEOPLE" in page.text


async def test_with_access_control_pages_without_people_are_closed(tmp_path: Path) -> None:
    organisation = f'[[organisation]]\nname = "x"\nrole = "hospital"\nsor = "1"\ntoken_sha256 = "{sha256("x")}"\n'
    gateway = gateway_at(tmp_path, organisation)
    async with browsing(gateway) as client:
        page = await client.get("/")
    gateway.close()
    assert page.status_code == 403
    assert "OVERGANG_PEOPLE" in page.text


async def test_a_part_of_a_page_sends_the_whole_page_to_the_log_in(guarded: Gateway) -> None:
    async with browsing(guarded) as client:
        part = await client.get("/parts/preview", headers={"HX-Request": "true"})
    assert (part.status_code, part.headers["hx-redirect"]) == (401, "/login")


async def test_another_site_cannot_log_a_person_in(guarded: Gateway) -> None:
    async with browsing(guarded) as client:
        form = {"name": "anna", "password": "vintergæk"}
        answer = await client.post("/login", data=form, headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 403
        assert (await client.get("/")).status_code == 303
