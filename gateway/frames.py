"""MLLP framing, without a socket: bytes in, frames out (HL7 v2 Transport: MLLP release 1).

A frame is 0x0B, the message, 0x1C 0x0D. Bytes between frames are counted and ignored. A message longer than the
limit is not kept: only its beginning is, so that its sender can be answered.
"""

from __future__ import annotations

from dataclasses import dataclass

START = b"\x0b"
END = b"\x1c\x0d"
HEAD = 4096


@dataclass(frozen=True, slots=True)
class Frame:
    """One message. whole: False where it was longer than the limit; then body is only its beginning."""

    body: bytes
    whole: bool = True


class Deframer:
    """Cuts a stream into frames. Holds at most one message of the limit's length."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._buffer = bytearray()
        self._inside = False
        self._overflowed = False
        self._searched = 0
        self.ignored = 0

    @property
    def unfinished(self) -> bool:
        """Whether a frame has begun and not ended."""
        return self._inside

    @property
    def held(self) -> int:
        """How many bytes are kept until more come."""
        return len(self._buffer)

    def feed(self, data: bytes) -> list[Frame]:
        """Take bytes in as they come, and give the frames they complete."""
        self._buffer += data
        frames: list[Frame] = []
        while self._step(frames):
            pass
        return frames

    def _step(self, frames: list[Frame]) -> bool:
        if not self._inside:
            return self._find_start()
        end = self._buffer.find(END, self._searched)
        if end < 0:
            self._keep_within_limit()
            return False
        whole = not self._overflowed and end <= self._most
        frames.append(Frame(self._after_last_start(bytes(self._buffer[: end if whole else min(end, HEAD)])), whole))
        del self._buffer[: end + len(END)]
        self._inside = self._overflowed = False
        self._searched = 0
        return True

    def _after_last_start(self, body: bytes) -> bytes:
        """A start byte inside a frame means that the sender gave up and began again; what came before is ignored."""
        given_up, _, body = body.rpartition(START)
        self.ignored += len(given_up)
        return body

    def _find_start(self) -> bool:
        start = self._buffer.find(START)
        self.ignored += len(self._buffer) if start < 0 else start
        if start < 0:
            self._buffer.clear()
            return False
        del self._buffer[: start + 1]
        self._inside = True
        return True

    def _keep_within_limit(self) -> None:
        """Remember where to go on looking; of a message too long keep the beginning and the last byte."""
        if len(self._buffer) > self._most + 1:
            self._overflowed = True
            del self._buffer[HEAD:-1]
        self._searched = max(len(self._buffer) - 1, 0)


def framed(body: bytes) -> bytes:
    """A message in its frame."""
    return START + body + END
