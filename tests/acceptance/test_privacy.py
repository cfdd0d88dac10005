"""No CPR number leaves where it need not: canaries in every format, good and bad, and everything emitted is searched.

A canary is any run of ten digits (or six, a hyphen and four) that a sending carries as a citizen's number.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import structlog

from gateway.demo.month import month
from gateway.demo.run import organisations_file
from gateway.demo.sending import Sending
from gateway.logs import configure_logs
from gateway.store.contract import DocumentSearch, EpisodeSearch
from settlement.periods import Month, Quarter
from tests.acceptance.bad_messages import BAD
from tests.acceptance.house import House, house
from tests.acceptance.test_public_messages import public

AFTER = datetime(2026, 11, 1, 12, tzinfo=UTC)
_NUMBER = re.compile(rb"(?<![0-9A-Za-z.:-])(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d\d-?\d{4}(?![0-9A-Za-z-])")


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    configure_logs("debug", stream)
    yield stream
    structlog.reset_defaults()


def canaries(sendings: list[Sending]) -> frozenset[bytes]:
    """Every number of a citizen in the sendings, with and without hyphen."""
    plain = {found.replace(b"-", b"") for sending in sendings for found in _NUMBER.findall(sending.body)}
    return frozenset(plain | {number[:6] + b"-" + number[6:] for number in plain})


def leaked(emitted: bytes, numbers: frozenset[bytes]) -> set[bytes]:
    """The canaries that stand in what was emitted, whatever but digits stands around them."""
    runs = set(re.findall(rb"(?<!\d)\d{6}-?\d{4}(?!\d)", emitted))
    return runs & numbers


def sendings() -> list[Sending]:
    """The demo month, everything bad, and the public messages."""
    bad = [Sending(name, bad.door, bad.body, bad.media_type) for name, bad in BAD.items()]
    return [*month(), *bad, *(message.sending for message in public())]


async def test_what_is_emitted_names_nobody(tmp_path: Path, log: io.StringIO) -> None:
    every = sendings()
    numbers = canaries(every)
    assert len(numbers) > 100
    out, errors = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(errors):
        async with house(tmp_path, organisations_file(""), now=lambda: AFTER) as served:
            told = {sending.label: (await served.send(sending)).body for sending in every}
            served.gateway.months.close(Month.parse("2026-09"))
            served.gateway.quality.publish(Quarter.parse("2026-Q3"))
            emitted = {**told, **await around(served)}
            claims = [
                json.loads(document.body)
                for document in served.gateway.store.documents(DocumentSearch(kinds=("claim-bundle",), count=100))
            ]
    emitted |= {"log": log.getvalue().encode(), "out": out.getvalue().encode(), "errors": errors.getvalue().encode()}
    assert len(emitted["log"]) > 10_000
    assert {name: leaked(content, numbers) for name, content in emitted.items() if leaked(content, numbers)} == {}
    assert leaked(file_names(tmp_path), numbers) == set()
    named = {where for claim in claims for where in places(claim, numbers)}
    assert named == {"Bundle.entry.resource.patient.identifier.value"}


def file_names(folder: Path) -> bytes:
    """The names of all files below a folder."""
    return "\n".join(path.name for path in folder.rglob("*")).encode()


async def around(served: House) -> dict[str, bytes]:
    """Everything but claims that a system or a person sees without asking for a citizen."""
    paths = ["/metrics", "/health", "/fhir/metadata", "/", "/messages", "/messages?outcome=refused", "/episodes"]
    paths += ["/months", "/months/2026-09", "/quality/2026-Q3", "/fhir/MeasureReport", "/fhir/Measure"]
    store = served.gateway.store
    episodes = store.episodes(EpisodeSearch(count=200))
    paths += [f"/episodes/{episode.id}" for episode in episodes]
    paths += [f"/messages/{message.id}" for message in store.in_arrival_order() if message.position % 5 == 0]
    seen = {}
    for path in paths:
        answer = await served.client.get(path)
        assert answer.status_code == 200, path
        seen[f"GET {path}"] = answer.content
    claims = store.claims("2026-09")
    seen["episodes and lines in the store"] = repr((episodes, claims)).encode()
    return seen


def places(value: Any, numbers: frozenset[bytes], where: str = "") -> Iterator[str]:
    """Where in a resource a canary stands: names of elements only."""
    if isinstance(value, dict):
        here = where or value["resourceType"]
        for name, below in value.items():
            yield from places(below, numbers, f"{here}.{name}")
    elif isinstance(value, list):
        for below in value:
            yield from places(below, numbers, where)
    elif leaked(str(value).encode(), numbers):
        yield where
