"""The MLLP door: HL7 v2 over TCP, many messages on a connection, answers in the order of the messages.

A sender may send on before it has its answers; up to PIPELINE messages of a connection are under way at once. Bad
content never closes a connection, it is answered. A connection is closed when it is idle too long, leaves a message
unfinished, does not take its answers, or - with access control on - shows no known client certificate.
"""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass, field

import structlog

from gateway.build import Gateway
from gateway.errors import StoreError
from gateway.frames import Deframer, Frame, framed
from gateway.http.access import access_of
from gateway.http.certificates import fingerprint
from gateway.ids import new_id
from gateway.metrics import Metrics
from gateway.organisations import Member
from mappings.formats import read
from mappings.reading import Family, Outcome, Stamp, Verdict
from profiles.issue import Issue, fatal

log = structlog.get_logger()
MEDIA_TYPE = "application/hl7-v2"
PIPELINE = 64
IDLE_SECONDS = 900.0
_CHUNK = 65_536
_NOT_STORED = fatal(
    "store-unavailable", "", "Nothing could be stored just now; send the same message again in a while.", "transient"
)


@dataclass(eq=False)
class Connection:
    """One open connection: its task that reads, and what it has under way, in order."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    member: Member | None
    frames: Deframer
    pending: asyncio.Queue[asyncio.Task[bytes | None] | None] = field(
        default_factory=lambda: asyncio.Queue(maxsize=PIPELINE)
    )
    reading: asyncio.Task[None] | None = None


class Mllp:
    """The listener. One per process; several messages and connections at once."""

    def __init__(
        self, gateway: Gateway, metrics: Metrics, tls: ssl.SSLContext | None = None, idle_seconds: float = IDLE_SECONDS
    ) -> None:
        self._gateway = gateway
        self._metrics = metrics
        self._tls = tls
        self._idle = idle_seconds
        self._access = access_of(gateway.settings, gateway.register)
        self._server: asyncio.Server | None = None
        self._open: dict[Connection, asyncio.Task[None]] = {}

    async def start(self) -> tuple[str, int]:
        """Listen; returns the address. Raises OSError when the address is taken."""
        settings = self._gateway.settings
        self._server = await asyncio.start_server(
            self._connected, settings.mllp_host, settings.mllp_port, ssl=self._tls, limit=_CHUNK
        )
        host, port = self._server.sockets[0].getsockname()[:2]
        return host, port

    async def stop(self, seconds: float) -> None:
        """Take no more, answer what is under way (for at most so many seconds), and close."""
        if self._server is not None:
            self._server.close()
        for connection in self._open:
            if connection.reading is not None:
                connection.reading.cancel()
        if self._open:
            await asyncio.wait(list(self._open.values()), timeout=seconds)
        for connection in list(self._open):
            connection.writer.transport.abort()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        member = self._access.register.by_certificate(fingerprint(writer.transport))
        if member is None and not self._access.is_open:
            log.warning("mllp-not-known")
            writer.close()
            return
        connection = Connection(reader, writer, member, Deframer(self._gateway.settings.max_message_bytes))
        task = asyncio.current_task()
        if task is not None:
            self._open[connection] = task
        with self._metrics.mllp_connections.track_inprogress():
            try:
                await self._converse(connection)
            finally:
                self._open.pop(connection, None)
                writer.close()

    async def _converse(self, connection: Connection) -> None:
        """Read and answer side by side until the sender is done; then finish what is under way."""
        answering = asyncio.create_task(self._write_answers(connection))
        connection.reading = asyncio.create_task(self._read_frames(connection))
        await asyncio.wait((connection.reading,))
        await connection.pending.put(None)
        await answering
        if connection.frames.ignored:
            log.info("mllp-bytes-between-frames", count=connection.frames.ignored)

    async def _read_frames(self, connection: Connection) -> None:
        due: float | None = None
        loop = asyncio.get_running_loop()
        while data := await _next_bytes(connection.reader, self._idle if due is None else due - loop.time()):
            frames = connection.frames.feed(data)
            for frame in frames:
                answer = asyncio.create_task(self._answer(frame, connection.member))
                await connection.pending.put(answer)
            if not connection.frames.unfinished:
                due = None
            elif due is None or frames:
                due = loop.time() + self._gateway.settings.request_seconds

    async def _write_answers(self, connection: Connection) -> None:
        """Write answers in order. When the sender is gone, messages under way are still stored."""
        while (task := await connection.pending.get()) is not None:
            answer = await task
            if answer is None or connection.writer.is_closing():
                continue
            connection.writer.write(framed(answer))
            if not await _flushed(connection.writer, self._gateway.settings.request_seconds):
                connection.writer.transport.abort()

    async def _answer(self, frame: Frame, member: Member | None) -> bytes | None:
        """The receipt of one message; None for a message that is itself a receipt."""
        if not frame.whole:
            most = self._gateway.settings.max_message_bytes
            text = f"The message is longer than {most} bytes, and was not kept."
            return self._rejection(frame.body, fatal("message-too-long", "", text, "too-long"))
        taking = self._gateway.intake.take(
            frame.body, channel="mllp", family=Family.HL7V2, media_type=MEDIA_TYPE, peer=member
        )
        try:
            taken = await self._metrics.counted("mllp", taking)
        except StoreError:
            log.error("mllp-not-stored")
            return self._rejection(frame.body, _NOT_STORED)
        return taken.receipt.body if taken.receipt else None

    def _rejection(self, body: bytes, issue: Issue) -> bytes | None:
        """An acknowledgement AR for a message that was not taken in at all; None for one that is itself a receipt."""
        form, reading = read(body, Family.HL7V2, MEDIA_TYPE)
        if not reading.wants_receipt:
            return None
        stamp = Stamp(new_id(), new_id(), self._gateway.now())
        return form.receipt(reading, Verdict(Outcome.REFUSED, (issue,)), stamp).body


async def _next_bytes(reader: asyncio.StreamReader, seconds: float) -> bytes:
    """The next bytes; none when the sender is done, gone or too slow."""
    try:
        async with asyncio.timeout(seconds):
            return await reader.read(_CHUNK)
    except (TimeoutError, OSError):
        return b""


async def _flushed(writer: asyncio.StreamWriter, seconds: float) -> bool:
    """Whether the sender takes its answers in time."""
    try:
        async with asyncio.timeout(seconds):
            await writer.drain()
    except (TimeoutError, OSError):
        return False
    return True
