"""The installation's own secrets: given as settings, or made once and kept beside the database."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path


def installation_key(given: str, folder: Path, name: str) -> bytes:
    """The secret `name`: the setting if given, else the file `folder/name.key` (made, mode 0600, when missing).

    The pseudonym key must be the same wherever one database is used: several processes share the setting or the file.
    """
    if given:
        return given.encode()
    path = folder / f"{name}.key"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        _make(path)
    return path.read_bytes()


def _make(path: Path) -> None:
    """Write a whole file beside the path, then link it in: of several processes one wins, and none reads half a key."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_hex(32).encode())
        file.flush()
        os.fsync(file.fileno())
    with contextlib.suppress(FileExistsError):
        path.hardlink_to(draft)
    draft.unlink()
