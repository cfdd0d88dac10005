"""The body gate: bytes are read under a cap and a deadline, before anything parses them (trust: items 13, 20)."""

from __future__ import annotations

import asyncio

from starlette.requests import ClientDisconnect, Request

from gateway.errors import BadRequestError, TooLargeError
from gateway.http.statuses import TooSlowError, UnsupportedMediaError


async def read_body(request: Request, most: int, seconds: float) -> bytes:
    """The whole body. most: bytes; seconds: total time.

    Raises UnsupportedMediaError for compressed bodies, TooLargeError, TooSlowError, and BadRequestError when the
    sender goes away.
    """
    _refuse_compressed(request)
    _refuse_announced(request, most)
    try:
        async with asyncio.timeout(seconds):
            return await _collect(request, most)
    except TimeoutError as problem:
        raise TooSlowError(f"The body did not arrive within {seconds:g} seconds; send it again, faster.") from problem
    except ClientDisconnect as problem:
        raise BadRequestError("The sender went away before the body had arrived.") from problem


async def _collect(request: Request, most: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > most:
            raise too_large(most)
        chunks.append(chunk)
    return b"".join(chunks)


def _refuse_compressed(request: Request) -> None:
    if request.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        raise UnsupportedMediaError("Compressed bodies are not read; send the message without Content-Encoding.")


def _refuse_announced(request: Request, most: int) -> None:
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:20]) > most:
        raise too_large(most)


def too_large(most: int) -> TooLargeError:
    """The error for a message of more bytes than are taken in."""
    return TooLargeError(f"Messages of up to {most} bytes are taken in; send a smaller one.")
