"""The demo's region: a small FHIR endpoint of its own that keeps what is posted to it in a folder."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


class RegionServer:
    """Takes resources (POST, once for each identifier) and answers searches for them by identifier."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        routes = [
            Route("/fhir/{kind}", self._post, methods=["POST"]),
            Route("/fhir/{kind}", self._search, methods=["GET"]),
        ]
        self._app = Starlette(routes=routes)

    @property
    def received(self) -> int:
        """How many documents have been taken."""
        return sum(1 for _ in self._folder.glob("*.json"))

    async def _post(self, request: Request) -> Response:
        path = self._path(request.path_params["kind"], _identifier(request.headers.get("if-none-exist", "")))
        if path.exists():
            return Response(status_code=200)
        path.write_bytes(await request.body())
        return Response(status_code=201)

    async def _search(self, request: Request) -> Response:
        path = self._path(request.path_params["kind"], request.query_params.get("identifier", ""))
        entries = [{"resource": json.loads(path.read_bytes())}] if path.exists() else []
        bundle = {"resourceType": "Bundle", "type": "searchset", "total": len(entries), "entry": entries}
        return JSONResponse(bundle, media_type="application/fhir+json")

    def _path(self, kind: str, identifier: str) -> Path:
        name = "".join(
            character
            for character in f"{kind}-{identifier.rpartition('|')[2]}"
            if character.isalnum() or character == "-"
        )
        return self._folder / f"{name}.json"

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        """Serve on a free port of loopback; gives the FHIR base url."""
        listener = socket.create_server(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        config = uvicorn.Config(self._app, log_config=None, lifespan="off")
        server = uvicorn.Server(config)
        server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign, assignment]
        task = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started:
            await asyncio.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{port}/fhir"
        finally:
            server.should_exit = True
            await task


def _identifier(condition: str) -> str:
    return condition.removeprefix("identifier=")
