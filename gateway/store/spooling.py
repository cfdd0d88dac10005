"""Spooling: claims wait on disk while a month is computed, so that no lock is held and no month lies in memory."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

from gateway.store.packing import json_bytes, pack, read_json, unpack
from settlement.lines import Claim

_LENGTH = 8


@contextmanager
def spooled(claims: Iterable[Claim]) -> Iterator[Iterator[Claim]]:
    """The same claims in the same order, once all of them have been computed; one lies in memory at a time.

    They wait packed in a temporary file that has no name and is gone with the process.
    """
    with tempfile.TemporaryFile() as file:
        for claim in claims:
            body = pack(json_bytes(claim))
            file.write(len(body).to_bytes(_LENGTH, "big") + body)
        file.seek(0)
        yield _read(file)


def _read(file: BinaryIO) -> Iterator[Claim]:
    while length := file.read(_LENGTH):
        yield read_json(unpack(file.read(int.from_bytes(length, "big"))), Claim)
