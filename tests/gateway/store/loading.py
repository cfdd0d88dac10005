"""A process that keeps arrivals until it is killed and prints every acknowledged letter; or only opens the store.

python -m tests.gateway.store.loading FOLDER URL CYCLE     keep; every letter is sent twice
python -m tests.gateway.store.loading FOLDER URL open      open, print "open" and end
"""

from __future__ import annotations

import asyncio
import itertools
import os
import sys
from pathlib import Path

from gateway.settings import Settings
from gateway.store.contract import Store
from gateway.store.opening import open_store
from mappings.reading import Outcome
from tests.gateway.store.samples import answer, arrival

AT_ONCE = 16


async def load(store: Store, cycle: str) -> None:
    """Keep letters for ever, each in two envelopes."""
    numbers = itertools.count()
    await asyncio.gather(*(_send(store, cycle, numbers) for _ in range(AT_ONCE)))


async def _send(store: Store, cycle: str, numbers: itertools.count[int]) -> None:
    for number in numbers:
        letter = f"{cycle}-{number // 2}"
        kept = await store.keep(arrival(letter, envelope=f"{cycle}-{number}", citizen=f"citizen-{letter}"), answer)
        state = "new" if kept.outcome is Outcome.ACCEPTED else "duplicate"
        os.write(1, f"{letter} {kept.id} {state}\n".encode())


def main() -> None:
    """Run as the module's docstring says."""
    folder, url, what = sys.argv[1:]
    store = open_store(Settings.model_validate({"data_folder": Path(folder), "database_url": url}), {})
    if what == "open":
        store.close()
        os.write(1, b"open\n")
    else:
        asyncio.run(load(store, what))


if __name__ == "__main__":
    main()
