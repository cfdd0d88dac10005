"""Deliveries: documents on their way to a region's own FHIR server.

A waiting delivery is written in the same transaction as its document (store.save_documents). `Delivery` finds it, and
a durable job (gateway.delivery_jobs) tries until the region has taken it:

    waiting --> sending --> accepted
                   |  ^
                   v  | resend, by a person
                 failed

Refused connections, timeouts, 408, 425, 429 and 5xx are tried again, with twice the wait each time or as long as the
region asks; another answer than 2xx is a failure at once, for a person to see to. The store's row is the truth and the
job only drives it: a job that is lost with its database is started again, and asks before it posts.

Nothing is sent anywhere but to endpoints named in the organisations file.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import httpx2
import structlog

from gateway.delivery_jobs import Jobs
from gateway.errors import NotFoundError, StoreError
from gateway.organisations import Member, Register
from gateway.outgoing import open_http
from gateway.region_client import (
    Attempt,
    Fate,
    Parcel,
    RegionClient,
    parcel_of,
    submitted,
    unsafe_endpoint,
)
from gateway.settings import Settings
from gateway.store.contract import Delivery as Row
from gateway.store.contract import Store
from settlement.lines import Document

_STATES = {Fate.ACCEPTED: "accepted", Fate.RETRY: "sending", Fate.FAILED: "failed"}


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a delivery is tried, and how long is waited between, in seconds. The defaults last three days."""

    first: float = 2.0
    longest: float = 900.0
    tries: int = 300
    look: float = 5.0

    def wait(self, tries: int, asked: float) -> float:
        """Seconds until the next try after `tries` earlier ones; the region may ask for longer, up to a day."""
        return max(min(self.first * 2.0 ** min(tries, 30), self.longest), min(asked, 86_400.0))


PATIENT = Patience()


class Delivery:
    """The background object that `serve` runs."""

    def __init__(
        self,
        store: Store,
        register: Register,
        settings: Settings,
        now: Callable[[], datetime],
        patience: Patience = PATIENT,
    ) -> None:
        self._courier = Courier(store, register, open_http(), now, patience)
        self._jobs = Jobs(settings, self._courier.attempt, min(1.0, patience.look))
        self._look = patience.look

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until stop is set; tries under way end first. With no region to deliver to it only waits."""
        if not self._courier.register.endpoints:
            await stop.wait()
            return
        try:
            while not stop.is_set():
                await asyncio.to_thread(self._round)
                await _pause(stop, self._look)
        finally:
            await asyncio.to_thread(self._close)

    def _round(self) -> None:
        """Start a job for every delivery that is not done and has none. A store that fails is tried again."""
        try:
            self._jobs.launch()
            before = self._courier.open()
            live = self._jobs.live()
            still = self._courier.open()  # a job that ended between the two readings has closed its delivery
            for key in sorted(before.keys() & still.keys()):
                if job_name(*key) not in live:
                    self._jobs.start(job_name(*key), *key)
        except StoreError as problem:
            structlog.get_logger().warning("deliveries cannot be looked through", reason=str(problem))

    def _close(self) -> None:
        self._jobs.close()
        self._courier.http.close()


@dataclass(frozen=True, slots=True)
class Courier:
    """Makes one try at a time, and writes what came of it into the store."""

    store: Store
    register: Register
    http: httpx2.Client
    now: Callable[[], datetime]
    patience: Patience

    def open(self) -> dict[tuple[str, str], Row]:
        """Deliveries that are not done, by document and endpoint."""
        rows = [*self.store.deliveries("waiting"), *self.store.deliveries("sending")]
        return {(row.document, row.endpoint): row for row in rows}

    def attempt(self, document: str, endpoint: str, tries: int) -> float | None:
        """Try once. Returns seconds until the next try, None when the delivery is done. Raises StoreError.

        `attempts` of the row counts posts that were begun, and is written before each leaves: a row with any may
        belong to a document that has arrived.
        """
        row = self.open().get((document, endpoint))
        if row is None:
            return None
        row, result = self._send(self._save(replace(row, state="sending")))
        result = self._given_up(result, tries)
        if self._put_back(row):
            return None
        self._save(replace(row, state=_STATES[result.fate], last_error=result.reason))
        _note(document, result)
        return self.patience.wait(tries, result.wait) if result.fate is Fate.RETRY else None

    def _send(self, row: Row) -> tuple[Row, Attempt]:
        document = self.store.document(row.document)
        member = self.register.region(document.recipient) if document else None
        if document is None or member is None or member.endpoint != row.endpoint:
            return row, Attempt(Fate.FAILED, "The document or the region's endpoint is no longer known here.")
        if reason := unsafe_endpoint(row.endpoint):
            return row, Attempt(Fate.FAILED, reason)
        parcel = _parcel(document, member)
        if parcel is None:
            return row, Attempt(Fate.FAILED, "The document has no identifier to ask for, so it is not sent.")
        return self._hand_over(row, parcel, RegionClient(self.http, row.endpoint, member.endpoint_token, self.now))

    def _hand_over(self, row: Row, parcel: Parcel, region: RegionClient) -> tuple[Row, Attempt]:
        answer = region.ask(parcel, posted_before=row.attempts > 0)
        if answer is not None:
            return row, answer
        row = self._save(replace(row, attempts=row.attempts + 1))
        return row, region.post(parcel)

    def _put_back(self, row: Row) -> bool:
        """Whether the delivery was set to waiting meanwhile (its document was replaced): then this try says nothing."""
        current = self.open().get((row.document, row.endpoint))
        return current is not None and current.state == "waiting"

    def _given_up(self, result: Attempt, tries: int) -> Attempt:
        if result.fate is Fate.RETRY and tries + 1 >= self.patience.tries:
            return Attempt(Fate.FAILED, f"Given up after {tries + 1} tries. {result.reason}")
        return result

    def _save(self, row: Row) -> Row:
        row = replace(row, updated_at=self.now())
        self.store.save_delivery(row)
        return row


def _parcel(document: Document, region: Member) -> Parcel | None:
    """What is posted of a document; a claim bundle without lines is posted whole in any case."""
    is_submitted = document.kind == "claim-bundle" and region.claims == "submit"
    return (submitted(document.body) if is_submitted else None) or parcel_of(document.body)


def resend(store: Store, document: str, now: datetime) -> list[Row]:
    """Put a document's failed deliveries back to waiting, because a person has seen to what was wrong.

    That person also vouches that the document has not arrived if a region could not say so: attempts start again at 0.
    Raises NotFoundError when the document has no failed delivery.
    """
    failed = [row for row in store.deliveries("failed") if row.document == document]
    if not failed:
        raise NotFoundError("This document has no failed delivery, so there is nothing to send again.")
    rows = [replace(row, state="waiting", attempts=0, updated_at=now) for row in failed]
    for row in rows:
        store.save_delivery(row)
    return rows


def job_name(document: str, endpoint: str) -> str:
    """The name of the job that delivers a document to an endpoint."""
    return f"{document}.{hashlib.sha256(endpoint.encode()).hexdigest()[:8]}"


def _note(document: str, result: Attempt) -> None:
    log = structlog.get_logger()
    write = log.warning if result.fate is Fate.FAILED else log.info
    write("delivery tried", document=document, fate=result.fate, reason=result.reason)


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
