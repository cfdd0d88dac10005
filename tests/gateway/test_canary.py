"""Canaries: known CPR numbers go through every door, and come out nowhere they should not (trust: items 36, 42)."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from gateway.demo.month import month
from gateway.demo.player import Answered, play
from gateway.demo.sending import Sending
from gateway.logs import configure_logs
from tests.gateway.running import gateway_at
from tests.gateway.test_serve import serving

CANARIES = ("2512489996", "251248-9996")
_CPR = re.compile(rb"(?<![0-9A-Za-z-])[0-3]\d[01]\d\d\d-?\d{4}(?![0-9A-Za-z-])")


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    configure_logs("debug", stream)
    yield stream
    structlog.reset_defaults()


def numbers_in(sendings: tuple[Sending, ...]) -> set[bytes]:
    """Every CPR number the sendings carry, with and without hyphen."""
    found = {match.replace(b"-", b"") for sending in sendings for match in _CPR.findall(sending.body)}
    return found | {number[:6] + b"-" + number[6:] for number in found}


def misdirected() -> tuple[Sending, ...]:
    """Numbers where no sender should put them: urls, ids, names of resources, broken bodies."""
    json, places = "application/fhir+json", []
    for number in CANARIES:
        body = f'{{"resourceType":"{number}","id":"{number}","{number}":{number}}}'.encode()
        places += [
            Sending("id in url", f"/fhir/Encounter/{number}", body, json, "PUT"),
            Sending("message", "/fhir/$process-message", body, json),
            Sending("report", "/fhir", body, json),
            Sending("broken", "/fhir/$process-message", body[:-1], json),
            Sending("letter", "/medcom", f"<x{number}><{number}/>".encode(), "text/xml"),
            Sending("search", f"/fhir/Bundle?patient={number}", b"", json, "GET"),
            Sending("search value", f"/fhir/Bundle?period={number}&_count={number}", b"", json, "GET"),
            Sending("read", f"/fhir/Bundle/{number}", b"", json, "GET"),
            Sending("unknown path", f"/fhir/Patient/{number}", b"", json, "GET"),
            Sending("page", f"/episodes/{number}", b"", json, "GET"),
            Sending("segment", "mllp", f"MSH|^~\\&|A||||{number}|{number}|{number}|1|P|2.5\r{number}|".encode()),
            Sending("noise", "mllp", number.encode()),
        ]
    return tuple(places)


async def test_no_number_leaves_by_logs_metrics_or_answers(tmp_path: Path, log: io.StringIO) -> None:
    sendings = (*month(), *misdirected())
    async with serving(gateway_at(tmp_path)) as addresses:
        answers = await play(sendings, addresses.http, addresses.mllp, lambda _sending: None)
        asked = [Sending("metrics", "/metrics", b"", "text/plain", "GET")]
        (metrics,) = await play(asked, addresses.http, addresses.mllp, lambda _sending: None)
    numbers = numbers_in(sendings) | {number.encode() for number in CANARIES}
    assert len(numbers) > 20
    assert b"overgang_messages_total" in metrics.receipt
    logged = log.getvalue().encode()
    assert logged.count(b"\n") > len(sendings)
    for number in numbers:
        assert number not in logged
        assert number not in metrics.receipt
    leaks = [answer.sending.label for answer in answers if _quotes(answer, numbers)]
    assert leaks == []


def _quotes(answer: Answered, numbers: set[bytes]) -> bool:
    """Whether an answer holds a number. A page about one episode, and a search's own link, are the asker's words."""
    if answer.sending.label == "search value" and answer.status == 200:
        return False
    return any(number in answer.receipt for number in numbers)
