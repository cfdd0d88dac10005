"""The served program, through real sockets: HTTP, TLS with client certificates, deadlines, and an orderly end."""

from __future__ import annotations

import asyncio
import os
import signal
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest

from gateway.build import Gateway
from gateway.demo.cast import course
from gateway.demo.sending import as_json
from gateway.errors import SettingsError
from gateway.frames import framed
from gateway.http import certificates
from gateway.serve import Addresses, serve
from tests.gateway.certificates import Authority, Pair, client_context
from tests.gateway.running import FHIR_JSON, admission, bearer, gateway_at, notification, sha256

SECONDS = 20.0
PROCESS = "/fhir/$process-message"
NOTIFICATION = as_json(notification())


@asynccontextmanager
async def serving(gateway: Gateway, *background: Any) -> AsyncIterator[Addresses]:
    stop = asyncio.Event()
    opened: asyncio.Future[Addresses] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(serve(gateway, stop, background, opened.set_result))
    await asyncio.wait((task, opened), return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        task.result()
    try:
        yield opened.result()
    finally:
        stop.set()
        await asyncio.wait_for(task, SECONDS)
        gateway.close()


async def raw(address: str, data: bytes) -> bytes:
    """Send bytes to the HTTP door, and return all that comes until it closes the connection."""
    url = urlsplit(address)
    reader, writer = await asyncio.open_connection(url.hostname, url.port)
    writer.write(data)
    try:
        async with asyncio.timeout(SECONDS):
            return await reader.read()
    finally:
        writer.close()


async def test_http_on_a_real_socket(tmp_path: Path) -> None:
    async with serving(gateway_at(tmp_path)) as addresses, httpx2.AsyncClient(base_url=addresses.http) as client:
        answer = await client.post(PROCESS, content=NOTIFICATION, headers=FHIR_JSON)
        assert answer.status_code == 200
        assert "server" not in answer.headers
        assert (await client.get("/metrics")).status_code == 200


async def test_forwarded_headers_open_nothing(tmp_path: Path) -> None:
    async with serving(gateway_at(tmp_path)) as addresses, httpx2.AsyncClient(base_url=addresses.http) as client:
        assert (await client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"})).status_code == 401


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"nonsense\r\n\r\n",
        b"POST /medcom HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
        b"POST /medcom HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"POST /medcom HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /medcom HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET /\x00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET http://[::1 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
        b"GET /" + b"x" * 100_000,
    ],
)
async def test_broken_http_is_400_and_closed(tmp_path: Path, request_bytes: bytes) -> None:
    async with serving(gateway_at(tmp_path)) as addresses:
        answer = await raw(addresses.http, request_bytes)
        assert answer.startswith(b"HTTP/1.1 4")


async def test_an_endless_header_is_cut_off(tmp_path: Path) -> None:
    async with serving(gateway_at(tmp_path)) as addresses:
        url = urlsplit(addresses.http)
        reader, writer = await asyncio.open_connection(url.hostname, url.port)
        with suppress(OSError):
            writer.write(b"GET / HTTP/1.1\r\nX: ")
            for _ in range(400):
                writer.write(b"x" * 10_000)
                await writer.drain()
                await asyncio.sleep(0)
        with suppress(OSError):
            assert (await reader.read()).startswith(b"HTTP/1.1 400")
        assert writer.is_closing() or reader.at_eof()
        writer.close()


async def test_a_slow_header_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certificates, "HEADER_SECONDS", 0.2)
    async with serving(gateway_at(tmp_path)) as addresses:
        for beginning in (b"", b"GET /health HTTP/1.1\r\nHost: loc"):
            assert await raw(addresses.http, beginning) == b""


async def test_a_slow_body_is_408_and_closed(tmp_path: Path) -> None:
    head = b"POST /medcom HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/xml\r\nContent-Length: 100\r\n\r\n<"
    async with serving(gateway_at(tmp_path, request_seconds=0.2)) as addresses:
        answer = await raw(addresses.http, head)
        assert answer.startswith(b"HTTP/1.1 408")
        assert b"OperationOutcome" in answer


async def test_mllp_beside_http(tmp_path: Path) -> None:
    async with serving(gateway_at(tmp_path)) as addresses:
        assert b"MSA|" in await mllp(addresses, admission())


async def mllp(addresses: Addresses, message: bytes, tls: ssl.SSLContext | None = None) -> bytes:
    url = urlsplit(addresses.mllp)
    reader, writer = await asyncio.open_connection(url.hostname, url.port, ssl=tls)
    try:
        writer.write(framed(message))
        async with asyncio.timeout(SECONDS):
            return await reader.readuntil(b"\x1c\r")
    finally:
        writer.close()


class Secured:
    """Files of an installation with TLS: a hospital with a certificate, another without, and a token."""

    def __init__(self, folder: Path) -> None:
        self.authority = Authority(folder)
        server = self.authority.issue("server")
        self.hospital = self.authority.issue("hospital")
        self.unknown = self.authority.issue("unknown")
        actor = course(1).hospital
        self.organisations = f"""
[[organisation]]
name = "{actor.name}"
role = "hospital"
sor = "{actor.sor}"
gln = "{actor.gln}"
certificate_sha256 = "{self.hospital.sha256}"
token_sha256 = "{sha256("token")}"
"""
        self.settings = {
            "tls_certificate": server.certificate,
            "tls_key": server.key,
            "tls_client_ca": self.authority.pair.certificate,
        }

    def gateway(self, folder: Path, **changes: Any) -> Gateway:
        return gateway_at(folder, self.organisations, **{**self.settings, **changes})

    def client(self, addresses: Addresses, own: Pair | None) -> httpx2.AsyncClient:
        return httpx2.AsyncClient(base_url=addresses.http, verify=client_context(self.authority, own))


