"""Documents out: by id, by search, only to those they are for."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from gateway.build import Gateway
from gateway.http.fhir_search import SEARCHES
from tests.gateway.running import bearer, client_of, gateway_at, sha256, stored

CLAIMS = [
    stored("claim-bundle", number, owner=owner, recipient=region, period=period, status=status)
    for number, (owner, region, period, status) in enumerate(
        [
            ("0751", "DK-82", "2026-09", "active"),
            ("0751", "DK-82", "2026-10", "active"),
            ("0740", "DK-82", "2026-10", "draft"),
            ("0101", "DK-84", "2026-10", "active"),
        ]
    )
]
URL = "https://fhir.overgang.example/Measure/readmission"
REPORTS = [
    stored("measure-report", 1, period="2026-Q3", resource={"measure": f"{URL}|1.0"}),
    stored("measure-report", 2, period="2026-Q3", resource={"measure": "https://fhir.overgang.example/Measure/other"}),
]
MEASURE = stored("measure", 1, owner="", recipient="", period="", resource={"url": URL, "status": "active"})
MEMBERS = f"""
[[organisation]]
name = "Region Midtjylland"
role = "region"
region = "DK-82"
token_sha256 = "{sha256("midt")}"
[[organisation]]
name = "Region Hovedstaden"
role = "region"
region = "DK-84"
token_sha256 = "{sha256("hovedstaden")}"
[[organisation]]
name = "Aarhus Kommune"
role = "municipality"
municipality = "0751"
token_sha256 = "{sha256("aarhus")}"
[[organisation]]
name = "Kommune uden nummer"
role = "municipality"
token_sha256 = "{sha256("unnumbered")}"
[[organisation]]
name = "Hospital"
role = "hospital"
token_sha256 = "{sha256("hospital")}"
"""
MAY_READ = {"midt": CLAIMS[:3], "hovedstaden": CLAIMS[3:], "aarhus": CLAIMS[:2], "unnumbered": []}


def filled(gateway: Gateway) -> Gateway:
    gateway.store.save_documents([*CLAIMS, *REPORTS, MEASURE])
    return gateway


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Gateway]:
    built = filled(gateway_at(tmp_path))
    yield built
    built.close()


@pytest.fixture
async def client(gateway: Gateway) -> AsyncIterator[httpx2.AsyncClient]:
    async with client_of(gateway) as made:
        yield made


@pytest.fixture
async def secured(tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    gateway = filled(gateway_at(tmp_path, MEMBERS))
    async with client_of(gateway) as made:
        yield made
    gateway.close()


def ids(bundle: Any) -> list[str]:
    return [entry["resource"]["id"] for entry in bundle.get("entry", [])]


def link(bundle: Any, relation: str) -> str:
    return next((found["url"] for found in bundle["link"] if found["relation"] == relation), "")


async def test_a_document_is_returned_byte_for_byte(client: httpx2.AsyncClient) -> None:
    answer = await client.get(f"/fhir/Bundle/{CLAIMS[0].id}")
    assert answer.status_code == 200
    assert answer.content == CLAIMS[0].body
    assert answer.headers["etag"] == f'W/"{CLAIMS[0].sha256}"'
    assert answer.headers["last-modified"] == "Thu, 15 Oct 2026 12:00:00 GMT"


async def test_an_unchanged_document_is_not_sent_again(client: httpx2.AsyncClient) -> None:
    url = f"/fhir/Bundle/{CLAIMS[0].id}"
    same = await client.get(url, headers={"If-None-Match": f'W/"{CLAIMS[0].sha256}"'})
    assert (same.status_code, same.content) == (304, b"")
    other = await client.get(url, headers={"If-None-Match": 'W/"other"'})
    assert other.status_code == 200


async def test_head_has_no_body(client: httpx2.AsyncClient) -> None:
    answer = await client.head(f"/fhir/Bundle/{CLAIMS[0].id}")
    assert answer.status_code == 200


async def test_a_document_in_xml(client: httpx2.AsyncClient) -> None:
    answer = await client.get(f"/fhir/Measure/{MEASURE.id}", params={"_format": "xml"})
    assert answer.headers["content-type"] == "application/fhir+xml;charset=utf-8"
    assert b'<Measure xmlns="http://hl7.org/fhir">' in answer.content


@pytest.mark.parametrize("url", ["/fhir/Bundle/none", f"/fhir/MeasureReport/{CLAIMS[0].id}", "/fhir/Bundle/a%2Fb"])
async def test_what_is_not_there(client: httpx2.AsyncClient, url: str) -> None:
    answer = await client.get(url)
    assert answer.status_code == 404
    assert answer.json()["resourceType"] == "OperationOutcome"


async def test_search_by_each_parameter(client: httpx2.AsyncClient) -> None:
    for parameters, expected in [
        ({}, CLAIMS),
        ({"period": "2026-10"}, CLAIMS[1:]),
        ({"organization": "0751"}, CLAIMS[:2]),
        ({"organization": "http://hl7.dk/fhir/core/CodeSystem/dk-core-municipality-codes|0751"}, CLAIMS[:2]),
        ({"recipient": "DK-84"}, CLAIMS[3:]),
        ({"status": "draft"}, CLAIMS[2:3]),
        ({"_id": CLAIMS[1].id}, CLAIMS[1:2]),
        ({"_id": CLAIMS[1].id, "period": "2026-09"}, []),
    ]:
        bundle = (await client.get("/fhir/Bundle", params=parameters)).json()
        assert sorted(ids(bundle)) == sorted(document.id for document in expected), parameters
        assert bundle["total"] == len(expected)


async def test_reports_by_measure(client: httpx2.AsyncClient) -> None:
    bundle = (await client.get("/fhir/MeasureReport", params={"measure": URL, "_count": "1"})).json()
    assert ids(bundle) == [REPORTS[0].id]
    assert (bundle["total"], link(bundle, "next")) == (1, "")


async def test_every_declared_parameter_can_be_asked_for(client: httpx2.AsyncClient) -> None:
    for kind, parameters in SEARCHES.items():
        for parameter in parameters:
            value = "1900-01-01" if parameter.type == "date" else "x"
            answer = await client.get(f"/fhir/{kind}", params={parameter.name: value})
            assert answer.status_code == 200, parameter
            assert answer.json()["total"] == 0, parameter


async def test_unknown_parameters_are_refused_or_visibly_ignored(client: httpx2.AsyncClient) -> None:
    strict = await client.get("/fhir/Bundle", params={"patient": "1"})
    assert strict.status_code == 400
    assert strict.json()["resourceType"] == "OperationOutcome"
    lenient = await client.get(
        "/fhir/Bundle", params={"patient": "1", "period": "2026-09"}, headers={"Prefer": "handling=lenient"}
    )
    assert link(lenient.json(), "self") == "http://localhost/fhir/Bundle?period=2026-09"


@pytest.mark.parametrize(
    "query",
    [
        "_count=many",
        "_count=-1",
        "_summary=text",
        "period=1,2",
        "period=1&period=2",
        "period:not=1",
        "organization=x|1",
    ],
)
async def test_what_is_not_understood(client: httpx2.AsyncClient, query: str) -> None:
    assert (await client.get(f"/fhir/Bundle?{query}")).status_code == 400


async def test_pages_are_complete_and_without_repeats(client: httpx2.AsyncClient) -> None:
    url, seen = "/fhir/Bundle?_count=3", list[str]()
    while url:
        bundle = (await client.get(url)).json()
        assert bundle["total"] == 4
        seen += ids(bundle)
        url = link(bundle, "next")
    assert sorted(seen) == sorted(document.id for document in CLAIMS)
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize("query", ["_summary=count", "_count=0"])
async def test_only_the_number(client: httpx2.AsyncClient, query: str) -> None:
    bundle = (await client.get(f"/fhir/Bundle?{query}")).json()
    assert bundle["total"] == 4
    assert "entry" not in bundle


async def test_a_search_set_in_xml_and_pretty(client: httpx2.AsyncClient) -> None:
    xml = await client.get("/fhir/Bundle?_format=xml&period=2026-09")
    assert b'<total value="1"/>' in xml.content
    pretty = await client.get("/fhir/Bundle?_pretty=true&period=2026-09")
    assert b'\n  "total": 1' in pretty.content
    assert json.loads(pretty.content)["total"] == 1


async def test_a_posted_search(client: httpx2.AsyncClient) -> None:
    found = await client.post("/fhir/Bundle/_search", data={"period": "2026-09"})
    assert ids(found.json()) == [CLAIMS[0].id]
    assert (await client.post("/fhir/Bundle/_search", json={"period": "2026-09"})).status_code == 415


@pytest.mark.parametrize("token", MAY_READ)
async def test_each_sees_its_own_by_id_and_by_search(secured: httpx2.AsyncClient, token: str) -> None:
    mine = {document.id for document in MAY_READ[token]}
    found = (await secured.get("/fhir/Bundle", headers=bearer(token))).json()
    assert set(ids(found)) == mine
    assert found["total"] == len(mine)
    for document in CLAIMS:
        answer = await secured.get(f"/fhir/Bundle/{document.id}", headers=bearer(token))
        assert answer.status_code == (200 if document.id in mine else 404)
        by_id = (await secured.get("/fhir/Bundle", params={"_id": document.id}, headers=bearer(token))).json()
        assert set(ids(by_id)) == {document.id} & mine
        by_owner = {"organization": document.owner, "recipient": document.recipient}
        by_others = (await secured.get("/fhir/Bundle", params=by_owner, headers=bearer(token))).json()
        assert set(ids(by_others)) <= mine


async def test_measures_are_for_all_readers_and_hospitals_read_nothing(secured: httpx2.AsyncClient) -> None:
    assert (await secured.get(f"/fhir/Measure/{MEASURE.id}", headers=bearer("hovedstaden"))).status_code == 200
    assert (await secured.get(f"/fhir/Measure/{MEASURE.id}", headers=bearer("hospital"))).status_code == 403
    assert (await secured.get("/fhir/Bundle", headers=bearer("hospital"))).status_code == 403
    without = await secured.get("/fhir/Bundle")
    assert without.status_code == 401
    assert without.headers["www-authenticate"].startswith("Bearer")


async def test_an_invoice_is_read_by_both_its_parties_and_nobody_else(tmp_path: Path) -> None:
    gateway = gateway_at(tmp_path, MEMBERS)
    gateway.store.save_documents(
        [
            stored(
                "invoice", 1, owner="DK-82", recipient="0751", resource={"resourceType": "Invoice", "status": "issued"}
            )
        ]
    )
    async with client_of(gateway) as client:
        found = {}
        for token in MAY_READ:
            answer = await client.get("/fhir/Invoice?issuer=DK-82&recipient=0751", headers=bearer(token))
            found[token] = answer.json()["total"]
        (entry,) = (await client.get("/fhir/Invoice", headers=bearer("aarhus"))).json()["entry"]
        name = entry["fullUrl"].rpartition("/")[2]
        statuses = [
            (await client.get(f"/fhir/{kind}/{name}", headers=bearer(token))).status_code
            for kind, token in (("Invoice", "aarhus"), ("Invoice", "hovedstaden"), ("Bundle", "aarhus"))
        ]
    gateway.close()
    assert found == {"midt": 1, "hovedstaden": 0, "aarhus": 1, "unnumbered": 0}
    assert statuses == [200, 404, 404]
