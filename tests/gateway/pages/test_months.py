"""Months, lines and claims: as previewed, and as closed."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from gateway.build import Gateway
from gateway.pages import months
from gateway.pages.people import Person
from gateway.pages.show import money
from mappings.canonical_json import canonical_json
from mappings.claim_responses import claim_answers
from mappings.payments import payment_reconciliation
from mappings.reading import Family, Outcome
from settlement.decisions import Decision
from settlement.invoices import Given
from settlement.payments import Payment
from settlement.periods import Month
from tests.gateway.pages.conftest import browsing, form_token
from tests.gateway.pages.sample import CPR, EVIL, sample_gateway, tell

OCTOBER = Month(2026, 10)


@pytest.fixture
async def closed(tmp_path: Path) -> AsyncIterator[Gateway]:
    """A gateway in November to which the story has come, and which has closed October."""
    gateway = sample_gateway(tmp_path, datetime(2026, 11, 5, 9, 0, tzinfo=UTC))
    await tell(gateway)
    gateway.months.close(OCTOBER)
    yield gateway
    gateway.close()


async def test_an_open_month_is_previewed_with_its_explanations(told: Gateway) -> None:
    [claim] = told.months.preview(OCTOBER)
    async with browsing(told) as client:
        page = (await client.get("/months/2026-10")).text
        part = (await client.get("/parts/preview")).text
    assert "Foreløbig" in page
    for text in (money(claim.total, "da"), "Region Midtjylland", "Aarhus", "IV-type mangler."):
        assert text in page
    assert claim.lines[0].explanation["da"].split(";")[0] in unescape(page)
    assert "Satserne er eksempler" in page
    assert money(claim.total, "da") in part


async def test_amounts_follow_the_language(told: Gateway) -> None:
    [claim] = told.months.preview(OCTOBER)
    async with browsing(told) as client:
        client.cookies.set("language", "en")
        page = (await client.get("/months/2026-10")).text
    assert money(claim.total, "en") in page
    assert "examples that nobody has agreed to" in page


async def test_a_closed_month_leads_to_its_lines_and_its_bundle(closed: Gateway) -> None:
    [claim] = closed.months.preview(OCTOBER)
    async with browsing(closed) as client:
        page = (await client.get("/months/2026-10")).text
        assert "Lukket" in page
        assert f"/fhir/Bundle/{claim.id}" in page
        assert (await client.get(f"/fhir/Bundle/{claim.id}")).status_code == 200
        assert f"/lines/{claim.lines[0].id}" in page
        line = (await client.get(f"/lines/{claim.lines[0].id}")).text
        assert "IV-rammeaftalen, Region Midtjylland" in line
        assert money(claim.total, "da") in line
        overview = (await client.get("/months")).text
    assert re.search(r'href="/months/2026-10">2026-10</a> <span class="pill status-finished"', overview)
    assert 'href="/months/2026-11">' in overview


async def test_an_episode_shows_what_was_billed_and_what_was_not(closed: Gateway) -> None:
    [claim] = closed.months.preview(OCTOBER)
    async with browsing(closed) as client:
        billed = (await client.get(f"/episodes/{claim.lines[0].episode}")).text
        withheld = (await client.get(f"/episodes/{claim.withheld[0].episode}")).text
    assert money(claim.lines[0].amount, "da") in billed
    assert claim.withheld[0].explanation["da"] in withheld
    assert EVIL not in billed


async def test_a_claim_is_fetched_by_a_posted_form_as_it_lies_ready(closed: Gateway) -> None:
    [claim] = closed.months.preview(OCTOBER)
    document = closed.store.document(claim.id)
    assert document
    async with browsing(closed) as client:
        page = (await client.get("/months/2026-10")).text
        token = {"form_token": form_token(page)}
        file = await client.post(f"/documents/{claim.id}", data=token)
        none = await client.post("/documents/none", data=token)
    assert CPR not in page
    assert file.content == document.body
    assert file.headers["content-disposition"] == 'attachment; filename="claim-bundle-2026-10-0751.json"'
    assert none.status_code == 404


async def test_a_claim_tells_how_far_it_has_come(closed: Gateway) -> None:
    """Sent; then reduced and underpaid; then paid."""
    [claim] = closed.months.preview(OCTOBER)
    [line, *_] = claim.lines
    at = datetime(2026, 11, 5, 9, 0, tzinfo=UTC)
    async with browsing(closed) as client:
        assert 'state-submitted">Sendt' in (await client.get("/months/2026-10")).text
        decisions = [Decision(one.id, one.amount, "", "", at, "") for one in claim.lines if one is not line]
        decisions.append(Decision(line.id, 100, "other-amount", "", at, ""))
        await take(closed, claim_answers(claim, decisions, closed.store.citizens({one.citizen for one in claim.lines})))
        owed = sum(decision.approved for decision in decisions)
        for reference, amount, state in (("1", owed - 50, "closed"), ("2", 50, "paid")):
            payment = Payment(claim.id, reference, at.date(), amount)
            await take(closed, payment_reconciliation(claim, decisions, payment, at))
            page = (await client.get("/months/2026-10")).text
            assert f"state-{state}" in page
            assert ("Afvigelse" in page) == (state == "closed")
        assert 'verdict-reduced">Nedsat' in page
        assert money(owed, "da") in unescape(page)
        assert "state-paid" in (await client.get("/months")).text
        assert "<td>Andet beløb</td>" in (await client.get(f"/lines/{line.id}")).text


async def take(gateway: Gateway, resource: dict[str, Any]) -> None:
    body = canonical_json(resource)
    taken = await gateway.intake.take(body, channel="file", family=Family.FHIR, media_type="", peer=None)
    assert taken.outcome is Outcome.ACCEPTED, taken.verdict


async def test_of_many_lines_the_first_are_shown_and_the_sums_are_of_all(
    told: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    [claim] = told.months.preview(OCTOBER)
    monkeypatch.setattr(months, "MOST", 0)
    async with browsing(told) as client:
        page = unescape((await client.get("/months/2026-10")).text)
    assert f"De første 0 af {len(claim.lines)} linjer vises" in page
    assert money(claim.total, "da") in page
    assert claim.lines[0].explanation["da"].split(";")[0] not in page
    assert f"Ikke afregnet ({len(claim.withheld)})" in page


async def test_invoices_of_period_agreements_stand_on_the_month_for_those_who_take_part(closed: Gateway) -> None:
    goals = Given(
        "rygcenter-syddanmark-2016",
        "2026-11",
        "0751",
        "DK-82",
        date(2016, 12, 31),
        "met = {a = true}",
        "",
        closed.now(),
    )
    closed.invoicing.give(goals)
    async with browsing(closed) as client:
        page = unescape((await client.get("/months/2026-11")).text)
    assert "Region Midtjylland betaler Aarhus" in page
    assert "250.000,00 kr." in page
    assert Person("a", region="DK-82").takes_part("0751", "DK-82")
    assert not Person("a", region="DK-81").takes_part("0751", "DK-82")
    assert not Person("a", municipality="0730").takes_part("0751", "DK-82")


async def test_a_message_and_what_it_decided_or_paid_lead_to_each_other(closed: Gateway) -> None:
    [claim] = closed.months.preview(OCTOBER)
    line = claim.lines[0]
    whole = [Decision(one.id, one.amount, "", "", closed.now(), "") for one in claim.lines[1:]]
    cut = Decision(line.id, 100_000, "other-amount", "For dyrt", closed.now(), "")
    citizens = closed.store.citizens({one.citizen for one in claim.lines})
    await take(closed, claim_answers(claim, [cut, *whole], citizens))
    more = Payment(claim.id, "B-77", date(2026, 11, 20), claim.total + 100)
    await take(closed, payment_reconciliation(claim, [cut, *whole], more, closed.now()))
    (decision,) = closed.store.decisions_of_line(line.id)
    (payment,) = closed.store.payments_of_claim(claim.id)
    async with browsing(closed) as client:
        decided = unescape((await client.get(f"/messages/{decision.message}")).text)
        paid = unescape((await client.get(f"/messages/{payment.message}")).text)
        page = unescape((await client.get(f"/lines/{line.id}")).text)
        month = unescape((await client.get("/months/2026-10")).text)
    assert f'href="/lines/{line.id}#decided"' in decided
    assert "For dyrt" in decided
    assert (
        f"{len(claim.lines)} afgørelser; godkendt i alt {money(claim.total - line.amount + 100_000, 'da')}" in decided
    )
    assert "Der blev ikke læst nogen registreringer" not in decided
    assert f'href="/months/2026-10#claim-{claim.id}"' in paid
    assert "B-77" in paid
    assert f'href="/messages/{decision.message}#decided"' in page
    assert f'id="claim-{claim.id}"' in month
    assert f'href="/messages/{payment.message}#paid"' in month
    assert f"Der er betalt {money(line.amount - 100_000 + 100, 'da')} mere, end der skyldes." in month
