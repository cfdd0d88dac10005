"""Load: many connections sending messages one after the other, each waiting for its receipt. Plain asyncio, so that
the generator costs as little as it can on a machine it shares with the gateway."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

Send = Callable[[bytes], "asyncio.Future[bytes]"]


@dataclass
class Figures:
    """What a run measured: seconds a message, and how many were not positively acknowledged."""

    seconds: list[float] = field(default_factory=list)
    refused: int = 0
    elapsed: float = 0.0

    def per_second(self) -> float:
        """Messages acknowledged a second."""
        return len(self.seconds) / self.elapsed

    def percentile_ms(self, share: float) -> float:
        """Milliseconds within which `share` of all messages were answered."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class Http:
    """One kept-alive HTTP/1.1 connection to one path."""

    def __init__(self, host: str, port: int, path: str, media_type: str) -> None:
        self._address = (host, port)
        self._head = (
            f"POST {path} HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Type: {media_type}\r\n"
            f"Accept: {media_type}\r\nContent-Length: "
        ).encode()

    async def open(self) -> None:
        """Connect."""
        self._reader, self._writer = await asyncio.open_connection(*self._address)

    async def send(self, body: bytes) -> tuple[bool, bytes]:
        """Send one message; returns whether it was positively acknowledged, and the answer."""
        self._writer.write(self._head + str(len(body)).encode() + b"\r\n\r\n" + body)
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
        answer = await self._reader.readexactly(length)
        return head.startswith(b"HTTP/1.1 200") and b'"ok"' in answer, answer

    def close(self) -> None:
        """Hang up."""
        self._writer.close()


class Mllp:
    """One MLLP connection."""

    def __init__(self, host: str, port: int) -> None:
        self._address = (host, port)

    async def open(self) -> None:
        """Connect."""
        self._reader, self._writer = await asyncio.open_connection(*self._address)

    async def send(self, body: bytes) -> tuple[bool, bytes]:
        """Send one message; returns whether it was positively acknowledged, and the answer."""
        self._writer.write(b"\x0b" + body + b"\x1c\r")
        answer = await self._reader.readuntil(b"\x1c\r")
        return b"MSA|AA|" in answer, answer

    def close(self) -> None:
        """Hang up."""
        self._writer.close()


async def measure(
    connect: Callable[[], Http | Mllp], messages: Iterator[bytes], connections: int, seconds: float
) -> Figures:
    """Send messages over `connections` connections for `seconds`; returns what was measured."""
    figures = Figures()
    clients = [connect() for _ in range(connections)]
    await asyncio.gather(*(client.open() for client in clients))
    started = time.perf_counter()
    await asyncio.gather(*(_send_until(client, messages, started + seconds, figures) for client in clients))
    figures.elapsed = time.perf_counter() - started
    for client in clients:
        client.close()
    return figures


async def _send_until(client: Http | Mllp, messages: Iterator[bytes], until: float, figures: Figures) -> None:
    while (before := time.perf_counter()) < until:
        positive, _ = await client.send(next(messages))
        figures.seconds.append(time.perf_counter() - before)
        figures.refused += not positive
