"""PostgreSQL by one setting: the same claims and reports, and two gateways on one database."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest

from gateway.build import build
from gateway.demo.month import month
from gateway.demo.run import organisations_file
from gateway.demo.sending import FHIR_JSON
from gateway.replay import replay
from gateway.settings import Settings
from gateway.store.contract import DocumentSearch, MessageSearch
from gateway.store.opening import open_store
from mappings.reading import Outcome
from settlement.periods import Month, Quarter
from tests.acceptance.house import JSON, PROCESS, SECONDS, house, word_of
from tests.bench.messages import notification
from tests.bench.server import HOST, Server
from tests.gateway.running import settings_of

AFTER = datetime(2026, 11, 1, 12, tzinfo=UTC)
LETTERS, SENDINGS = 12, 6
pytestmark = pytest.mark.postgresql


async def demo_month(folder: Path, database_url: str) -> tuple[dict[str, bytes], bool]:
    """The bytes of every document the demo month gives on a database, and whether a replay is identical."""
    settings = {"database_url": database_url, "pseudonym_key": "demo"}
    async with house(folder, organisations_file(""), now=lambda: AFTER, **settings) as served:
        for sending in month():
            await served.send(sending)
        served.gateway.months.close(Month.parse("2026-09"))
        served.gateway.quality.publish(Quarter.parse("2026-Q3"))
        documents = served.gateway.store.documents(DocumentSearch(count=200))
        scratch = open_store(Settings(data_folder=folder / "scratch"), {})
        replayed = await replay(served.gateway, scratch)
        scratch.close()
        return {document.id: document.body for document in documents}, replayed.identical


async def test_the_demo_month_gives_the_same_bytes_on_both(tmp_path: Path, postgresql_database: str) -> None:
    on_sqlite = await demo_month(tmp_path / "sqlite", "")
    on_postgresql = await demo_month(tmp_path / "postgresql", postgresql_database)
    assert on_sqlite == on_postgresql
    documents, identical = on_sqlite
    assert identical
    assert sum(b'"Claim"' in body for body in documents.values()) == 4


def test_two_gateways_on_one_database_take_each_letter_once(tmp_path: Path, postgresql_database: str) -> None:
    settings = {"database_url": postgresql_database, "pseudonym_key": "both"}
    servers = [_started(tmp_path / name, **settings) for name in ("one", "two")]
    try:
        said = asyncio.run(_sent_at_once(servers))
    finally:
        for server in servers:
            server.stop()
    assert said == Counter({"ok": LETTERS * SENDINGS})
    gateway = build(settings_of(data_folder=tmp_path / "look", **settings))
    outcomes = Counter(
        message.outcome is Outcome.DUPLICATE for message in gateway.store.messages(MessageSearch(count=1000))
    )
    gateway.projection.refresh()
    episodes = sum(1 for _ in gateway.store.every_episode())
    gateway.close()
    assert outcomes == Counter({False: LETTERS, True: LETTERS * (SENDINGS - 1)})
    assert episodes == LETTERS


def _started(folder: Path, **settings: str) -> Server:
    folder.mkdir()
    server = Server(folder, **settings)
    server.start()
    return server


async def _sent_at_once(servers: list[Server]) -> Counter[str]:
    """Every letter several times at the same moment, half of them to each gateway, each with its own envelope."""
    limits = httpx2.Limits(max_connections=40)
    async with httpx2.AsyncClient(timeout=SECONDS, limits=limits) as client:
        answers = await asyncio.gather(
            *(
                client.post(
                    f"http://{HOST}:{servers[sending % 2].http_port}{PROCESS}",
                    content=notification("both", letter, sending),
                    headers={"Content-Type": JSON, "Accept": FHIR_JSON},
                )
                for letter in range(LETTERS)
                for sending in range(SENDINGS)
            )
        )
    return Counter(word_of(answer.content) for answer in answers)
