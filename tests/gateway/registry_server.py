"""A FHIR package registry for tests: the registry's API over real sockets, with faults that are asked for."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class FakeRegistry:
    """What the registry has: archives by name and version. latest: the version it calls so, by name.

    answers: other answers (status, body) by path. sums: wrong SHA-1s by label. asked: the paths asked for, in order.
    """

    archives: dict[str, dict[str, bytes]] = field(default_factory=dict)
    latest: dict[str, str] = field(default_factory=dict)
    answers: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    sums: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    base: str = ""

    def put(self, name: str, version: str, archive: bytes) -> None:
        """Publish a package."""
        self.archives.setdefault(name, {})[version] = archive

    def answer(self, path: str) -> tuple[int, bytes]:
        """Status and body for a path."""
        self.asked.append(path)
        if path in self.answers:
            return self.answers[path]
        _, name, *rest = path.split("/")
        versions = self.archives.get(name, {})
        if not versions:
            return 404, b""
        if not rest:
            return 200, json.dumps(self._listing(name)).encode()
        return (200, versions[rest[0]]) if rest[0] in versions else (404, b"")

    def _listing(self, name: str) -> dict[str, object]:
        listed = {
            version: {
                "name": name,
                "version": version,
                "dist": {"shasum": self.sums.get(f"{name}#{version}", hashlib.sha1(body).hexdigest())},  # noqa: S324
            }
            for version, body in self.archives[name].items()
        }
        return {"_id": name, "name": name, "dist-tags": {"latest": self.latest.get(name, "")}, "versions": listed}


@contextmanager
def registry_server() -> Iterator[FakeRegistry]:
    """A registry on a free loopback port, for as long as the block lasts."""
    registry = FakeRegistry()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = registry.answer(self.path)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Location", registry.base + "/elsewhere")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    registry.base = f"http://127.0.0.1:{server.server_port}"
    try:
        yield registry
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
