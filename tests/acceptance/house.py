"""A gateway being served, and senders that speak to it through real sockets as hospitals and municipalities do."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2

from gateway.build import Gateway, build, utc_now
from gateway.demo.sending import MLLP, Sending
from gateway.store.contract import Message, MessageSearch
from tests.gateway.running import settings_of
from tests.gateway.test_serve import serving

SECONDS = 20.0
PROCESS = "/fhir/$process-message"
MEDCOM = "/medcom"
REPORT = "/fhir"
JSON, XML = "application/fhir+json", "application/fhir+xml"
TEXT_XML = "application/xml"
_FHIR_CODE = re.compile(
    rb"\"response\"\s*:\s*{[^{}]*\"code\"\s*:\s*\"([a-z-]+)\"|<response>.*?<code value=\"([a-z-]+)\"", re.DOTALL
)
_MSA = re.compile(rb"\rMSA\|([AC][AER])\|")
_XCTL = re.compile(rb"<(NegativeVansReceipt|NegativeReceipt|PositiveReceipt)>")
_OUTCOME = re.compile(rb"\"resourceType\"\s*:\s*\"OperationOutcome\"|<OperationOutcome ")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. status: of HTTP, 0 for MLLP. said: the receipt in one word, as `word_of` reads it."""

    status: int
    body: bytes
    media_type: str
    said: str


def word_of(body: bytes) -> str:
    """A receipt in one word: "ok" | "fatal-error" | "transient-error", an XCTL's root, "AA" | "AE" | "AR" (or CA...),
    "OperationOutcome", "" for no receipt, "?" for anything else."""
    if not body:
        return ""
    if found := _MSA.search(body):
        return found[1].decode()
    if found := _FHIR_CODE.search(body):
        return (found[1] or found[2]).decode()
    if found := _XCTL.search(body):
        return found[1].decode()
    return "OperationOutcome" if _OUTCOME.search(body) else "?"


class House:
    """The gateway, where its doors are, and ways to speak to them."""

    def __init__(self, gateway: Gateway, http: str, mllp: str, client: httpx2.AsyncClient) -> None:
        self.gateway = gateway
        self.http = http
        self.mllp = mllp
        self.client = client

    async def send(self, sending: Sending, **headers: str) -> Answer:
        """Send one message through its door and wait for the answer."""
        if sending.door == MLLP:
            return await self.send_mllp(sending.body)
        asked = {"Content-Type": sending.media_type, **{key.replace("_", "-"): text for key, text in headers.items()}}
        answer = await self.client.request(sending.method, sending.door, content=sending.body, headers=asked)
        media_type = answer.headers.get("content-type", "")
        return Answer(answer.status_code, answer.content, media_type, word_of(answer.content))

    async def post(self, path: str, body: bytes, media_type: str, **headers: str) -> Answer:
        """POST bytes."""
        return await self.send(Sending("", path, body, media_type), **headers)

    async def send_mllp(self, body: bytes) -> Answer:
        """One message on a connection of its own; no answer in time is an error."""
        (answer,) = await self.send_frames([body], 1)
        return answer

    async def send_frames(self, bodies: list[bytes], answers: int) -> list[Answer]:
        """Several messages on one connection, all sent before the first answer is read."""
        reader, writer = await self.connect()
        writer.write(b"".join(b"\x0b" + body + b"\x1c\r" for body in bodies))
        async with asyncio.timeout(SECONDS):
            frames = [(await reader.readuntil(b"\x1c\r"))[1:-2] for _ in range(answers)]
        writer.close()
        await writer.wait_closed()
        return [Answer(0, frame, "", word_of(frame)) for frame in frames]

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection to the MLLP door."""
        address = urlsplit(self.mllp)
        return await asyncio.open_connection(address.hostname, address.port)

    async def raw_http(self, data: bytes) -> bytes:
        """Bytes to the HTTP door as they are, and all that comes until it closes the connection; b"" when it is cut."""
        address = urlsplit(self.http)
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        writer.write(data)
        try:
            return await asyncio.wait_for(reader.read(), SECONDS)
        except ConnectionResetError:
            return b""
        finally:
            writer.close()

    def count(self, outcome: str = "") -> int:
        """How many messages there are, of one state or of all."""
        return self.gateway.store.count_messages(MessageSearch(outcome=outcome))

    def last(self) -> Message:
        """The message that came last."""
        return self.gateway.store.messages(MessageSearch(count=1))[0]


def built(folder: Path, organisations: str, now: Callable[[], datetime], **settings: Any) -> Gateway:
    """The gateway of a house, not yet served."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "organisations.toml" if organisations else None
    if file:
        file.write_text(organisations, encoding="utf-8")
    own = {"data_folder": folder / "data", "http_port": 0, "mllp_port": 0, "organisations": file}
    return build(settings_of(**(own | settings)), now)


@asynccontextmanager
async def house(
    folder: Path, organisations: str = "", *, now: Callable[[], datetime] = utc_now, **settings: Any
) -> AsyncIterator[House]:
    """A gateway in a folder of its own, being served on free ports; on SQLite unless database_url says otherwise.

    organisations: the content of the organisations file, "" for none. now: its clock.
    """
    gateway = built(folder, organisations, now, **settings)
    async with (
        serving(gateway) as addresses,
        httpx2.AsyncClient(base_url=addresses.http, timeout=SECONDS) as client,
    ):
        yield House(gateway, addresses.http, addresses.mllp, client)
