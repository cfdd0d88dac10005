"""Takes messages in, closes two months, prints the SHA-256 of everything they are: a run in a process of its own.

    python -m tests.same_bytes.once FOLDER ORDER [DATABASE_URL]

ORDER is the seed of the order in which the messages come in; in the second month one course is told otherwise.
"""

from __future__ import annotations

import hashlib
import random
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from gateway.build import Gateway, build
from gateway.demo.cast import course
from gateway.demo.month import course_sendings
from gateway.demo.run import organisations_file
from gateway.demo.sending import Sending
from gateway.settings import Settings
from gateway.store.contract import DocumentSearch
from settlement.periods import Month
from tests.gateway.world import send

MONTHS = (Month(2026, 9), Month(2026, 10))
CHANGED = 13
"""The course whose category is changed after its month is closed."""
DECEMBER = datetime(2026, 12, 1, 12, tzinfo=UTC)
PLENTY = 10_000


def closed(folder: Path, order: int, database_url: str = "") -> str:
    """The digest of the months closed in a new store."""
    folder.mkdir(parents=True, exist_ok=True)
    organisations = folder / "organisations.toml"
    organisations.write_text(organisations_file(""), encoding="utf-8")
    gateway = build(
        Settings(
            data_folder=folder, organisations=organisations, pseudonym_key="same bytes", database_url=database_url
        ),
        now=lambda: DECEMBER,
    )
    try:
        for part, month in zip(_sendings(order), MONTHS, strict=True):
            send(gateway, *part)
            gateway.months.close(month)
        return _digest(gateway)
    finally:
        gateway.close()


def _sendings(order: int) -> Iterator[list[Sending]]:
    """The messages of each month, in that order. The second month's repeat one course, and change its category."""
    dice = random.Random(order)  # noqa: S311  (repeatable is what it must be)
    first = [*map(course, range(1, 9)), replace(course(CHANGED), quirk="")]
    for courses in (first, [course(CHANGED), *map(course, range(9, 12))]):
        sendings = [sending for one in courses for sending in course_sendings(one)]
        dice.shuffle(sendings)
        yield sendings


def _digest(gateway: Gateway) -> str:
    """Over every claim as stored (lines, explanations, withheld items) and every document sent."""
    digest = hashlib.sha256()
    for month in MONTHS:
        for claim in gateway.store.claims(str(month)):
            digest.update(msgspec.json.encode(claim))
    documents = gateway.store.documents(DocumentSearch(count=PLENTY))
    for document in sorted(documents, key=lambda one: one.id):
        digest.update(f"{document.id} {document.kind} {document.sha256}\n".encode())
        assert hashlib.sha256(document.body).hexdigest() == document.sha256
    assert documents, "nothing was closed"
    return digest.hexdigest()


if __name__ == "__main__":
    sys.stdout.write(closed(Path(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:]) + "\n")
