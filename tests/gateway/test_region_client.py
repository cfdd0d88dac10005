"""What is said to a region's server, and how its answers are taken."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from gateway.region_client import Attempt, Fate, Parcel, RegionClient, parcel_of, unsafe_endpoint
from mappings.canonical_json import canonical_json, sealed

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
PARCEL = Parcel("MeasureReport", "urn:x", "r1.ab", b"{}")
MINE = {"resourceType": "MeasureReport", "identifier": [{"system": "urn:x", "value": "r1.ab"}]}
OTHER = {"resourceType": "MeasureReport", "identifier": [{"system": "urn:x", "value": "r2.cd"}]}
REMARK = {"resourceType": "OperationOutcome", "issue": []}


def client(answer: Callable[[httpx2.Request], httpx2.Response]) -> RegionClient:
    http = httpx2.Client(transport=httpx2.MockTransport(answer))
    return RegionClient(http, "https://region.example/fhir/", "secret", lambda: NOW)


def answering(status: int, body: bytes = b"", **headers: str) -> RegionClient:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client(lambda _: httpx2.Response(status, content=body, headers=named))


def searchset(*resources: Any) -> bytes:
    entries = [{"resource": resource} for resource in resources]
    return json.dumps({"resourceType": "Bundle", "type": "searchset", "entry": entries}).encode()


def test_a_sealed_document_is_a_parcel_known_by_its_identifier() -> None:
    body = canonical_json(sealed({"resourceType": "MeasureReport", "id": "r1", "status": "complete"}))
    parcel = parcel_of(body)
    assert parcel is not None
    assert parcel.resource_type == "MeasureReport"
    assert parcel.value.startswith("r1.")


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"resourceType":"Bundle","identifier":[]}', b'"x"', b"\xff"])
def test_bytes_without_an_identifier_are_no_parcel(body: bytes) -> None:
    assert parcel_of(body) is None


def test_the_question_names_type_system_and_value() -> None:
    asked: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(str(request.url))
        return httpx2.Response(200, content=searchset())

    assert client(answer).ask(PARCEL, posted_before=True) is None
    assert asked == [
        "https://region.example/fhir/MeasureReport?identifier=urn%3Ax%7Cr1.ab&_elements=identifier&_count=10"
    ]


def test_only_the_very_identifier_means_that_it_is_there() -> None:
    assert answering(200, searchset(REMARK, OTHER, MINE)).ask(PARCEL, posted_before=False) == Attempt(Fate.ACCEPTED)
    assert answering(200, searchset(REMARK)).ask(PARCEL, posted_before=True) is None


@pytest.mark.parametrize("body", [searchset(OTHER), b"", b"<html/>", b"[]", b'{"resourceType":"OperationOutcome"}'])
def test_an_answer_that_does_not_say_stops_a_second_post_and_not_a_first(body: bytes) -> None:
    assert answering(200, body).ask(PARCEL, posted_before=False) is None
    stopped = answering(200, body).ask(PARCEL, posted_before=True)
    assert stopped is not None
    assert stopped.fate is Fate.FAILED


@pytest.mark.parametrize(
    ("status", "fate"),
    [
        (200, Fate.ACCEPTED),
        (201, Fate.ACCEPTED),
        (202, Fate.ACCEPTED),
        (412, Fate.ACCEPTED),
        (302, Fate.FAILED),
        (400, Fate.FAILED),
        (403, Fate.FAILED),
        (409, Fate.FAILED),
        (408, Fate.RETRY),
        (429, Fate.RETRY),
        (500, Fate.RETRY),
        (503, Fate.RETRY),
    ],
)
def test_what_a_status_means_for_a_post(status: int, fate: Fate) -> None:
    assert answering(status, Location="https://elsewhere.example/").post(PARCEL).fate is fate


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        ("Mon, 02 Nov 2026 08:01:00 GMT", 60.0),
        ("Mon, 02 Nov 2026 07:00:00 GMT", 0.0),
        ("soon", 0.0),
        ("-5", 0.0),
        ("²", 0.0),
    ],
)
def test_the_region_may_ask_for_time(header: str, seconds: float) -> None:
    region = client(lambda _: httpx2.Response(503, headers={b"Retry-After": header.encode()}))
    assert region.post(PARCEL).wait == seconds


@pytest.mark.parametrize("problem", [httpx2.ConnectError, httpx2.ReadTimeout, httpx2.RemoteProtocolError])
def test_a_region_out_of_reach_is_tried_again_and_only_the_kind_of_trouble_is_told(
    problem: type[httpx2.TransportError],
) -> None:
    def answer(_: httpx2.Request) -> httpx2.Response:
        raise problem("251248-9996")

    expected = Attempt(Fate.RETRY, f"The region could not be reached ({problem.__name__}).")
    assert client(answer).post(PARCEL) == client(answer).ask(PARCEL, posted_before=True) == expected


def test_what_the_region_writes_is_not_repeated() -> None:
    assert "9996" not in answering(422, b"251248-9996").post(PARCEL).reason


@pytest.mark.parametrize(
    ("endpoint", "is_safe"),
    [
        ("https://region.example/fhir", True),
        ("http://127.0.0.1:8080/fhir", True),
        ("http://localhost/fhir", True),
        ("http://region.example/fhir", False),
        ("ftp://region.example", False),
        ("https:///fhir", False),
        ("http://127.0.0.1.region.example/", False),
        ("http://[::1]:8080/fhir", True),
        ("http://[::1", False),
        ("https://region.example:port/", False),
    ],
)
def test_claims_travel_over_tls_or_stay_on_this_machine(endpoint: str, is_safe: bool) -> None:
    assert (unsafe_endpoint(endpoint) == "") is is_safe
