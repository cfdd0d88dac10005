"""The capability statement says what is true."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from profiles.structure import check_structure
from tests.gateway.running import FHIR_JSON, client_of, gateway_at


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    gateway = gateway_at(tmp_path)
    async with client_of(gateway) as made:
        yield made
    gateway.close()


@pytest.fixture
async def statement(client: httpx2.AsyncClient) -> Any:
    return (await client.get("/fhir/metadata")).json()


async def _status(client: httpx2.AsyncClient, kind: str, interaction: str) -> int:
    if interaction in ("read", "search-type"):
        return (await client.get(f"/fhir/{kind}/x" if interaction == "read" else f"/fhir/{kind}")).status_code
    body = {"resourceType": kind, "id": "x"}
    method, url = ("PUT", f"/fhir/{kind}/x") if interaction == "update" else ("POST", f"/fhir/{kind}")
    return (await client.request(method, url, json=body, headers=FHIR_JSON)).status_code


async def test_what_is_stated_exists_and_what_is_not_does_not(client: httpx2.AsyncClient, statement: Any) -> None:
    stated = {
        (resource["type"], interaction["code"])
        for resource in statement["rest"][0]["resource"]
        for interaction in resource["interaction"]
    }
    kinds = {kind for kind, _ in stated} | {"Patient", "Claim"}
    for kind in kinds:
        for interaction in ("read", "search-type", "create", "update"):
            status = await _status(client, kind, interaction)
            if (kind, interaction) in stated:
                assert status not in (405, 500), (kind, interaction)
            else:
                assert status in (404, 405), (kind, interaction)


async def test_search_parameters_are_the_ones_that_work(client: httpx2.AsyncClient, statement: Any) -> None:
    for resource in statement["rest"][0]["resource"]:
        for parameter in resource.get("searchParam", []):
            value = "2026-10-05" if parameter["type"] == "date" else "x"
            answer = await client.get(f"/fhir/{resource['type']}", params={parameter["name"]: value})
            assert answer.status_code == 200


async def test_messaging(client: httpx2.AsyncClient, statement: Any) -> None:
    (messaging,) = statement["messaging"]
    assert messaging["reliableCache"] > 0
    address = messaging["endpoint"][0]["address"]
    answer = await client.post(address, content=b"{}", headers=FHIR_JSON)
    assert answer.status_code == 422
    assert answer.json()["resourceType"] == "OperationOutcome"


async def test_validation_is_stated_where_it_is(client: httpx2.AsyncClient, statement: Any) -> None:
    rest = statement["rest"][0]
    assert "validate" in [one["name"] for one in rest["operation"]]
    for resource in rest["resource"]:
        assert [one["name"] for one in resource["operation"]] == ["validate"]
        body = {"resourceType": resource["type"]}
        answer = await client.post(f"/fhir/{resource['type']}/$validate", json=body, headers=FHIR_JSON)
        assert answer.status_code == 200
        assert answer.json()["resourceType"] == "OperationOutcome"


async def test_it_is_valid_and_comes_in_both_syntaxes(client: httpx2.AsyncClient, statement: Any) -> None:
    assert check_structure(statement) == ()
    xml = await client.get("/fhir/metadata", headers={"Accept": "application/fhir+xml"})
    assert b"<CapabilityStatement" in xml.content
    assert statement["format"] == ["application/fhir+json", "application/fhir+xml"]
