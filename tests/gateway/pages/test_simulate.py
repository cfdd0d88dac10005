"""Simulating on a page: mistakes with their lines, or what the agreement would have cost."""

from __future__ import annotations

from gateway.build import Gateway
from gateway.pages.show import money
from gateway.simulating import simulation
from settlement.agreements import SHIPPED, load
from settlement.periods import Month
from tests.gateway.pages.conftest import browsing, form_token

MONTHS = "2026-01..2026-10"


async def test_the_form_begins_with_the_agreement_in_force(told: Gateway) -> None:
    async with browsing(told) as client:
        page = (await client.get("/simulate")).text
        unknown = await client.get("/simulate?agreement=nothing")
    assert "id = &#34;iv-midtjylland&#34;" in page
    assert f'value="{MONTHS}"' in page
    assert unknown.status_code == 200


async def test_a_dearer_tariff_shows_its_difference(told: Gateway) -> None:
    new = (SHIPPED / "iv-midtjylland.toml").read_text(encoding="utf-8").replace('"2" = 5000.00', '"2" = 6000.00')
    now = load(SHIPPED / "iv-midtjylland.toml")
    cost = simulation(told, now, (Month(2026, 1), Month(2026, 10))).total.cost
    async with browsing(told) as client:
        token = form_token((await client.get("/simulate")).text)
        form = {"form_token": token, "text": new, "months": MONTHS}
        page = (await client.post("/simulate", data=form)).text
        file = await client.post("/simulate/csv", data=form)
    assert money(cost, "da") in page
    assert money(101_400, "da") in page
    assert "<svg" in page
    assert file.headers["content-type"] == "text/csv; charset=utf-8"
    assert "1014,00" in file.text


async def test_mistakes_are_told_with_their_lines(told: Gateway) -> None:
    good = (SHIPPED / "iv-midtjylland.toml").read_text(encoding="utf-8")
    bad = good.replace('kind = "tariff"', 'kind = "tarif"')
    async with browsing(told) as client:
        token = form_token((await client.get("/simulate")).text)
        told_of = {}
        for name, form in {
            "kind": {"text": bad, "months": MONTHS},
            "months": {"text": bad, "months": "october"},
            "day": {"text": bad, "months": MONTHS, "rates_of": "tomorrow"},
            "period": {"text": (SHIPPED / "inter-regional.toml").read_text(encoding="utf-8"), "months": MONTHS},
            "deep": {"text": "x = " + "[" * 50_000, "months": MONTHS},
            "huge": {"text": good.replace("2500.00", "1e999999999"), "months": MONTHS},
        }.items():
            answer = await client.post("/simulate", data={"form_token": token, **form})
            assert answer.status_code == 200
            told_of[name] = answer.text
        file = await client.post("/simulate/csv", data={"form_token": token, "text": bad, "months": MONTHS})
    assert "agreement.toml, line" in told_of["kind"]
    assert "2026-01..2026-10" in told_of["months"]
    assert "tomorrow er ingen dato" in told_of["day"]
    assert "is about periods" in told_of["period"]
    assert "not valid TOML" in told_of["deep"]
    assert "too large" in told_of["huge"]
    assert "agreement.toml, line" in file.text
