"""What every request passes first: a request id, one log line, one count. The path itself is never written down."""

from __future__ import annotations

import itertools
import re
import secrets
import sys
import time

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.http.doors import CALLER, TEMPLATE
from gateway.logs import without_cpr
from gateway.metrics import Metrics

log = structlog.get_logger()
_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_HOST = re.compile(r"[A-Za-z0-9._-]{1,253}(:\d{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:\d{1,5})?")
_METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT")
ELSEWHERE = "(none)"


class Observe:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics
        self._mine = secrets.token_hex(6)
        self._numbers = itertools.count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one call on, with its request id on the answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        request_id = request_id_of(headers) or f"{self._mine}-{next(self._numbers)}"
        watch = _Watch(send, request_id)
        started = time.perf_counter()
        structlog.contextvars.bind_contextvars(request=request_id)
        try:
            app = self._app if _HOST.fullmatch(headers.get("host", "localhost")) else _BAD_HOST
            await app(scope, receive, watch.send)
        finally:
            self._note(scope, watch.status or 500, time.perf_counter() - started)
            structlog.contextvars.unbind_contextvars("request")

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = _template(scope)
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        self._metrics.request(route, method, status, seconds)
        if (problem := sys.exception()) is not None:
            log.error("request-failed", exc_info=problem)
        caller = scope.get(CALLER, "")
        log.info("request", method=method, route=route, status=status, ms=round(seconds * 1000, 1), caller=caller)


class _Watch:
    """Sees the status go by, and adds the request id to the answer."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self._request_id = request_id
        self.status = 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["X-Request-ID"] = self._request_id
            headers.setdefault("X-Content-Type-Options", "nosniff")
        await self._send(message)


def request_id_of(headers: Headers) -> str:
    """The caller's X-Request-ID if it is a plain id without anything like a CPR number in it, else ""."""
    theirs = headers.get("x-request-id", "")
    return theirs if _REQUEST_ID.fullmatch(theirs) and without_cpr(theirs) == theirs else ""


def _template(scope: Scope) -> str:
    """The route's template: the path with its parameters' names in place of their values."""
    if TEMPLATE in scope:
        return str(scope[TEMPLATE])
    if "endpoint" not in scope:
        return ELSEWHERE
    names = {str(value): f"{{{name}}}" for name, value in scope.get("path_params", {}).items()}
    return "/".join(names.get(part, part) for part in scope["path"].split("/"))


_BAD_HOST = PlainTextResponse("The Host header is not the name of a host.", 400)
