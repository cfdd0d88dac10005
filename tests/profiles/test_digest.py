"""The pieces make the same digest as the whole."""

from __future__ import annotations

import hashlib

import pytest

from profiles.digest import sha256_hex


@pytest.mark.parametrize("size", [0, 1, 2046, 2047, 2048, 4094, 12_000, 65_536, 65_537, 200_000])
def test_pieces_give_the_digest_of_the_whole(size: int) -> None:
    data = bytes(range(256)) * (size // 256 + 1)
    assert sha256_hex(data[:size]) == hashlib.sha256(data[:size]).hexdigest()
