"""A region's FHIR server for tests: real sockets, a stored set, and faults in the order they are asked for."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

ACCEPT, DROP, SWALLOW = 201, -1, -2
"""Plan entries beside plain statuses: DROP closes the connection before storing, SWALLOW stores and then closes it."""


@dataclass
class Region:
    """What the region has and saw. plan: how the next posts go (default: accepted). searchable: answers searches.

    conditional: honours If-None-Exist. slow: seconds between storing a post and answering it. hold: the same, until it
    is set. on_stored is set when a post has been stored.
    """

    plan: list[int] = field(default_factory=list)
    asks: list[int] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    searchable: bool = True
    conditional: bool = True
    slow: float = 0.0
    hold: threading.Event | None = None
    stored: list[bytes] = field(default_factory=list)
    posts: int = 0
    paths: list[str] = field(default_factory=list)
    seen: list[dict[str, str]] = field(default_factory=list)
    on_stored: threading.Event = field(default_factory=threading.Event)
    base: str = ""

    def having(self, criteria: str) -> list[Any]:
        """Stored resources whose identifier fits the search `criteria`."""
        system, _, value = parse_qs(criteria)["identifier"][0].partition("|")
        wanted = {"system": system, "value": value}
        return [item for body in self.stored for item in _kept(json.loads(body)) if wanted in _names(item)]


@contextmanager
def region_server() -> Iterator[Region]:
    """A region on a free loopback port, for as long as the block lasts."""
    region = Region()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(region))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    region.base = f"http://127.0.0.1:{server.server_port}/fhir"
    try:
        yield region
    finally:
        if region.hold:
            region.hold.set()
        server.shutdown()
        thread.join()
        server.server_close()


def _kept(resource: Any) -> list[Any]:
    """A resource, or what a submission is taken apart into."""
    entries = [entry["resource"] for entry in resource.get("entry", ())]
    is_submission = bool(entries) and {entry["resourceType"] for entry in entries} == {"Claim"}
    return entries if is_submission else [resource]


def _names(resource: Any) -> list[Any]:
    found = resource["identifier"]
    return found if isinstance(found, list) else [found]


def _handler(region: Region) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer(*_searched(region, urlsplit(self.path).query))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            region.paths.append(self.path)
            status = _taken(region, dict(self.headers), body)
            if status in (DROP, SWALLOW):
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True
            else:
                self._answer(status, b"")

        def _answer(self, status: int, body: bytes) -> None:
            try:
                self.send_response(status)
                for name, value in region.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except OSError:
                self.close_connection = True

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  (the name is the library's)
            """Say nothing."""

    return Handler


def _searched(region: Region, query: str) -> tuple[int, bytes]:
    status = region.asks.pop(0) if region.asks else 200
    if status != 200 or not region.searchable:
        return (status if status != 200 else 400), b""
    entries = [{"resource": resource} for resource in region.having(query)]
    return 200, json.dumps({"resourceType": "Bundle", "type": "searchset", "entry": entries}).encode()


def _taken(region: Region, headers: dict[str, str], body: bytes) -> int:
    region.posts += 1
    region.seen.append(headers)
    step = region.plan.pop(0) if region.plan else ACCEPT
    if region.conditional and region.having(headers["If-None-Exist"]):
        return 200
    if step in (ACCEPT, SWALLOW):
        region.stored.append(body)
        region.on_stored.set()
    time.sleep(region.slow)
    if region.hold:
        region.hold.wait()
    return step
