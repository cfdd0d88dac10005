"""Numbers for Prometheus: only formats, outcomes, doors and durations, never who or what a message is about."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Mapping

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from gateway.intake import Taken

CONTENT_TYPE = CONTENT_TYPE_LATEST
DELIVERY_STATES = ("waiting", "sending", "accepted", "failed")
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Metrics:
    """The counters of one process, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._messages = Counter(
            "overgang_messages",
            "Messages by door, format and outcome.",
            ("door", "format", "outcome"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "overgang_message_seconds",
            "Time from the last byte of a message to its receipt.",
            ("door",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._reused_ids = Counter(
            "overgang_reused_ids",
            "Messages refused because their letter or envelope id belongs to another letter: alarm on any.",
            ("door", "format"),
            registry=self.registry,
        )
        self._requests = Counter(
            "overgang_http_requests",
            "HTTP requests by route and status.",
            ("route", "method", "status"),
            registry=self.registry,
        )
        self._request_seconds = Histogram(
            "overgang_http_request_seconds",
            "Time of HTTP requests.",
            ("route",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.mllp_connections = Gauge("overgang_mllp_connections", "Open MLLP connections.", registry=self.registry)
        self.in_flight = Gauge(
            "overgang_messages_in_flight", "Messages on their way to the store.", registry=self.registry
        )
        self._deliveries = Gauge(
            "overgang_deliveries", "Documents on their way to regions, by state.", ("state",), registry=self.registry
        )

    async def counted(self, door: str, taking: Awaitable[Taken]) -> Taken:
        """Wait for one message to be taken in, and count it. door: "http" or "mllp". Raises what the taking raises."""
        started = time.perf_counter()
        form, outcome = "", "not-stored"
        with self.in_flight.track_inprogress():
            try:
                taken = await taking
                form, outcome = taken.format, taken.outcome.value
                if taken.reuses_id:
                    self._reused_ids.labels(door, form).inc()
            finally:
                self._message(door, form, outcome, time.perf_counter() - started)
        return taken

    def _message(self, door: str, form: str, outcome: str, seconds: float) -> None:
        self._messages.labels(door, form, outcome).inc()
        self._seconds.labels(door).observe(seconds)

    def request(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one HTTP request. route: the template, never the path."""
        self._requests.labels(route, method, str(status)).inc()
        self._request_seconds.labels(route).observe(seconds)

    def deliveries_are(self, states: Mapping[str, int]) -> None:
        """Set the number of deliveries in each state."""
        for state in DELIVERY_STATES:
            self._deliveries.labels(state).set(states.get(state, 0))

    def text(self) -> bytes:
        """Everything, in Prometheus' text format."""
        return generate_latest(self.registry)
