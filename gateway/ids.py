"""New ids: UUIDs for envelopes, receipts and rows. They name things and guard nothing, so they need not be secret."""

from __future__ import annotations

import random
import uuid

_SOURCE = random.Random(random.SystemRandom().getrandbits(256))  # noqa: S311  (names, not secrets)


def new_id() -> str:
    """A random UUID (version 4).

    From a generator seeded by the system at start: to ask the system each time lets go of the interpreter lock.
    """
    return str(uuid.UUID(int=_SOURCE.getrandbits(128), version=4))
