"""The crash campaign: start, load with duplicates over HTTP and MLLP, kill -9 at a seeded moment, start again."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from gateway.build import build
from gateway.settings import Settings
from gateway.store.contract import EpisodeSearch, Message, Store
from mappings.reading import Outcome
from tests.bench.load import Http, Mllp
from tests.bench.messages import adt, control_id, letter_id, notification
from tests.bench.server import HOST, Server

HTTP_CONNECTIONS, MLLP_CONNECTIONS = 4, 3
TAKEN = (Outcome.ACCEPTED, Outcome.ACCEPTED_WITH_WARNINGS)


@dataclass
class Ledger:
    """What the senders know: which letters were positively acknowledged, and what has been sent."""

    acknowledged: set[str] = field(default_factory=set)
    sent: list[int] = field(default_factory=list)
    sendings: int = 0
    resendings: int = 0
    refused: int = 0
    next_number: int = 0

    def choose(self, dice: random.Random) -> tuple[int, bool]:
        """The number of the next letter: usually a new one, every fourth time one that was sent before."""
        if self.sent and dice.random() < 0.25:
            return dice.choice(self.sent[-400:]), True
        self.next_number += 1
        return self.next_number, False

    def note(self, letter: str, *, positive: bool) -> None:
        """What was answered about a letter."""
        self.refused += not positive
        if positive:
            self.acknowledged.add(letter)


@dataclass(frozen=True)
class Outcomes:
    """What a campaign found. lost, doubled and wrong must be 0."""

    cycles: int
    sendings: int
    resendings: int
    refused: int
    acknowledged: int
    stored: int
    lost: int
    doubled: int
    wrong_episodes: int
    slowest_restart_seconds: float

    @property
    def clean(self) -> bool:
        """Whether nothing was lost, doubled or wrong, and something was there to lose."""
        return self.acknowledged > 0 and not (self.lost or self.doubled or self.wrong_episodes or self.refused)


@dataclass(frozen=True)
class Sender:
    """One kind of sender: how it connects, and how its letters and their ids are made."""

    connect: Callable[[Server], Http | Mllp]
    message: Callable[[int, int], bytes]
    letter: Callable[[int], str]

    async def send(self, server: Server, ledger: Ledger, dice: random.Random) -> None:
        """Send until the connection breaks."""
        client = self.connect(server)
        await client.open()
        try:
            while True:
                number, again = ledger.choose(dice)
                ledger.sent.append(number)
                ledger.sendings += 1
                ledger.resendings += again
                positive, _ = await client.send(self.message(number, ledger.sendings))
                ledger.note(self.letter(number), positive=positive)
        finally:
            client.close()


HTTP = Sender(
    lambda server: Http(HOST, server.http_port, "/fhir/$process-message", "application/fhir+json"),
    lambda number, sending: notification("crash", number, sending),
    lambda number: letter_id("crash", number),
)
MLLP = Sender(
    lambda server: Mllp(HOST, server.mllp_port),
    lambda number, _sending: adt("crash", number),
    lambda number: control_id("crash", number),
)


async def _load(server: Server, http: Ledger, mllp: Ledger, dice: random.Random, seconds: float) -> None:
    """Send until the server is killed after `seconds`; broken connections are what is expected then."""
    pairs = [(HTTP, http)] * HTTP_CONNECTIONS + [(MLLP, mllp)] * MLLP_CONNECTIONS
    senders = [asyncio.create_task(sender.send(server, ledger, dice)) for sender, ledger in pairs]
    await asyncio.sleep(seconds)
    server.kill()
    endings = await asyncio.gather(*senders, return_exceptions=True)
    unexpected = [end for end in endings if not isinstance(end, OSError | asyncio.IncompleteReadError)]
    if unexpected:
        raise RuntimeError(f"a sender ended in an unexpected way: {unexpected[0]!r}")


def run(cycles: int, seed: int, folder: Path, **settings: str) -> Outcomes:
    """Run a campaign; the same seed gives the same letters and the same moments (not the same interleaving)."""
    dice = random.Random(seed)  # noqa: S311  (a seeded schedule, not a secret)
    http, mllp = Ledger(), Ledger()
    server = Server(folder, **settings)
    slowest = 0.0
    for _ in range(cycles):
        slowest = max(slowest, server.start())
        asyncio.run(_load(server, http, mllp, dice, dice.uniform(0.05, 0.9)))
    slowest = max(slowest, server.start())
    server.stop()
    found = inspect(folder, http.acknowledged | mllp.acknowledged, **settings)
    return Outcomes(
        cycles=cycles,
        sendings=http.sendings + mllp.sendings,
        resendings=http.resendings + mllp.resendings,
        refused=http.refused + mllp.refused,
        acknowledged=len(http.acknowledged | mllp.acknowledged),
        slowest_restart_seconds=round(slowest, 2),
        **found,
    )


def inspect(folder: Path, acknowledged: set[str], **settings: str) -> dict[str, int]:
    """Open the store after the last stop and count what was lost, doubled or wrongly folded."""
    gateway = build(Settings(data_folder=folder, **settings))  # type: ignore[arg-type]
    try:
        gateway.projection.refresh()
        taken = [message for message in gateway.store.in_arrival_order() if message.outcome in TAKEN]
        times = Counter(message.letter_id for message in taken)
        return {
            "stored": len(taken),
            "lost": len(acknowledged - set(times)),
            "doubled": sum(count - 1 for count in times.values()),
            "wrong_episodes": sum(_folded_wrongly(gateway.store, message) for message in taken),
        }
    finally:
        gateway.close()


def _folded_wrongly(store: Store, message: Message) -> bool:
    """Every letter of a campaign is a discharge of a citizen of its own, so it is one episode, never two."""
    return store.count_episodes(EpisodeSearch(citizen_key=message.citizen_key)) != 1
