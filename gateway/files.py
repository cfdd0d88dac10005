"""Files on the command line: taking messages in from disk, and checking them without taking them in."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gateway.errors import BadRequestError
from gateway.intake import Intake, Taken
from gateway.places import placed
from mappings.formats import PARSERS, recognise, sniff
from mappings.reading import Family
from profiles.issue import Issue, refuses

STANDARD_INPUT = "-"
Judge = Callable[[dict[str, Any]], tuple[Issue, ...]]
"""What a guide says of a resource in its JSON form (gateway/guides.py)."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What checking one file found. format: the message format it is, or the resource type."""

    file: str
    format: str
    issues: tuple[Issue, ...]

    @property
    def valid(self) -> bool:
        """Whether nothing found would refuse it."""
        return not refuses(self.issues)


def files_in(paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each file; a folder stands for the files in it, "-" for standard input.

    Raises BadRequestError for a path that cannot be read.
    """
    for path in paths:
        if path == STANDARD_INPUT:
            yield "standard input", sys.stdin.buffer.read()
            continue
        for file in _expand(Path(path)):
            yield str(file), _bytes(file)


def _expand(path: Path) -> list[Path]:
    return sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]


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


def check(name: str, body: bytes, judge: Judge, *, as_message: bool) -> Checked:
    """Check one file without taking it in.

    as_message: a message is held against the rules it is taken in by; else, and for every other FHIR resource, the
    judge (of a guide) does. XML letters and HL7 v2 are messages always.
    """
    family = sniff(body, "")
    document, issues = PARSERS[family](body, "")
    reading = recognise(document).read(document)
    is_message = bool(reading.letter_id or reading.records)
    if family is Family.FHIR and document.tree is not None and not (is_message and as_message):
        return Checked(name, _type_of(document.tree), placed(issues + judge(document.tree), body, document))
    kind = " ".join(filter(None, (reading.format, reading.event)))
    return Checked(name, kind, placed(issues + reading.issues, body, document))


def _type_of(resource: dict[str, object]) -> str:
    return str(resource.get("resourceType", ""))[:64]
