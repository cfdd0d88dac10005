"""Agreements out: by id, by search, to those who settle by them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from settlement.agreements import load_all
from tests.gateway.http.test_fhir_documents import MEMBERS, ids, link
from tests.gateway.running import bearer, client_of, gateway_at
from tests.mappings.judging import findings, tree

TARIFF = "iv-midtjylland.course-tariff.2026"


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    gateway = gateway_at(tmp_path)
    async with client_of(gateway) as made:
        yield made
    gateway.close()


async def found(client: httpx2.AsyncClient, kind: str, **asked: str) -> Any:
    answer = await client.get(f"/fhir/{kind}", params=asked)
    assert answer.status_code == 200
    return answer.json()


async def test_an_agreement_and_its_tariff_are_read_by_id(client: httpx2.AsyncClient) -> None:
    for url in ("/fhir/Contract/iv-midtjylland", f"/fhir/ChargeItemDefinition/{TARIFF}"):
        answer = await client.get(url)
        assert answer.status_code == 200
        assert findings(tree(answer.content)) == []
        again = await client.get(url, headers={"If-None-Match": answer.headers["etag"]})
        assert again.status_code == 304
    missing = await client.get("/fhir/Contract/nobody")
    assert (missing.status_code, missing.json()["resourceType"]) == (404, "OperationOutcome")


async def test_the_topic_of_a_term_is_where_it_says(client: httpx2.AsyncClient) -> None:
    contract = (await client.get("/fhir/Contract/iv-midtjylland")).json()
    topics = [group["topicReference"]["reference"] for term in contract["term"] for group in term.get("group", ())]
    assert topics
    for topic in topics:
        assert (await client.get(f"/fhir/{topic}")).status_code == 200


async def test_every_agreement_is_found_page_by_page(client: httpx2.AsyncClient) -> None:
    wanted = sorted(agreement.id for agreement in load_all())
    page = await found(client, "Contract", _count="20")
    assert page["total"] == len(wanted)
    rest = (await client.get(link(page, "next"))).json()
    assert ids(page) + ids(rest) == wanted
    assert link(rest, "next") == ""
    assert (await found(client, "Contract", _summary="count")).get("entry") is None


async def test_searches(client: httpx2.AsyncClient) -> None:
    system = "https://fhir.overgang.example/agreement"
    for value in ("iv-midtjylland", f"{system}|iv-midtjylland"):
        assert ids(await found(client, "Contract", identifier=value)) == ["iv-midtjylland"]
    assert ids(await found(client, "Contract", identifier="urn:other|iv-midtjylland")) == []
    url = "https://fhir.overgang.example/Contract/iv-midtjylland"
    assert ids(await found(client, "Contract", url=url)) == ["iv-midtjylland"]
    assert ids(await found(client, "Contract", status="executed", _id="iv-midtjylland")) == []
    assert ids(await found(client, "ChargeItemDefinition", identifier="iv-midtjylland/course-tariff/2026")) == [TARIFF]


async def test_what_is_in_force_on_a_day(client: httpx2.AsyncClient) -> None:
    on_day = {
        day: ids(await found(client, "ChargeItemDefinition", effective=day)) for day in ("2026-01-01", "2025-12-31")
    }
    assert TARIFF in on_day["2026-01-01"]
    assert TARIFF not in on_day["2025-12-31"]
    assert "rygcenter-syddanmark-2016" in ids(await found(client, "Contract", date="2016-12-31"))
    assert "rygcenter-syddanmark-2016" not in ids(await found(client, "Contract", date="2017-01-01"))
    wrong = await client.get("/fhir/Contract", params={"date": "ge2016"})
    assert wrong.status_code == 400


async def test_a_search_may_be_posted_as_a_form(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/fhir/Contract/_search", data={"identifier": "iv-midtjylland"})
    assert ids(answer.json()) == ["iv-midtjylland"]


async def test_municipalities_and_regions_read_them_and_hospitals_do_not(tmp_path: Path) -> None:
    gateway = gateway_at(tmp_path, MEMBERS)
    async with client_of(gateway) as secured:
        statuses = {
            name: (await secured.get("/fhir/Contract/iv-midtjylland", headers=bearer(name))).status_code
            for name in ("midt", "aarhus", "hospital")
        }
        statuses["nobody"] = (await secured.get("/fhir/Contract/iv-midtjylland")).status_code
    gateway.close()
    assert statuses == {"midt": 200, "aarhus": 200, "hospital": 403, "nobody": 401}
