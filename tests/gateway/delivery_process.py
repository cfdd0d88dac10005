"""A gateway that only delivers, for tests that kill it: python -m tests.gateway.delivery_process DATA FILE."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from gateway.delivery import Delivery, Patience
from gateway.organisations import load_register
from gateway.settings import Settings
from gateway.store.opening import open_store

QUICK = Patience(first=0.05, longest=0.2, tries=50, look=0.1)


def main(data_folder: Path, organisations: Path) -> None:
    """Deliver until killed."""
    settings = Settings(data_folder=data_folder, organisations=organisations)
    register = load_register(organisations)
    store = open_store(settings, register.endpoints)
    asyncio.run(Delivery(store, register, settings, lambda: datetime.now(UTC), QUICK).run(asyncio.Event()))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
