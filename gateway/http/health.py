"""`GET /health`: whether this process can do its work. `GET /metrics`: numbers for Prometheus."""

from __future__ import annotations

from collections import Counter

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from gateway.build import Gateway
from gateway.errors import StoreError
from gateway.http.doors import Call
from gateway.metrics import CONTENT_TYPE, Metrics


class Health:
    """The doors for those who operate the gateway."""

    def __init__(self, gateway: Gateway, metrics: Metrics) -> None:
        self._store = gateway.store
        self._metrics = metrics

    async def health(self, _call: Call) -> Response:
        """200 while the store answers, else 503. Says nothing else to whoever asks."""
        try:
            await run_in_threadpool(self._store.months)
        except StoreError:
            return _state("store-unavailable", 503)
        return _state("ok", 200)

    async def metrics(self, _call: Call) -> Response:
        """Everything counted, in Prometheus' text format."""
        states = await run_in_threadpool(self._deliveries)
        self._metrics.deliveries_are(states)
        return Response(self._metrics.text(), headers={"Content-Type": CONTENT_TYPE})

    def _deliveries(self) -> Counter[str]:
        return Counter(delivery.state for delivery in self._store.deliveries())


def _state(name: str, status: int) -> Response:
    headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
    return Response(orjson.dumps({"status": name}), status, headers=headers)
