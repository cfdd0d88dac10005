"""Plays sendings through the doors of a gateway that is being served, as the senders' own systems would."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx2

from gateway.demo.sending import MLLP, Sending

ANSWER_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Answered:
    """A sending and what was answered: the HTTP status, or 0 for MLLP, and the receipt."""

    sending: Sending
    status: int
    receipt: bytes


async def play(
    sendings: Sequence[Sending], http_url: str, mllp_url: str, progress: Callable[[Sending], None]
) -> list[Answered]:
    """Send everything, one after the other, each waiting for its receipt. progress: called before each sending."""
    address = urlsplit(mllp_url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    answers = []
    async with httpx2.AsyncClient(base_url=http_url, timeout=ANSWER_SECONDS) as client:
        for sending in sendings:
            progress(sending)
            if sending.door == MLLP:
                answers.append(await _mllp(reader, writer, sending))
            else:
                answers.append(await _http(client, sending))
    writer.close()
    await writer.wait_closed()
    return answers


async def _http(client: httpx2.AsyncClient, sending: Sending) -> Answered:
    headers = {"Content-Type": sending.media_type, "Accept": sending.media_type}
    answer = await client.request(sending.method, sending.door, content=sending.body, headers=headers)
    return Answered(sending, answer.status_code, answer.content)


async def _mllp(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, sending: Sending) -> Answered:
    writer.write(b"\x0b" + sending.body + b"\x1c\r")
    async with asyncio.timeout(ANSWER_SECONDS):
        receipt = await reader.readuntil(b"\x1c\r")
    return Answered(sending, 0, receipt[1:-2])
