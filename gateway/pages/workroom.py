"""The workroom: where there is much to read, a page is made in a process of its own, and doors stay quick meanwhile.

One page is made at a time. Who asks is told how far it is, and asks again; what was made is kept for a while under what
was asked, so that several who ask the same get the same. What nobody asks about any more is given up.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import TypeAlias

from starlette.responses import Response

from gateway.build import build
from gateway.errors import GatewayError, StoreError
from gateway.pages.people import Person
from gateway.pages.texts import texts
from gateway.pages.visit import Shown, View, Visit
from gateway.settings import Settings

LARGE = 20_000
"""Episodes from which on pages that read them are made here."""
KEPT = 8
"""Pages that are kept when they have been made."""
KEPT_SECONDS = 60.0
GIVEN_UP_SECONDS = 30.0
_TELL_SECONDS = 0.3

Made: TypeAlias = Shown | Response


@dataclass(frozen=True, slots=True)
class Errand:
    """What is to be made: a visit without a gateway. now: when it was asked for, which is the time the page tells."""

    view: View
    person: Person
    language: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    form: Mapping[str, str]
    now: datetime

    @property
    def key(self) -> str:
        """What was asked, by whom: the same gives the same page."""
        who = (self.person.name, self.person.role, self.person.region, self.person.municipality, self.language)
        what = (self.view.__module__, self.view.__qualname__, *(sorted(one.items()) for one in self._words()))
        return hashlib.sha256(json.dumps([who, what]).encode()).hexdigest()

    def _words(self) -> tuple[Mapping[str, str], ...]:
        form = {name: value for name, value in self.form.items() if name != "form_token"}
        return self.path, self.query, form


@dataclass(frozen=True, slots=True)
class Working:
    """A page that is being made: for how many seconds, and how much of it is done (None: not known). waits: whether
    another page is made first."""

    seconds: int = 0
    share: float | None = None
    waits: bool = False


@dataclass(slots=True)
class _Job:
    """The page that is being made."""

    key: str
    process: BaseProcess
    pipe: Connection
    begun: float
    asked: float
    share: float | None = None

    def stop(self) -> None:
        """Give it up."""
        self.process.terminate()
        self.process.join()
        self.pipe.close()


class Workroom:
    """Makes pages in a process of its own. Used by several threads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._job: _Job | None = None
        self._kept: OrderedDict[str, tuple[float, Made | GatewayError]] = OrderedDict()

    def look(self, errand: Errand) -> Made | Working:
        """The page, if it has been made; else how far it is, and it is begun if nothing else is being made.

        Raises StoreError where it could not be made.
        """
        with self._lock:
            self._collect()
            key, now = errand.key, time.monotonic()
            if key in self._kept:
                return _unless_failed(self._kept[key][1])
            if self._job is None:
                self._job = _begun(errand, self._settings, now)
            if self._job.key != key:
                return Working(waits=True)
            self._job.asked = now
            return Working(int(now - self._job.begun), self._job.share)

    def forget(self) -> None:
        """Somebody has written something: pages made before it are not to be shown."""
        with self._lock:
            self._kept.clear()

    def close(self) -> None:
        """Give up what is being made."""
        with self._lock:
            if self._job is not None:
                self._job.stop()
                self._job = None

    def _collect(self) -> None:
        """Take in what the process has sent, drop what is old, and give up what nobody asks about."""
        now = time.monotonic()
        if self._job is not None and (made := _received(self._job)) is not None:
            self._kept[self._job.key] = now, made
            self._job.stop()
            self._job = None
        if self._job is not None and now - self._job.asked > GIVEN_UP_SECONDS:
            self._job.stop()
            self._job = None
        for key in [key for key, (at, _) in self._kept.items() if now - at > KEPT_SECONDS]:
            del self._kept[key]
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)


def _unless_failed(made: Made | GatewayError) -> Made:
    if isinstance(made, GatewayError):
        raise made
    return made


def _begun(errand: Errand, settings: Settings, now: float) -> _Job:
    ours, theirs = get_context("spawn").Pipe(duplex=False)
    process = get_context("spawn").Process(target=_make, args=(errand, settings, theirs), daemon=True)
    process.start()
    theirs.close()
    return _Job(errand.key, process, ours, now, now)


def _received(job: _Job) -> Made | GatewayError | None:
    """What was made, or why not; None while it is being made."""
    try:
        while job.pipe.poll():
            found = job.pipe.recv()
            if not isinstance(found, float):
                return found if isinstance(found, Shown | Response | GatewayError) else _failed()
            job.share = found
    except EOFError:
        return _failed()
    return None


def _failed() -> StoreError:
    return StoreError("The page could not be made. Ask for a smaller part of it, or see the log of the gateway.")


class _Teller:
    """Sends how much is done, not too often."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._last = 0.0

    def __call__(self, share: float) -> None:
        if time.monotonic() - self._last > _TELL_SECONDS:
            self._last = time.monotonic()
            self._pipe.send(share)


def _make(errand: Errand, settings: Settings, pipe: Connection) -> None:
    """In the process: make the page and send it."""
    made: Made | GatewayError
    try:
        gateway = build(settings, lambda: errand.now)
        try:
            words, teller = texts(errand.language), _Teller(pipe)
            visit = Visit(gateway, errand.person, words, errand.path, errand.query, errand.form, teller)
            made = errand.view(visit)
        finally:
            gateway.close()
    except GatewayError as problem:
        made = problem
    pipe.send(made)
    pipe.close()
