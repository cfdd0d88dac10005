"""Whom the gateway talks to, and by which way."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx2
import pytest

from gateway.outgoing import is_safe, open_http, open_public_http


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A proxy that the environment names; what it was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{server.server_port}")
    for name in ("NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    yield asked
    server.shutdown()
    server.server_close()


def test_public_services_are_asked_through_the_proxy(proxy: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    with open_public_http() as http:
        assert http.get("http://packages.invalid/a").status_code == 200
    monkeypatch.setenv("NO_PROXY", "packages.invalid")
    with open_public_http() as http, pytest.raises(httpx2.ConnectError):
        http.get("http://packages.invalid/b")
    assert proxy == ["http://packages.invalid/a"]


def test_what_is_about_citizens_takes_no_proxy_from_the_environment(proxy: list[str]) -> None:
    with open_http() as http, pytest.raises(httpx2.ConnectError):
        http.get("http://region.invalid/a")
    assert proxy == []


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("https://a.example/x", True),
        ("http://127.0.0.1:8080", True),
        ("http://localhost/x", True),
        ("http://a.example", False),
        ("https://", False),
        ("ftp://a.example", False),
        ("", False),
        ("http://[", False),
    ],
)
def test_which_urls_are_talked_to(address: str, *, safe: bool) -> None:
    assert is_safe(address) is safe
