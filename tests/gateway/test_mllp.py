"""The MLLP door, through real sockets: framing, order, limits, refusals, and an orderly end."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import hl7.client
import pytest

from gateway.build import Gateway
from gateway.frames import framed
from gateway.metrics import Metrics
from gateway.mllp import Mllp
from gateway.store.contract import MessageSearch
from mappings.reading import Outcome
from tests.gateway.running import admission, gateway_at

SECONDS = 10.0


class Sender:
    """A sender's end of a connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self.writer = writer

    def send(self, data: bytes) -> None:
        self.writer.write(data)

    async def answer(self) -> list[list[str]]:
        """The next answer: segments, split in fields."""
        async with asyncio.timeout(SECONDS):
            frame = await self._reader.readuntil(b"\x1c\r")
        assert frame.startswith(b"\x0b")
        return [line.split("|") for line in frame[1:-2].decode().split("\r") if line]

    async def rest(self) -> bytes:
        """All that still comes, until the gateway closes the connection."""
        async with asyncio.timeout(SECONDS):
            return await self._reader.read()

    async def closed(self) -> bool:
        """Whether the gateway closes the connection."""
        async with asyncio.timeout(SECONDS):
            return await self._reader.read() == b""


class Served:
    """A gateway with its MLLP door open."""

    def __init__(self, gateway: Gateway, mllp: Mllp, metrics: Metrics, address: tuple[str, int]) -> None:
        self.gateway = gateway
        self.mllp = mllp
        self.metrics = metrics
        self.address = address
        self._senders: list[Sender] = []

    async def connect(self) -> Sender:
        self._senders.append(Sender(*await asyncio.open_connection(*self.address)))
        return self._senders[-1]

    async def close(self) -> None:
        for sender in self._senders:
            sender.writer.close()
            with suppress(OSError):
                await sender.writer.wait_closed()
        await self.mllp.stop(SECONDS)
        self.gateway.close()

    def count(self, outcome: Outcome | None = None) -> int:
        return self.gateway.store.count_messages(MessageSearch(outcome=outcome.value if outcome else ""))


@asynccontextmanager
async def served(folder: Path, idle_seconds: float = 60.0, **settings: Any) -> AsyncIterator[Served]:
    gateway = gateway_at(folder, **settings)
    metrics = Metrics()
    mllp = Mllp(gateway, metrics, idle_seconds=idle_seconds)
    door = Served(gateway, mllp, metrics, await mllp.start())
    try:
        yield door
    finally:
        await door.close()


def decision(answer: list[list[str]]) -> str:
    """A (accepted), E (error) or R (rejected): the second letter of MSA-1, whichever acknowledgement was asked for."""
    return answer[1][1][1]


def control_id(message: bytes) -> str:
    return message.split(b"|")[9].decode()


async def test_a_message_is_answered(tmp_path: Path) -> None:
    async with served(tmp_path) as door:
        sender = await door.connect()
        sender.send(framed(admission(1)))
        (msh, msa, *_) = await sender.answer()
        assert msh[8].startswith("ACK")
        assert (msa[1][1], msa[2]) == ("A", control_id(admission(1)))
        assert door.count() == 1


async def test_many_at_once_are_answered_in_order(tmp_path: Path) -> None:
    messages = [admission(number) for number in range(150)]
    async with served(tmp_path) as door:
        sender = await door.connect()
        sender.send(b"\r\n".join(framed(message) for message in messages))
        answers = [await sender.answer() for _ in messages]
        assert [answer[1][2] for answer in answers] == [control_id(message) for message in messages]
        assert door.count() == 150


async def test_bad_content_is_answered_and_never_closes(tmp_path: Path) -> None:
    bad = [
        b"",
        b"not HL7",
        b"MSH|",
        b"\xff\xfe\x00",
        b"MSH|^~\\&|A|B|C|D|20261001||ORU^R01|7|P|2.5",
        admission(1).replace(b"ADT^A01", b"ADT^A60"),
        b"GET / HTTP/1.1\r\n",
    ]
    async with served(tmp_path) as door:
        sender = await door.connect()
        for body in bad:
            sender.send(framed(body))
            assert decision(await sender.answer()) in "RE", body
        sender.send(framed(admission(2)))
        assert decision(await sender.answer()) == "A"
        assert door.count(Outcome.REFUSED) == len(bad)


