"""Replay: rebuild every episode, claim and report from the stored raw messages, and compare with what is stored.

The messages go through the same intake into a second, empty store, at the times they came at first; months are closed
and reports made after the very messages they were made from. Raw is truth, so both stores must end up the same.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import zip_longest
from operator import attrgetter
from typing import Any, Protocol

from gateway.build import Gateway
from gateway.deciding import Deciding
from gateway.intake import Intake
from gateway.intake_guides import IntakeGuides
from gateway.invoicing import Invoicing
from gateway.months import Months
from gateway.projection import Projection
from gateway.quality import Quality
from gateway.store.contract import ClosedMonth, DocumentSearch, Message, Published, Store
from mappings.formats import read
from mappings.reading import Family, Judged, Outcome
from mappings.signing import unsigned
from settlement.lines import Document
from settlement.periods import Month, Quarter

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Comparison:
    """One kind of thing: how many were compared, and the ids of the first that differ."""

    compared: int
    different: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Replayed:
    """The outcome of a replay. messages are compared by place and outcome."""

    messages: Comparison
    episodes: Comparison
    claims: Comparison
    documents: Comparison

    @property
    def identical(self) -> bool:
        """Whether nothing differs."""
        return not any(part.different for part in (self.messages, self.episodes, self.claims, self.documents))


class _Clock:
    """Shows the time of the message that is being replayed."""

    def __init__(self) -> None:
        self.time = datetime.min.replace(tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time


class _SameGuide:
    """Judges a message by the very package it was judged by when it came; packages installed since change nothing."""

    def __init__(self, guides: IntakeGuides) -> None:
        self._guides = guides
        self._label = ""

    def use(self, label: str) -> None:
        """Judge the next message by this package. Raises SettingsError where it is no longer there."""
        self._guides.require(label)
        self._label = label

    def __call__(self, form: str, tree: Any) -> Judged:
        return self._guides.judge_by(self._label, form, tree)


class _Made(Protocol):
    @property
    def id(self) -> str: ...


async def replay(gateway: Gateway, scratch: Store, progress: Callable[[], None] = lambda: None) -> Replayed:
    """Rebuild everything in `scratch` (an empty store) and compare. progress: called once a message."""
    clock = _Clock()
    guide = _SameGuide(gateway.guides.at(clock))
    deciding = Deciding(scratch, gateway.register.directory, clock)
    intake = Intake(scratch, clock, gateway.intake.pseudonym_key, deciding, partial(read, judge=guide))
    projection = Projection(scratch, gateway.register.directory)
    months = Months(scratch, projection, gateway.register, gateway.months.agreements, clock)
    invoicing = Invoicing(scratch, gateway.invoicing.agreements, clock)
    for given in gateway.store.given_inputs():
        scratch.give_inputs(given)
    agreements, measures = gateway.months.agreements, gateway.quality.measures
    quality = Quality(scratch, projection, gateway.register, agreements, measures, clock)
    events = _Events(gateway.store, months, invoicing, quality, clock)
    for message in gateway.store.in_arrival_order():
        events.before(message)
        clock.time = message.received_at
        guide.use(message.verdict.guide)
        await _again(gateway, intake, message)
        progress()
    events.rest()
    projection.refresh()
    gateway.projection.refresh()
    return compare(gateway.store, scratch)


@dataclass(frozen=True, slots=True)
class _Event:
    """What people did between the messages: when, after which position (None: not noted), and how to do it again."""

    at: datetime
    position: int | None
    again: Callable[[], object]

    @property
    def place(self) -> tuple[bool, int, datetime]:
        """Sorts events. Those without a position are older than those with one."""
        return self.position is not None, self.position or 0, self.at

    def is_before(self, message: Message) -> bool:
        """Whether it was done before the message came."""
        return self.at < message.received_at if self.position is None else self.position < message.position


class _Events:
    """Months closed and reports published, in order."""

    def __init__(self, store: Store, months: Months, invoicing: Invoicing, quality: Quality, clock: _Clock) -> None:
        closed = sorted(store.months(), key=attrgetter("month", "agreement"))
        events = [
            *(_Event(one.closed_at, one.position, _closing(months, invoicing, one)) for one in closed),
            *(_Event(one.at, one.position, _publishing(quality, one)) for one in _publications(store)),
        ]
        self._due = deque(sorted(events, key=attrgetter("place")))
        self._clock = clock

    def before(self, message: Message) -> None:
        """Do again what was done before the message came."""
        while self._due and self._due[0].is_before(message):
            self._do_next()

    def rest(self) -> None:
        """Do again all that is left."""
        while self._due:
            self._do_next()

    def _do_next(self) -> None:
        event = self._due.popleft()
        self._clock.time = event.at
        event.again()


def _closing(months: Months, invoicing: Invoicing, closed: ClosedMonth) -> Callable[[], object]:
    if closed.agreement in invoicing.agreements:
        return partial(invoicing.close, Month.parse(closed.month), closed.agreement)
    return partial(months.close, Month.parse(closed.month), closed.agreement)


def _publishing(quality: Quality, published: Published) -> Callable[[], object]:
    return partial(quality.publish, Quarter.parse(published.period))


def _publications(store: Store) -> list[Published]:
    """Every time reports were published; the last time of each period, where positions were not noted."""
    published = sorted(store.published(), key=attrgetter("at"))
    not_noted = {one.period: one for one in published if one.position is None}
    return [*not_noted.values(), *(one for one in published if one.position is not None)]


async def _again(gateway: Gateway, intake: Intake, message: Message) -> None:
    raw = gateway.store.raw(message.id)
    peer = gateway.register.by_name(message.peer)
    await intake.take(
        raw or b"", channel=message.channel, family=Family(message.family), media_type=message.media_type, peer=peer
    )


def compare(stored: Store, rebuilt: Store) -> Replayed:
    """Compare two stores: message outcomes, episodes, claims and documents."""
    return Replayed(
        messages=_compare(_outcomes(stored), _outcomes(rebuilt)),
        episodes=_compare(_by_id(stored.every_episode()), _by_id(rebuilt.every_episode())),
        claims=_compare(_by_id(_claims(stored)), _by_id(_claims(rebuilt))),
        documents=_compare(_hashes(stored), _hashes(rebuilt)),
    )


def _outcomes(store: Store) -> Iterator[tuple[str, Outcome]]:
    return (
        (f"{number} {message.letter_id}", message.outcome) for number, message in enumerate(store.in_arrival_order())
    )


def _by_id(things: Iterable[_Made]) -> Iterator[tuple[str, object]]:
    return ((thing.id, thing) for thing in things)


def _claims(store: Store) -> Iterator[_Made]:
    for closed in sorted(store.months(), key=attrgetter("month", "agreement")):
        yield from sorted(store.claims(closed.month, closed.agreement), key=attrgetter("id"))


def _documents(store: Store) -> Iterator[Document]:
    after = ""
    while page := store.documents(DocumentSearch(after=after)):
        yield from page
        after = page[-1].id


def _hashes(store: Store) -> Iterator[tuple[str, str]]:
    """Documents by their bytes without a signature: it says who signed when, and that is not done again."""
    return ((document.id, hashlib.sha256(unsigned(document.body)).hexdigest()) for document in _documents(store))


def _compare(stored: Iterator[tuple[str, object]], rebuilt: Iterator[tuple[str, object]]) -> Comparison:
    compared, different = 0, list[str]()
    for one, other in zip_longest(stored, rebuilt):
        compared += 1
        if one != other and len(different) < SHOWN:
            different.append((one or other or ("",))[0])
    return Comparison(compared, tuple(different))