async def test_a_client_certificate_is_a_credential(tmp_path: Path) -> None:
    secured = Secured(tmp_path)
    async with serving(secured.gateway(tmp_path)) as addresses:
        assert addresses.http.startswith("https://")
        for own, headers, status in [
            (secured.hospital, {}, 200),
            (secured.unknown, {}, 401),
            (None, {}, 401),
            (None, bearer("token"), 200),
            (secured.hospital, bearer("stolen"), 401),
        ]:
            async with secured.client(addresses, own) as client:
                answer = await client.post(PROCESS, content=NOTIFICATION, headers={**FHIR_JSON, **headers})
            assert answer.status_code == status


async def test_certificates_of_others_are_refused(tmp_path: Path) -> None:
    secured = Secured(tmp_path)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    forged = Authority(elsewhere, "authority").issue("hospital")
    async with serving(secured.gateway(tmp_path)) as addresses, secured.client(addresses, forged) as client:
        with pytest.raises(httpx2.TransportError):
            await client.post(PROCESS, content=NOTIFICATION, headers=FHIR_JSON)


async def test_old_tls_is_refused(tmp_path: Path) -> None:
    context = certificates.server_context(Secured(tmp_path).gateway(tmp_path).settings)
    assert context is not None
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2


async def test_mllp_needs_a_known_certificate(tmp_path: Path) -> None:
    secured = Secured(tmp_path)
    async with serving(secured.gateway(tmp_path)) as addresses:
        assert addresses.mllp.startswith("mllps://")
        known = client_context(secured.authority, secured.hospital)
        assert b"|A0100001" in await mllp(addresses, admission(), known)
        for own in (secured.unknown, None):
            with pytest.raises((OSError, asyncio.IncompleteReadError)):
                await mllp(addresses, admission(), client_context(secured.authority, own))


async def test_mllp_stays_closed_where_nobody_could_be_known(tmp_path: Path) -> None:
    secured = Secured(tmp_path)
    async with serving(secured.gateway(tmp_path, tls_client_ca=None)) as addresses:
        assert addresses.mllp == ""


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"http_host": "192.0.2.1"}, "tls_certificate"),
        ({"http_host": "192.0.2.1"}, "organisations"),
        ({"mllp_host": "192.0.2.1"}, "tls_client_ca"),
        ({"tls_certificate": Path("missing.pem"), "tls_key": Path("missing.key")}, "TLS files"),
        ({"tls_certificate": Path("missing.pem")}, "tls_key"),
    ],
)
async def test_unsafe_or_broken_settings_stop_the_start(tmp_path: Path, changes: dict[str, Any], says: str) -> None:
    gateway = gateway_at(tmp_path, **changes)
    with pytest.raises(SettingsError, match=says):
        await serve(gateway, asyncio.Event())
    gateway.close()


async def test_a_taken_address_says_which_setting(tmp_path: Path) -> None:
    async with serving(gateway_at(tmp_path)) as addresses:
        for door in ("http", "mllp"):
            port = urlsplit(getattr(addresses, door)).port
            second = gateway_at(tmp_path, **{f"{door}_port": port})
            with pytest.raises(SettingsError, match=f"{door}_port"):
                await serve(second, asyncio.Event())
            second.close()


class Failing:
    """Background work that fails at first."""

    def __init__(self) -> None:
        self.starts = 0

    async def run(self, stop: asyncio.Event) -> None:
        self.starts += 1
        if self.starts == 1:
            raise ValueError("0101901234")
        await stop.wait()


async def test_background_work_is_started_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.serve.RESTART_SECONDS", 0.01)
    work = Failing()
    async with serving(gateway_at(tmp_path), work), asyncio.timeout(SECONDS):
        while work.starts < 2:
            await asyncio.sleep(0.01)


SCRIPT = """
import sys
from gateway.build import build
from gateway.logs import configure_logs
from gateway.serve import run
from gateway.settings import Settings
configure_logs("info")
gateway = build(Settings(data_folder=sys.argv[1], http_port=0, mllp_port=0))
run(gateway, announce=lambda addresses: print(addresses.http, flush=True))
gateway.close()
print("closed", flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_process_in_order(tmp_path: Path, number: signal.Signals) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-c", SCRIPT, str(tmp_path / "data")]
    with subprocess.Popen(  # noqa: S603
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, text=True
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        answer = httpx2.post(url + PROCESS, content=NOTIFICATION, headers=FHIR_JSON)
        process.send_signal(number)
        out, errors = process.communicate(timeout=SECONDS)
    assert answer.status_code == 200
    assert (process.returncode, out.strip()) == (0, "closed")
    assert '"event":"stopped"' in errors
    assert course(1).person.cpr not in errors
