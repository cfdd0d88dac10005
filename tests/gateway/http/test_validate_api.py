"""$validate: findings are the answer; only what is no resource is refused."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from gateway.build import Gateway
from gateway.store.contract import MessageSearch
from profiles.fhir_xml import to_xml
from profiles.names import BASE
from profiles.structure import check_structure
from tests.gateway.running import FHIR_JSON, FHIR_XML, bearer, client_of, gateway_at, sha256, stored
from tests.shared import shared_data

WRONG = {"resourceType": "Patient", "id": "a", "gender": "many"}
RIGHT = {"resourceType": "Patient", "id": "a", "gender": "male"}
REVIEW = '[[finding]]\ncode = "{}"\naction = "silence"\nreason = "old sender"\n'
LINE = "http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-line"


@pytest.fixture
async def gateway(tmp_path: Path) -> AsyncIterator[Gateway]:
    made = gateway_at(tmp_path)
    yield made
    made.close()


@pytest.fixture
async def client(gateway: Gateway) -> AsyncIterator[httpx2.AsyncClient]:
    async with client_of(gateway) as made:
        yield made


async def ask(client: httpx2.AsyncClient, body: Any, where: str = "/fhir/$validate", status: int = 200) -> list[Any]:
    """The findings of a body that is posted; the answer is a right OperationOutcome."""
    content = body if isinstance(body, bytes) else json.dumps(body, indent=1).encode()
    answer = await client.post(where, content=content, headers=FHIR_JSON)
    assert answer.status_code == status, answer.text
    outcome = answer.json()
    assert [one for one in check_structure(outcome) if one.severity == "error"] == []
    return list(outcome["issue"])


def severities(issues: list[Any]) -> set[str]:
    return {issue["severity"] for issue in issues}


def line_of(issue: Any) -> int:
    return next(int(one["valueInteger"]) for one in issue["extension"] if one["url"] == LINE)


async def test_a_right_resource_is_all_ok(client: httpx2.AsyncClient) -> None:
    assert [issue["details"]["text"] for issue in await ask(client, RIGHT)] == ["all-ok"]


async def test_a_wrong_one_is_an_answer_with_lines(client: httpx2.AsyncClient, gateway: Gateway) -> None:
    issues = await ask(client, WRONG)
    wrong = next(issue for issue in issues if issue["severity"] == "error")
    assert wrong["expression"] == ["Patient.gender"]
    assert line_of(wrong) == 4
    assert gateway.store.count_messages(MessageSearch()) == 0


async def test_parameters_carry_resource_mode_and_profile(client: httpx2.AsyncClient) -> None:
    profile = f"{BASE}/StructureDefinition/iv-referral"
    request = {"resourceType": "ServiceRequest", "status": "active", "intent": "plan", "subject": {"display": "x"}}
    parameters = {
        "resourceType": "Parameters",
        "parameter": [
            {"name": "mode", "valueCode": "profile"},
            {"name": "profile", "valueUri": profile},
            {"name": "resource", "resource": request},
        ],
    }
    issues = await ask(client, parameters)
    assert any(profile in issue["diagnostics"] for issue in issues)
    assert all(one.startswith("ServiceRequest") for issue in issues for one in issue.get("expression", []))
    assert max(line_of(issue) for issue in issues if "extension" in issue) > 10
    assert any(
        profile in issue["diagnostics"] for issue in await ask(client, request, f"/fhir/$validate?profile={profile}")
    )


async def test_more_can_be_asked_for(client: httpx2.AsyncClient) -> None:
    observation = {"resourceType": "Observation", "status": "final", "code": {"text": "x"}}
    assert len(await ask(client, observation, "/fhir/$validate?best-practice=true")) > len(
        await ask(client, observation)
    )
    parameters = {
        "resourceType": "Parameters",
        "parameter": [{"name": "trail", "valueBoolean": True}, {"name": "resource", "resource": observation}],
    }
    assert any("profile-trail" in json.dumps(issue) for issue in await ask(client, parameters))


async def test_parameters_without_a_resource_are_one_themselves(client: httpx2.AsyncClient) -> None:
    plain = {"resourceType": "Parameters", "parameter": [{"name": "x", "valueString": "y"}]}
    assert "error" not in severities(await ask(client, plain, "/fhir/Parameters/$validate"))


async def test_xml_is_judged_even_where_an_element_is_unknown(client: httpx2.AsyncClient) -> None:
    body = b'<Patient xmlns="http://hl7.org/fhir">\n<nick value="x"/>\n<gender value="many"/>\n</Patient>'
    answer = await client.post("/fhir/$validate", content=body, headers={**FHIR_XML, "Accept": "application/fhir+json"})
    assert answer.status_code == 200
    errors = [issue for issue in answer.json()["issue"] if issue["severity"] == "error"]
    assert {line_of(issue) for issue in errors} == {2, 3}
    assert (
        b"<OperationOutcome" in (await client.post("/fhir/$validate", content=to_xml(RIGHT), headers=FHIR_XML)).content
    )


@pytest.mark.parametrize("body", [b"{", b"[]", b'"x"', b"<x/>", b'{"a": 1, "a": 2}', b"[" * 5000])
async def test_what_is_no_resource_is_refused_with_findings(client: httpx2.AsyncClient, body: bytes) -> None:
    assert severities(await ask(client, body, status=400)) <= {"fatal", "error"}


@pytest.mark.parametrize(
    ("where", "body", "status"),
    [
        ("/fhir/$validate?mode=guess", RIGHT, 400),
        ("/fhir/$validate?mode=profile", RIGHT, 400),
        ("/fhir/$validate?package=no.such.guide", RIGHT, 400),
        ("/fhir/$validate?trail=perhaps", RIGHT, 400),
        ("/fhir/$validate?entry=Nothing=x", RIGHT, 400),
        ("/fhir/$validate", b"", 400),
        (
            "/fhir/$validate",
            {"resourceType": "Parameters", "parameter": [{"name": "mode", "valueCode": "create"}]},
            400,
        ),
        ("/fhir/Nothing/$validate", RIGHT, 404),
        ("/fhir/Bundle/unknown/$validate", b"", 404),
    ],
)
async def test_a_wrong_call_is_refused(client: httpx2.AsyncClient, where: str, body: Any, status: int) -> None:
    assert await ask(client, body, where, status)


async def test_what_does_not_fit_the_url_is_a_finding(client: httpx2.AsyncClient) -> None:
    for where in ("/fhir/Observation/$validate", "/fhir/Patient/b/$validate"):
        assert "error" in severities(await ask(client, RIGHT, where))
    assert "error" not in severities(await ask(client, RIGHT, "/fhir/Patient/a/$validate?mode=update"))
    assert "error" in severities(await ask(client, {"resourceType": "Patient"}, "/fhir/$validate?mode=update"))
    assert "error" in severities(await ask(client, b'{"resourceType": "Patient"}', "/fhir/$validate?mode=delete"))


async def test_a_stored_document_is_judged_by_its_id(client: httpx2.AsyncClient, gateway: Gateway) -> None:
    document = stored("measure", 1)
    gateway.store.save_documents([document])
    assert await ask(client, b"", f"/fhir/Measure/{document.id}/$validate")


async def test_what_is_reviewed_is_told_as_silenced(tmp_path: Path) -> None:
    review = tmp_path / "review.toml"
    review.write_text(REVIEW.format("binding-required") + REVIEW.format("binding-system"))
    gateway = gateway_at(tmp_path, review=review)
    async with client_of(gateway) as client:
        issues = await ask(client, WRONG)
    gateway.close()
    assert severities(issues) == {"information"}
    assert any("because: old sender" in issue["diagnostics"] for issue in issues)


async def test_only_who_is_known_may_ask(tmp_path: Path) -> None:
    organisations = f'[[organisation]]\nname = "A"\nrole = "hospital"\nsor = "1"\ntoken_sha256 = "{sha256("secret")}"\n'
    gateway = gateway_at(tmp_path, organisations)
    async with client_of(gateway) as client:
        assert (await client.post("/fhir/$validate", json=RIGHT, headers=FHIR_JSON)).status_code == 401
        known = {**FHIR_JSON, **bearer("secret")}
        assert (await client.post("/fhir/$validate", json=RIGHT, headers=known)).status_code == 200
    gateway.close()


async def test_the_guide_is_the_one_that_is_claimed_or_named(tmp_path: Path) -> None:
    packages = shared_data("packages")
    body = shared_data(
        "messages/hospital-notification/ig-3.0.2/Bundle-f4aa42a4-86db-4e68-9b38-9dda0dfd5774.json"
    ).read_bytes()
    gateway = gateway_at(tmp_path, package_folders=str(packages))
    async with client_of(gateway) as client:
        for more in ("", "?package=medcom.fhir.dk.hospitalnotification|3.0.2"):
            issues = await ask(client, body, f"/fhir/$validate{more}")
            assert severities(issues) <= {"warning", "information"}
    gateway.close()