async def test_pythons_own_client_is_understood(tmp_path: Path) -> None:
    async with served(tmp_path) as door:

        def send() -> list[bytes]:
            with hl7.client.MLLPClient(*door.address) as client:
                return [client.send_message(admission(number)) for number in (1, 2, 1)]

        answers = await asyncio.to_thread(send)
        assert all(re.search(rb"MSA\|.A\|", answer) for answer in answers)
        assert door.count(Outcome.DUPLICATE) == 1


async def test_a_message_byte_by_byte(tmp_path: Path) -> None:
    async with served(tmp_path) as door:
        sender = await door.connect()
        for byte in framed(admission(1)):
            sender.send(bytes([byte]))
            await sender.writer.drain()
        assert decision(await sender.answer()) == "A"


async def test_too_long_a_message_is_rejected_and_the_next_is_taken(tmp_path: Path) -> None:
    async with served(tmp_path, max_message_bytes=20_000) as door:
        sender = await door.connect()
        sender.send(framed(admission(1) + b"ZZZ|" + b"x" * 100_000) + framed(admission(2)))
        (_, msa, err, *_) = await sender.answer()
        assert (msa[1][1], msa[2]) == ("R", control_id(admission(1)))
        assert "20000 bytes" in err[8]
        assert decision(await sender.answer()) == "A"
        assert door.count() == 1


async def test_nothing_stored_is_a_reject_to_send_again(tmp_path: Path) -> None:
    async with served(tmp_path) as door:
        door.gateway.store.close()
        sender = await door.connect()
        sender.send(framed(admission(1)))
        (_, msa, err, *_) = await sender.answer()
        assert msa[1][1] == "R"
        assert "send the same message again" in err[8]


async def test_an_unfinished_message_ends_the_connection(tmp_path: Path) -> None:
    async with served(tmp_path, request_seconds=0.2) as door:
        sender = await door.connect()
        sender.send(b"\x0bMSH|")
        assert await sender.closed()


async def test_dripping_does_not_buy_time(tmp_path: Path) -> None:
    async with served(tmp_path, request_seconds=0.3) as door:
        sender = await door.connect()
        sender.send(b"\x0b")
        dripping = asyncio.create_task(_drip(sender))
        assert await sender.closed()
        dripping.cancel()


async def _drip(sender: Sender) -> None:
    while True:
        sender.send(b"x")
        await asyncio.sleep(0.05)


async def test_an_idle_connection_ends(tmp_path: Path) -> None:
    async with served(tmp_path, idle_seconds=0.1) as door:
        sender = await door.connect()
        assert await sender.closed()


async def test_a_sender_that_leaves_early_loses_nothing(tmp_path: Path) -> None:
    async with served(tmp_path) as door:
        sender = await door.connect()
        sender.send(b"".join(framed(admission(number)) for number in range(20)))
        await sender.writer.drain()
        sender.writer.close()
        async with asyncio.timeout(SECONDS):
            while door.count() < 20:
                await asyncio.sleep(0.02)


async def test_stopping_answers_what_is_under_way(tmp_path: Path) -> None:
    async with served(tmp_path) as door:
        sender = await door.connect()
        sender.send(framed(admission(0)))
        await sender.answer()
        sender.send(b"".join(framed(admission(number)) for number in range(1, 30)))
        await sender.writer.drain()
        await asyncio.sleep(0.005)
        await door.mllp.stop(SECONDS)
        answers = await sender.rest()
        assert door.count() == 1 + answers.count(b"\rMSA|")
        with pytest.raises(ConnectionRefusedError):
            await door.connect()


async def test_open_connections_are_counted(tmp_path: Path) -> None:
    async with served(tmp_path) as door:
        sender = await door.connect()
        sender.send(framed(admission(1)))
        await sender.answer()
        assert b"overgang_mllp_connections 1.0" in door.metrics.text()
        assert b'overgang_messages_total{door="mllp",format="hl7v2-adt",outcome="accepted"' in door.metrics.text()
