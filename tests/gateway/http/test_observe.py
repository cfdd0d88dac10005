"""Every request leaves one log line and one count, with the route's template and the caller, never the path."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from gateway.http.app import create_app
from gateway.logs import configure_logs
from gateway.metrics import Metrics
from tests.gateway.running import bearer, client_of_app, gateway_at, sha256

REGION = f"""
[[organisation]]
name = "Region Midtjylland"
role = "region"
region = "DK-82"
token_sha256 = "{sha256("midt")}"
"""


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    written = io.StringIO()
    configure_logs("info", written)
    yield written
    structlog.reset_defaults()


def requests_in(stream: io.StringIO) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    return [line for line in lines if line["event"] == "request"]


@pytest.mark.parametrize(
    ("url", "route", "status"),
    [
        ("/fhir/Bundle/secret-id?_pretty=true", "/fhir/Bundle/{id}", 404),
        ("/episodes/secret-id", "/episodes/{id}", 403),
        ("/nowhere/secret-id", "(none)", 404),
        ("/fhir/Bundle?period=secret-id", "/fhir/Bundle", 200),
    ],
)
async def test_the_template_stands_for_the_path(
    tmp_path: Path, stream: io.StringIO, url: str, route: str, status: int
) -> None:
    gateway, metrics = gateway_at(tmp_path, REGION), Metrics()
    async with client_of_app(create_app(gateway, metrics)) as client:
        answer = await client.get(url, headers={**bearer("midt"), "X-Request-ID": "abc"})
    gateway.close()
    (line,) = requests_in(stream)
    assert (line["route"], line["status"], line["request"]) == (route, status, "abc")
    assert line["caller"] == ("Region Midtjylland" if route.startswith("/fhir") else "")
    assert answer.status_code == status
    assert "secret-id" not in stream.getvalue()
    assert f'route="{route}",status="{status}"' in metrics.text().decode()
    assert b"secret-id" not in metrics.text()


async def test_a_fault_is_logged_by_class_and_place(tmp_path: Path, stream: io.StringIO) -> None:
    gateway = gateway_at(tmp_path)
    app = create_app(gateway)
    app.router.add_route("/broken", lambda _request: _fail())
    async with client_of_app(app, raising=False) as client:
        assert (await client.get("/broken")).status_code == 500
    gateway.close()
    failed = [json.loads(line) for line in stream.getvalue().splitlines() if "request-failed" in line]
    assert failed[0]["error"] == "ValueError"
    assert requests_in(stream)[0]["status"] == 500
    assert "a secret" not in stream.getvalue()


def _fail() -> Any:
    raise ValueError("a secret")
