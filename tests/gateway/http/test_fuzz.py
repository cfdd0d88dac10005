"""Whatever bytes come, the answer is a status below 500 and the next message is taken in as if nothing had been."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.demo.month import month
from gateway.http.app import create_app
from tests.gateway.running import client_of_app, gateway_at
from tests.shared import shared_data

DOORS = (
    ("POST", "/fhir/$process-message"),
    ("POST", "/fhir"),
    ("POST", "/fhir/Encounter"),
    ("PUT", "/fhir/Encounter/x"),
    ("POST", "/fhir/QuestionnaireResponse"),
    ("POST", "/medcom"),
    ("POST", "/fhir/Bundle/_search"),
)
TYPES = (
    "application/fhir+json",
    "application/json",
    "application/fhir+xml",
    "text/xml; charset=windows-1252",
    "application/xml; charset=utf-16",
    "application/x-www-form-urlencoded",
)
FEW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


class Doors:
    """An application with a store, asked from plain functions."""

    def __init__(self, folder: Path) -> None:
        self._gateway = gateway_at(folder)
        self._app = create_app(self._gateway)
        self._runner = asyncio.Runner()

    def ask(self, method: str, url: str, body: bytes, headers: dict[str, str]) -> httpx2.Response:
        return self._runner.run(self._ask(method, url, body, headers))

    async def _ask(self, method: str, url: str, body: bytes, headers: dict[str, str]) -> httpx2.Response:
        async with client_of_app(self._app) as client:
            return await client.request(method, url, content=body, headers=headers)

    def close(self) -> None:
        self._runner.close()
        self._gateway.close()


@contextmanager
def opened() -> Iterator[Doors]:
    with TemporaryDirectory() as folder:
        doors = Doors(Path(folder))
        try:
            yield doors
        finally:
            doors.close()


@pytest.fixture(scope="module")
def doors() -> Iterator[Doors]:
    with opened() as made:
        yield made


@lru_cache(maxsize=1)
def good() -> tuple[bytes, ...]:
    """Some message of every door and syntax."""
    return tuple({(sent.door, sent.body[:6]): sent.body for sent in month() if sent.door.startswith("/")}.values())


@st.composite
def broken(draw: st.DrawFn) -> bytes:
    """A message with a piece cut out, and other bytes put in its place."""
    body = draw(st.sampled_from(good()))
    start, end = sorted((draw(st.integers(0, len(body))), draw(st.integers(0, len(body)))))
    return body[:start] + draw(st.binary(max_size=20)) + body[end:]


def check(answer: httpx2.Response) -> None:
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        assert b"OperationOutcome" in answer.content or b"Receipt" in answer.content


@FEW
@given(door=st.sampled_from(DOORS), media_type=st.sampled_from(TYPES), body=st.binary(max_size=300) | broken())
def test_any_bytes(doors: Doors, door: tuple[str, str], media_type: str, body: bytes) -> None:
    check(doors.ask(*door, body, {"Content-Type": media_type}))


@FEW
@given(
    url=st.sampled_from(["/fhir/Bundle", "/fhir/MeasureReport", "/fhir/metadata", "/health"]),
    query=st.dictionaries(
        st.sampled_from(["_id", "_count", "_after", "_format", "_pretty", "_summary", "period", "measure", "x"]),
        st.text(max_size=20),
    ),
    accept=st.text(st.characters(codec="latin-1", exclude_characters="\r\n\0"), max_size=30),
)
def test_any_question(doors: Doors, url: str, query: dict[str, str], accept: str) -> None:
    path = str(httpx2.URL(url, params=query))
    headers = {"Accept": accept.encode("latin-1"), "Prefer": accept.encode("latin-1")}
    answer = doors.ask("GET", path, b"", headers)  # type: ignore[arg-type]  # bytes, as a wire has them
    assert answer.status_code < 500


def test_the_json_test_suite_at_each_door(doors: Doors) -> None:
    files = sorted(shared_data("json-test-suite").rglob("*.json"))
    assert len(files) > 300
    for file in files:
        body = file.read_bytes()
        for method, url in DOORS[:5]:
            answer = doors.ask(method, url, body, {"Content-Type": "application/fhir+json"})
            assert 400 <= answer.status_code < 500, (file.name, url)


@pytest.mark.parametrize(
    "body",
    [
        b'{"a":' * 200_000,
        b"[" * 1_000_000,
        b'{"resourceType":"Bundle","type":"message","entry":[' + b"{}," * 100_000 + b"{}]}",
        b'{"resourceType":"Encounter","x":' + b"9" * 100_000 + b"}",
        b'{"resourceType":"Encounter","x":1e999999999}',
        b'{"resourceType":"Bundle","type":["message"]}',
        b'{"resourceType":["Bundle"]}',
        b'{"resourceType":"Encounter","id":{"x":1}}',
    ],
)
def test_heavy_and_odd_json(doors: Doors, body: bytes) -> None:
    for method, url in DOORS[:5]:
        answer = doors.ask(method, url, body, {"Content-Type": "application/fhir+json"})
        assert 400 <= answer.status_code < 500


@pytest.mark.parametrize(
    "body",
    [
        b"<a>" * 100_000,
        b'<!DOCTYPE x [<!ENTITY a "b">]><Bundle xmlns="http://hl7.org/fhir"/>',
        b'<Bundle xmlns="http://hl7.org/fhir"><type/></Bundle>',
        b'<Encounter xmlns="http://hl7.org/fhir"><id><id/></id></Encounter>',
        b"\xff\xfe<\x00",
        b"<?xml version='1.0' encoding='utf-7'?><x/>",
    ],
)
def test_heavy_and_odd_xml(doors: Doors, body: bytes) -> None:
    for method, url in DOORS[:6]:
        answer = doors.ask(method, url, body, {"Content-Type": "application/xml"})
        assert answer.status_code < 500
        check(answer)
