"""A small world for tests: a gateway on a clock that stands, with one course from discharge to visit in it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from gateway.build import Gateway, build
from gateway.deciding import Deciding
from gateway.demo.cast import course
from gateway.demo.month import course_sendings
from gateway.demo.run import organisations_file
from gateway.demo.sending import MLLP, Sending
from gateway.settings import Settings
from mappings.reading import Family

NOVEMBER = datetime(2026, 11, 1, 12, tzinfo=UTC)


@contextmanager
def world(folder: Path, *courses: int, now: datetime = NOVEMBER) -> Iterator[Gateway]:
    """A gateway that knows the demo's organisations and has taken in the given courses of the demo month."""
    folder.mkdir(parents=True, exist_ok=True)
    organisations = folder / "organisations.toml"
    organisations.write_text(organisations_file(""), encoding="utf-8")
    settings = Settings(data_folder=folder, organisations=organisations, pseudonym_key="test")
    gateway = build(settings, now=lambda: now)
    try:
        send(gateway, *(sending for number in courses for sending in course_sendings(course(number))))
        yield gateway
    finally:
        gateway.close()


def send(gateway: Gateway, *sendings: Sending) -> None:
    """Take sendings in, one after the other."""

    async def all_of_them() -> None:
        for sending in sendings:
            family = Family.HL7V2 if sending.door == MLLP else None
            await gateway.intake.take(
                sending.body, channel="file", family=family, media_type=sending.media_type, peer=None
            )

    if sendings:
        asyncio.run(all_of_them())


def deciding(gateway: Gateway) -> Deciding:
    """The gateway's rules for decisions, for an intake of a test's own."""
    return Deciding(gateway.store, gateway.register.directory, gateway.now)
