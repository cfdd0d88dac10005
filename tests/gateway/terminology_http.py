"""A terminology server for tests: the operations over real sockets, with faults that are asked for."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class FakeTerminology:
    """A server that can list value sets, and by default do nothing else.

    listed: the codes of value sets, (system, code), by url. answers: what it answers by path, (status, body), where it
    is not that. delay: seconds before each answer. asked: the paths asked for, in order.
    """

    listed: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    answers: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    delay: float = 0.0
    asked: list[str] = field(default_factory=list)
    base: str = ""

    def answer(self, path: str, parameters: dict[str, Any]) -> tuple[int, bytes]:
        """Status and body for a question."""
        self.asked.append(path)
        time.sleep(self.delay)
        if path in self.answers:
            return self.answers[path]
        codes = self.listed.get(_url(parameters)) if path.endswith("/$expand") else None
        if codes is None:
            return 404, json.dumps({"resourceType": "OperationOutcome"}).encode()
        contains = [{"system": system, "code": code} for system, code in codes]
        expansion = {"timestamp": "2026-11-01", "total": len(codes), "contains": contains}
        return 200, json.dumps({"resourceType": "ValueSet", "status": "active", "expansion": expansion}).encode()


def _url(parameters: dict[str, Any]) -> str:
    named = {one["name"]: one for one in parameters["parameter"]}
    sent = named.get("valueSet", {}).get("resource", {})
    return str(sent.get("url") or named.get("url", {}).get("valueUri", ""))


@contextmanager
def terminology_http() -> Iterator[FakeTerminology]:
    """A terminology server on a free loopback port, for as long as the block lasts."""
    fake = FakeTerminology()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, answer = fake.answer(self.path, json.loads(body))
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *args: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    fake.base = f"http://127.0.0.1:{server.server_port}/r4"
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
