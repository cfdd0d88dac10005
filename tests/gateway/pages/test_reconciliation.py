"""Both sides of a month as a page, and who sees which claims."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import httpx2
import pytest

from gateway.build import Gateway
from gateway.pages.people import hash_password
from gateway.pages.show import money
from gateway.pages.site import PAGES
from gateway.pages.visit import Policy
from settlement.lines import Line
from settlement.periods import Month
from settlement.registrations import Registration
from tests.gateway.pages.conftest import browsing
from tests.gateway.pages.sample import CPR, sample_gateway, tell

OCTOBER = Month(2026, 10)
PASSWORD = "vintergæk"
HASH = hash_password(PASSWORD)
PEOPLE = "".join(
    f'[[person]]\nname = "{name}"\npassword = "{HASH}"\n{more}\n\n'
    for name, more in (
        ("alle", 'role = "caseworker"'),
        ("midt", 'region = "DK-82"\nrole = "caseworker"'),
        ("nord", 'region = "DK-81"'),
        ("aarhus", 'municipality = "0751"'),
        ("randers", 'municipality = "0730"'),
    )
)


@pytest.fixture
async def closed(tmp_path: Path) -> AsyncIterator[Gateway]:
    """A gateway with people of several parties, in November, which has closed October."""
    people = tmp_path / "people.toml"
    people.write_text(PEOPLE, encoding="utf-8")
    gateway = sample_gateway(tmp_path / "data", datetime(2026, 11, 5, 9, 0, tzinfo=UTC), people=people)
    await tell(gateway)
    gateway.months.close(OCTOBER)
    yield gateway
    gateway.close()


async def log_in(client: httpx2.AsyncClient, name: str) -> httpx2.Response:
    return await client.post("/login", data={"name": name, "password": PASSWORD})


def only_line(gateway: Gateway) -> Line:
    [claim] = gateway.months.preview(OCTOBER)
    return claim.lines[0]


def registered(line: Line) -> Registration:
    return Registration(
        "<b>r1</b>", line.citizen, line.municipality, "DK-82", line.service_date, line.iv_type, "3", "lpr"
    )


async def test_each_difference_stands_with_its_amounts_and_leads_to_its_line(closed: Gateway) -> None:
    line = only_line(closed)
    unknown = replace(registered(line), id="r2", citizen="other")
    closed.store.save_registrations([registered(line), unknown], closed.now())
    async with browsing(closed) as client:
        await log_in(client, "alle")
        month = (await client.get("/months/2026-10")).text
        page = unescape((await client.get("/months/2026-10/reconcile")).text)
        one = (await client.get("/months/2026-10/reconcile?finding=not-claimed")).text
    assert 'href="/months/2026-10/reconcile"' in month
    for text in (
        "Tyngdekategorien er forskellig",
        "Kommunen har ikke krævet forløbet",
        money(line.amount, "da"),
        "lpr",
    ):
        assert text in page
    assert f"/lines/{line.id}" in page
    assert f"/lines/{line.id}" not in one
    assert "<b>r1" not in one
    assert CPR not in page


@pytest.mark.parametrize("form", ["csv", "xlsx"])
async def test_the_courses_come_as_a_file(closed: Gateway, form: str) -> None:
    async with browsing(closed) as client:
        await log_in(client, "alle")
        file = await client.get(f"/months/2026-10/reconcile/{form}?municipality=0751")
        none = await client.get("/months/2026-10/reconcile/pdf")
    assert file.headers["content-disposition"] == f'attachment; filename="reconciliation-2026-10.{form}"'
    assert file.content
    assert none.status_code == 404


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/months/2026-13/reconcile", 400),
        ("/months/2026-10/reconcile?source=nobody", 404),
        ("/months/x/reconcile/csv", 400),
    ],
)
async def test_what_is_not_there_is_said_so(closed: Gateway, address: str, status: int) -> None:
    async with browsing(closed) as client:
        await log_in(client, "alle")
        assert (await client.get(address)).status_code == status


@pytest.mark.parametrize(("name", "sees"), [("midt", True), ("aarhus", True), ("nord", False), ("randers", False)])
async def test_a_party_sees_its_own_claims_and_no_others(closed: Gateway, name: str, sees: bool) -> None:
    line, [claim] = only_line(closed), closed.months.preview(OCTOBER)
    total = money(line.amount, "da")
    async with browsing(closed) as client:
        assert (await log_in(client, name)).headers["location"] == "/months"
        found = {
            address: await client.get(address)
            for address in (
                "/months/2026-10",
                "/months/2026-10/changes",
                f"/lines/{line.id}",
                f"/months/2026-10/statements/{claim.id}/csv",
                "/months/2026-10/reconcile",
                "/months/2026-10/reconcile?region=DK-82&municipality=0751",
                "/months/2026-10/reconcile/csv?region=DK-82&municipality=0751",
            )
        }
    for address, page in found.items():
        text = unescape(page.text)
        shown = page.status_code == 200 and (total in text or line.id in text)
        assert shown is sees, address


async def test_a_party_gets_nothing_but_what_is_for_parties(closed: Gateway) -> None:
    async with browsing(closed) as client:
        await log_in(client, "midt")
        page = (await client.get("/months")).text
        for other in PAGES:
            if other.policy is not Policy.PARTY and other.method == "GET":
                assert (await client.get(other.path.replace("{id}", "l-discharge"))).status_code == 403, other.path
        assert (await client.post(f"/documents/{next(closed.months.preview(OCTOBER)).id}")).status_code == 403
    assert 'href="/messages"' not in page
    assert 'href="/months"' in page
