"""Files on the command line, and taking messages in from them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from gateway.errors import BadRequestError
from gateway.intake import Intake, Taken

STANDARD_INPUT = "-"


def files_in(paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each file; a folder stands for the files in it, "-" for standard input.

    Raises BadRequestError for a path that cannot be read.
    """
    for path in named(paths):
        if path == STANDARD_INPUT:
            yield "standard input", sys.stdin.buffer.read()
        else:
            yield path, _bytes(Path(path))


def named(paths: Iterable[str]) -> list[str]:
    """The files paths stand for: those in a folder, at any depth, in order; hidden ones are left out."""
    return [file for path in paths for file in _expand(path)]


def _expand(given: str) -> list[str]:
    path = Path(given)
    if given == STANDARD_INPUT or not path.is_dir():
        return [given]
    found = (file for file in path.rglob("*") if file.is_file())
    return sorted(str(file) for file in found if not _is_hidden(file.relative_to(path)))


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as problem:
        raise BadRequestError(f"{path} cannot be read: {problem.strerror}.") from problem


async def receive(intake: Intake, paths: Iterable[str]) -> list[tuple[str, Taken]]:
    """Take every file in, as if it had come through its door; returns what became of each."""
    return [
        (name, await intake.take(body, channel="file", family=None, media_type="", peer=None))
        for name, body in files_in(paths)
    ]
