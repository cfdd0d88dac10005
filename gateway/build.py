"""The composition root: everything the program is made of is built here and passed in.

Tests build the same program with another store and a fixed clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from gateway.agreements import agreements_in_force, period_agreements
from gateway.deciding import Deciding
from gateway.delivery import Delivery
from gateway.guide_shelf import GuideShelf
from gateway.intake import Intake
from gateway.intake_guides import IntakeGuides, pinned, reviewed
from gateway.invoicing import Invoicing
from gateway.keys import installation_key
from gateway.letter_schemas import LetterSchemas
from gateway.months import Months
from gateway.organisations import Register, load_register
from gateway.projection import Projection
from gateway.quality import Quality
from gateway.settings import Settings, read_settings
from gateway.signer import signer_of
from gateway.store.contract import Store
from gateway.store.opening import open_store
from mappings.formats import read
from settlement.quality import load_measures

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The wall clock, aware, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Gateway:
    """The whole program, ready to serve."""

    settings: Settings
    now: Clock
    store: Store
    register: Register
    guides: IntakeGuides
    shelf: GuideShelf
    intake: Intake
    projection: Projection
    months: Months
    invoicing: Invoicing
    quality: Quality

    def close(self) -> None:
        """Let go of the store."""
        self.store.close()


def build(settings: Settings, now: Clock = utc_now) -> Gateway:
    """Build the program. Raises SettingsError or StoreError with what to do about it."""
    register = load_register(settings.organisations)
    store = open_store(settings, register.endpoints)
    guides = IntakeGuides(
        settings.packages(),
        pinned(settings.guide_versions),
        reviewed(settings.review),
        now,
        LetterSchemas(settings.schemas),
    )
    key = installation_key(settings.pseudonym_key, settings.data_folder, "pseudonym")
    deciding = Deciding(store, register.directory, now)
    intake = Intake(store, now, key, deciding, partial(read, judge=guides.judge))
    projection = Projection(store, register.directory)
    agreements, measures = agreements_in_force(settings), load_measures()
    signer = signer_of(settings)
    months = Months(store, projection, register, agreements, now, signer)
    invoicing = Invoicing(store, period_agreements(settings), now, signer)
    quality = Quality(store, projection, register, agreements, measures, now)
    shelf = GuideShelf(settings.packages(), now, settings.terminology)
    return Gateway(settings, now, store, register, guides, shelf, intake, projection, months, invoicing, quality)


def background(gateway: Gateway) -> tuple[Projection, Delivery]:
    """The work that goes on beside the doors: folding episodes, and delivering documents to regions."""
    return (
        gateway.projection,
        Delivery(gateway.store, gateway.register, gateway.settings, gateway.now),
    )


@contextmanager
def opened() -> Iterator[Gateway]:
    """The gateway built from the settings in force, closed afterwards."""
    gateway = build(read_settings())
    try:
        yield gateway
    finally:
        gateway.close()
