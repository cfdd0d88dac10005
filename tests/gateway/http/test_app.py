"""The doors for systems, from outside: what is taken in, what is answered, and what is refused."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx2
import pytest
from starlette.requests import Request
from starlette.responses import Response

from gateway.build import Gateway
from gateway.demo import letters
from gateway.demo.cast import course
from gateway.demo.month import month
from gateway.demo.municipal import questionnaire
from gateway.demo.sending import Sending, as_json, as_xml
from gateway.http.access import Policy, policy_of, require_policies
from gateway.http.app import create_app
from gateway.store.contract import MessageSearch
from mappings.reading import Outcome
from tests.gateway.running import (
    FHIR_JSON,
    FHIR_XML,
    bearer,
    client_of,
    client_of_app,
    gateway_at,
    notification,
    sha256,
    visit,
)

PROCESS = "/fhir/$process-message"
XML = {"Content-Type": "application/xml"}


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Gateway]:
    built = gateway_at(tmp_path, max_message_bytes=200_000, request_seconds=0.3)
    yield built
    built.close()


@pytest.fixture
async def client(gateway: Gateway) -> AsyncIterator[httpx2.AsyncClient]:
    async with client_of(gateway) as made:
        yield made


def count(gateway: Gateway, outcome: Outcome | None = None) -> int:
    return gateway.store.count_messages(MessageSearch(outcome=outcome.value if outcome else ""))


def is_outcome(answer: httpx2.Response) -> bool:
    return b"OperationOutcome" in answer.content and b"issue" in answer.content


def response_code(answer: httpx2.Response) -> str:
    header = answer.json()["entry"][0]["resource"]
    return str(header["response"]["code"])


async def test_a_message_is_answered_with_its_acknowledgement(client: httpx2.AsyncClient, gateway: Gateway) -> None:
    answer = await client.post(PROCESS, content=as_json(notification()), headers=FHIR_JSON)
    assert answer.status_code == 200
    assert response_code(answer) == "ok"
    assert gateway.store.message(answer.headers["x-message-id"]) is not None


async def test_the_same_again_is_a_duplicate_with_the_same_answer(client: httpx2.AsyncClient, gateway: Gateway) -> None:
    first = await client.post(PROCESS, content=as_json(notification()), headers=FHIR_JSON)
    again = await client.post(PROCESS, content=as_json(notification()), headers=FHIR_JSON)
    assert (again.status_code, response_code(again)) == (200, response_code(first))
    assert again.json()["id"] != first.json()["id"]
    assert count(gateway, Outcome.DUPLICATE) == 1


async def test_answers_come_in_the_syntax_sent_unless_another_is_wanted(client: httpx2.AsyncClient) -> None:
    in_xml = await client.post(PROCESS, content=as_xml(notification(1)), headers=FHIR_XML)
    assert in_xml.headers["content-type"].startswith("application/fhir+xml")
    turned = await client.post(PROCESS + "?_format=xml", content=as_json(notification(2)), headers=FHIR_JSON)
    assert turned.content.startswith(b"<?xml")
    wanted = {**FHIR_XML, "Accept": "application/fhir+json"}
    back = await client.post(PROCESS + "?_pretty=true", content=as_xml(notification(3)), headers=wanted)
    assert response_code(back) == "ok"
    assert back.content.count(b"\n") > 20


async def test_an_acknowledgement_is_never_acknowledged(client: httpx2.AsyncClient, gateway: Gateway) -> None:
    receipt = await client.post(PROCESS, content=as_json(notification()), headers=FHIR_JSON)
    answer = await client.post(PROCESS, content=receipt.content, headers=FHIR_JSON)
    assert (answer.status_code, answer.content) == (204, b"")
    assert count(gateway) == 2


async def test_what_cannot_be_read_gets_an_outcome_and_is_kept(client: httpx2.AsyncClient, gateway: Gateway) -> None:
    for body in (b"", b"{", b"\xff\xfe", b"[1]", b"<x", b'{"a":1,"a":2}', b"[" * 5000, b"9" * 5000):
        answer = await client.post(PROCESS, content=body, headers=FHIR_JSON)
        assert answer.status_code in (400, 422), body[:20]
        assert is_outcome(answer)
    assert count(gateway, Outcome.REFUSED) == 8


@pytest.mark.parametrize("name", ["async=true", "response-url=https://elsewhere.example/"])
async def test_no_answers_later_or_elsewhere(client: httpx2.AsyncClient, name: str) -> None:
    answer = await client.post(f"{PROCESS}?{name}", content=b"{}", headers=FHIR_JSON)
    assert answer.status_code == 400


async def test_a_letter_is_answered_with_a_receipt(client: httpx2.AsyncClient) -> None:
    plan = course(1)
    body = letters.letter(plan, "xdis18", letters.sent_at(plan))
    answer = await client.post("/medcom", content=body, headers=XML)
    assert answer.status_code == 200
    assert b"Receipt" in answer.content
    json_wanted = await client.post("/medcom", content=body, headers={**XML, "Accept": "application/json"})
    assert json_wanted.status_code == 406


async def test_a_visit_is_created_then_repeated(client: httpx2.AsyncClient) -> None:
    body = as_json(visit(0))
    created = await client.post("/fhir/Encounter", content=body, headers=FHIR_JSON)
    assert created.status_code == 201, created.text
    assert is_outcome(created)
    again = await client.post("/fhir/Encounter", content=body, headers=FHIR_JSON)
    assert again.status_code == 200


async def test_what_comes_back_is_as_preferred(client: httpx2.AsyncClient) -> None:
    resource = visit(0)
    url = f"/fhir/Encounter/{resource['id']}"
    minimal = await client.put(url, content=as_json(resource), headers={**FHIR_JSON, "Prefer": "return=minimal"})
    assert (minimal.status_code, minimal.content) == (200, b"")
    whole = {**FHIR_JSON, "Prefer": "return=representation"}
    assert (await client.put(url, content=as_json(resource), headers=whole)).json() == resource
    in_xml = await client.put(url + "?_format=xml", content=as_json(resource), headers=whole)
    assert b"<Encounter xmlns" in in_xml.content


async def test_the_url_must_agree_with_the_body(client: httpx2.AsyncClient, gateway: Gateway) -> None:
    resource = visit(0)
    for method, url in [
        ("PUT", "/fhir/Encounter/other"),
        ("POST", "/fhir/Questionnaire"),
        ("PUT", "/fhir/Encounter/%20"),
    ]:
        answer = await client.request(method, url, content=as_json(resource), headers=FHIR_JSON)
        assert answer.status_code == 400, url
        assert is_outcome(answer)
    assert count(gateway) == 0


@pytest.mark.parametrize("headers", [FHIR_JSON, FHIR_XML])
async def test_only_messages_come_in_as_messages(
    client: httpx2.AsyncClient, gateway: Gateway, headers: dict[str, str]
) -> None:
    for resource in (visit(), questionnaire(), {"resourceType": "Bundle", "type": "collection"}):
        for body in (as_json(resource), as_xml(resource)):
            assert (await client.post(PROCESS, content=body, headers=headers)).status_code == 400
    assert count(gateway) == 0


async def test_a_broken_rule_is_422(client: httpx2.AsyncClient) -> None:
    resource = {**visit(0), "status": "on-fire"}
    answer = await client.post("/fhir/Encounter", content=as_json(resource), headers=FHIR_JSON)
    assert answer.status_code == 422
    assert "Encounter.status" in answer.text


@pytest.mark.parametrize(
    ("kind", "hint"), [("transaction", "one by one"), ("batch", "one by one"), ("message", "$process-message")]
)
async def test_bundles_of_other_types_are_refused_clearly(client: httpx2.AsyncClient, kind: str, hint: str) -> None:
    answer = await client.post("/fhir", json={"resourceType": "Bundle", "type": kind}, headers=FHIR_JSON)
    assert answer.status_code == 400
    assert hint in answer.json()["issue"][0]["diagnostics"]


async def test_the_whole_demo_month_is_answered_through_http(client: httpx2.AsyncClient, gateway: Gateway) -> None:
    sendings = [sending for sending in month() if sending.door.startswith("/")]
    statuses = [(await _send(client, sending)).status_code for sending in sendings]
    assert len(sendings) > 50
    assert set(statuses) <= {200, 201, 400, 422}
    assert count(gateway) == len(sendings)


async def _send(client: httpx2.AsyncClient, sending: Sending) -> httpx2.Response:
    headers = {"Content-Type": sending.media_type}
    return await client.request(sending.method, sending.door, content=sending.body, headers=headers)


@pytest.mark.parametrize("url", [PROCESS, "/medcom", "/fhir", "/fhir/Encounter"])
async def test_bodies_of_other_kinds_are_415(client: httpx2.AsyncClient, url: str) -> None:
    for headers in (
        {},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/xml", "Content-Encoding": "gzip"},
    ):
        answer = await client.post(url, content=b"x", headers=headers)
        assert answer.status_code == 415
        assert is_outcome(answer)


async def test_too_large_is_413_announced_or_not(client: httpx2.AsyncClient, gateway: Gateway) -> None:
    async def unannounced() -> AsyncIterator[bytes]:
        for _ in range(30):
            yield b" " * 10_000

    for content in (b" " * 200_001, unannounced()):
        answer = await client.post(PROCESS, content=content, headers=FHIR_JSON)
        assert answer.status_code == 413
        assert answer.headers["connection"] == "close"
        assert is_outcome(answer)
    assert count(gateway) == 0


@pytest.mark.parametrize(
    ("method", "url", "status", "allow"),
    [
        ("GET", PROCESS, 405, "POST"),
        ("DELETE", "/fhir/Bundle/x", 405, "GET, HEAD"),
        ("TRACE", "/medcom", 405, "POST"),
        ("GET", "/fhir/Patient/x", 404, ""),
        ("GET", "/fhir/Encounter/x", 405, "PUT"),
        ("POST", "/fhir/$export", 404, ""),
    ],
)
async def test_other_paths_and_methods(
    client: httpx2.AsyncClient, method: str, url: str, status: int, allow: str
) -> None:
    answer = await client.request(method, url, headers={"Accept": "application/fhir+xml"})
    assert answer.status_code == status
    assert answer.headers.get("allow", "") == allow
    assert b"<OperationOutcome" in answer.content


async def test_not_acceptable_is_406_before_anything_is_stored(client: httpx2.AsyncClient, gateway: Gateway) -> None:
    headers = {**FHIR_JSON, "Accept": "text/turtle"}
    assert (await client.post(PROCESS, content=as_json(notification()), headers=headers)).status_code == 406
    assert (await client.post(PROCESS + "?_format=ttl", content=b"{}", headers=FHIR_JSON)).status_code == 406
    assert count(gateway) == 0


async def test_the_request_id_is_echoed_when_it_is_one(client: httpx2.AsyncClient) -> None:
    given = await client.get("/health", headers={"X-Request-ID": "abc-123"})
    assert given.headers["x-request-id"] == "abc-123"
    for bad in ("with space", "x" * 65, "0101901234", "cpr:010190-1234"):
        answer = await client.get("/health", headers={"X-Request-ID": bad})
        assert answer.headers["x-request-id"] != bad


@pytest.mark.parametrize("host", ["evil.example", "[::1", "a b", "\xe6.dk", "localhost:x", "10.0.0.1"])
async def test_open_doors_answer_to_this_machines_name_only(client: httpx2.AsyncClient, host: str) -> None:
    headers = [(b"Content-Type", b"application/fhir+json"), (b"Host", host.encode("latin-1"))]
    answer = await client.post(PROCESS, content=b"{}", headers=headers)
    assert answer.status_code in (400, 403)


async def test_health_says_nothing_but_its_state(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_what_prometheus_asks_for_is_answered(client: httpx2.AsyncClient) -> None:
    accept = "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3"
    for url in ("/metrics", "/health"):
        assert (await client.get(url, headers={"Accept": accept})).status_code == 200


async def test_no_interactive_documentation(client: httpx2.AsyncClient) -> None:
    for url in ("/docs", "/redoc", "/openapi.json"):
        assert (await client.get(url)).status_code == 404


async def test_a_store_that_fails_is_503_and_says_no_more(gateway: Gateway) -> None:
    async with client_of(gateway) as client:
        gateway.close()
        answer = await client.post(PROCESS, content=as_json(notification()), headers=FHIR_JSON)
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert answer.json()["issue"][0]["code"] == "transient"


async def test_a_fault_of_ours_is_an_outcome_without_its_text(gateway: Gateway) -> None:
    app = create_app(gateway)

    async def broken(_request: Request) -> Response:
        raise RuntimeError("0101901234")

    app.router.add_route("/broken", broken)
    async with client_of_app(app, raising=False) as client:
        answer = await client.get("/broken")
    assert answer.status_code == 500
    assert is_outcome(answer)
    assert "0101901234" not in answer.text


def test_every_route_declares_a_policy(gateway: Gateway) -> None:
    app = create_app(gateway)
    for route in app.routes:
        if getattr(route, "path", "").startswith(("/fhir", "/medcom", "/health", "/metrics")):
            assert isinstance(policy_of(route), Policy), route
    app.router.add_route("/undeclared", lambda _request: Response())
    with pytest.raises(TypeError, match="/undeclared"):
        require_policies(app.routes[-1:])


HOSPITAL, MUNICIPALITY = course(1).hospital, course(1).municipality
MEMBERS = f"""
[[organisation]]
name = "{HOSPITAL.name}"
role = "hospital"
sor = "{HOSPITAL.sor}"
gln = "{HOSPITAL.gln}"
token_sha256 = "{sha256("hospital")}"
[[organisation]]
name = "Another hospital"
role = "hospital"
sor = "999000000009991"
token_sha256 = "{sha256("other")}"
[[organisation]]
name = "{MUNICIPALITY.name}"
role = "municipality"
sor = "{MUNICIPALITY.sor}"
gln = "{MUNICIPALITY.gln}"
municipality = "{MUNICIPALITY.kommune}"
token_sha256 = "{sha256("municipality")}"
"""


@pytest.fixture
async def secured(tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    built = gateway_at(tmp_path, MEMBERS)
    async with client_of(built) as made:
        yield made
    built.close()


async def test_the_sender_must_be_the_caller(secured: httpx2.AsyncClient) -> None:
    body = as_json(notification(1))
    stranger = await secured.post(PROCESS, content=body, headers=FHIR_JSON)
    assert stranger.status_code == 401
    other = await secured.post(PROCESS, content=body, headers={**FHIR_JSON, **bearer("other")})
    assert (other.status_code, response_code(other)) == (403, "fatal-error")
    own = await secured.post(PROCESS, content=body, headers={**FHIR_JSON, **bearer("hospital")})
    assert (own.status_code, response_code(own)) == (200, "ok")


async def test_nothing_is_read_of_a_stranger(secured: httpx2.AsyncClient) -> None:
    async def never() -> AsyncIterator[bytes]:
        yield b"{"
        raise AssertionError("the body was read")

    for url in (PROCESS, "/medcom", "/fhir", "/fhir/Encounter"):
        assert (await secured.post(url, content=never(), headers=FHIR_JSON)).status_code == 401


async def test_roles_do_what_is_theirs(secured: httpx2.AsyncClient) -> None:
    body = as_json(visit(1))
    hospital = await secured.post("/fhir/Encounter", content=body, headers={**FHIR_JSON, **bearer("hospital")})
    assert hospital.status_code == 403
    municipality = await secured.post("/fhir/Encounter", content=body, headers={**FHIR_JSON, **bearer("municipality")})
    assert municipality.status_code == 201, municipality.text
    definition = json.dumps(questionnaire())
    denied = await secured.put("/fhir/Questionnaire/iv-at-home", content=definition, headers=FHIR_JSON)
    assert denied.status_code == 401


async def test_pages_are_closed_beyond_loopback_without_people(tmp_path: Path) -> None:
    built = gateway_at(tmp_path, MEMBERS, http_host="192.0.2.1")
    app = create_app(built)
    paths = {getattr(route, "path", "") for route in app.routes if policy_of(route) is None}
    async with client_of_app(app) as client:
        for path in sorted(paths - {"/login", "/logout", "/static/{name}"}):
            answer = await client.get(path.replace("{", "").replace("}", ""))
            assert answer.status_code in (303, 403, 405), path
            assert "/fhir" not in path
    built.close()
