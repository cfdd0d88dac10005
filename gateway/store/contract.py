"""What a store promises. SQLite and PostgreSQL keep the same promises, and the same tests hold both.

`keep` is the durable path: when it returns, message, ids, records, receipt and jobs are on disk. Everything
else is plain synchronous calls for pages, jobs and the command line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gateway.store.invoice_contract import ClosedMonth as ClosedMonth
from gateway.store.invoice_contract import InvoiceStore
from gateway.store.region_contract import RegionStore
from mappings.reading import Citizen, Outcome, Reading, Receipt, Verdict
from settlement.billing import Billed
from settlement.decisions import Decision
from settlement.episodes import Episode
from settlement.lines import Claim, Document, Line, Withheld
from settlement.payments import Payment
from settlement.records import Record


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message as it came, and what was made of it before anything is on disk.

    id: the id the message gets if it is new. channel: "http" | "mllp" | "file". peer: authenticated organisation's
    name, "" in open mode. letter_key: scope of the letter id (family, sender, letter id), "" when it has none or must
    not reserve one; envelope_key likewise. citizen_key: opaque key, "" when there is no citizen. reading.records are
    complete (citizen and message filled in).
    """

    id: str
    received_at: datetime
    channel: str
    peer: str
    media_type: str
    raw: bytes
    sha256: str
    letter_key: str
    envelope_key: str
    citizen_key: str
    reading: Reading
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Kept:
    """What came of an arrival: the id of its row, its state, the verdict to answer with, and the stored receipt."""

    id: str
    outcome: Outcome
    verdict: Verdict
    receipt: Receipt | None


@dataclass(frozen=True, slots=True)
class Message:
    """A stored message without its bytes. duplicate_of: id of the first arrival of the same letter, or ""."""

    id: str
    position: int
    received_at: datetime
    channel: str
    peer: str
    format: str
    family: str
    event: str
    media_type: str
    envelope_id: str
    letter_id: str
    sender_sor: str
    sender_gln: str
    sender_name: str
    receiver_sor: str
    receiver_gln: str
    receiver_name: str
    citizen_key: str
    outcome: Outcome
    verdict: Verdict
    duplicate_of: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class MessageSearch:
    """Filters of the message list; empty means any. before: position, for paging (newest first)."""

    format: str = ""
    outcome: str = ""
    event: str = ""
    text: str = ""
    citizen_key: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
    count: int = 50


@dataclass(frozen=True, slots=True)
class EpisodeSearch:
    """Filters of the episode list; empty means any. missing: "category" and so on. after: id, for paging."""

    municipality: str = ""
    status: str = ""
    iv_type: str = ""
    category: str = ""
    missing: str = ""
    citizen_key: str = ""
    after: str = ""
    count: int = 50


@dataclass(frozen=True, slots=True)
class DocumentSearch:
    """Filters of documents; empty means any. parties: whose they are, as owner or recipient. after: id, for paging."""

    kinds: tuple[str, ...] = ()
    period: str = ""
    owner: str = ""
    recipient: str = ""
    parties: tuple[str, ...] = ()
    status: str = ""
    after: str = ""
    count: int = 50


@dataclass(frozen=True, slots=True)
class Traffic:
    """How many messages of one format ended in one state."""

    format: str
    outcome: Outcome
    count: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """A document on its way to a region. state: "waiting" | "sending" | "accepted" | "failed"."""

    document: str
    endpoint: str
    state: str
    attempts: int
    last_error: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ClaimSums:
    """A claim of a closed month without its lines; sums in oere. total: of its lines. undecided: lines nothing has been
    decided about, and undecided_amount their sum. approved: of the others, by the latest decision about each."""

    claim: str
    agreement: str
    municipality: str
    region: str
    total: int
    undecided: int
    undecided_amount: int
    approved: int


@dataclass(frozen=True, slots=True)
class Published:
    """That reports of a period were written: when, and over the messages up to which position (None: not noted)."""

    period: str
    at: datetime
    position: int | None


Answer = Callable[[Verdict], Receipt | None]
"""Builds the receipt once the verdict is final; called inside the transaction that keeps the message."""


class View(Protocol):
    """The store as it stood at one moment, whatever is kept meanwhile: every message with a position of at most
    `position`, and none above it. To be used by the thread that opened it."""

    @property
    def position(self) -> int: ...
    def stale_citizens(self, count: int | None = None) -> list[str]: ...
    def records(self, citizen_key: str) -> list[Record]: ...
    def every_episode(self, municipality: str | None = None) -> Iterator[Episode]: ...
    def places(self) -> list[str]: ...
    def claim_places(self, agreement: str = "") -> list[str]: ...
    def billed(self, agreement: str, municipality: str, but: str = "") -> Iterator[Line]: ...
    def billed_courses(self, agreement: str, municipality: str) -> Iterator[Billed]: ...


class Store(RegionStore, InvoiceStore, Protocol):
    """Messages, records, episodes, claims and documents, durably."""

    async def keep(self, arrival: Arrival, answer: Answer) -> Kept:
        """Store one arrival durably and decide what it is.

        New letter: stored with arrival.verdict; its records are kept unless refused or parked, and its citizen is
        marked stale. Known letter_key with the same letter_hash: a DUPLICATE row, and the first verdict is answered.
        Known letter_key with another hash, or known envelope_key with another letter: REFUSED with an Issue
        ("letter-id-reused" / "envelope-id-reused"); the letter id stays with its first owner. A decision about a line
        that has been taken back or charged anew: REFUSED ("line-taken-back" / "line-charged-anew"). Concurrent calls
        share one commit. Raises StoreError, and then nothing is stored and nothing may be acknowledged.
        """
        ...

    def message(self, message_id: str) -> Message | None: ...
    def messages(self, search: MessageSearch) -> list[Message]: ...
    def count_messages(self, search: MessageSearch) -> int: ...
    def raw(self, message_id: str) -> bytes | None: ...
    def receipt(self, message_id: str) -> Receipt | None: ...
    def in_arrival_order(self, after: int = 0) -> Iterator[Message]: ...
    def traffic(self, since: datetime, until: datetime | None = None) -> list[Traffic]: ...

    def release(self, message_id: str, arrival: Arrival, answer: Answer) -> Kept:
        """Give a parked message its final state, with its ids and records, as it is read now (`arrival`).

        It becomes the letter it is, or a duplicate of one that has come meanwhile. Its place among the messages is
        the last from now on: what was closed while it was parked was closed without it. Raises ConflictError when the
        message is not parked.
        """
        ...

    def citizen(self, citizen_key: str) -> Citizen | None: ...
    def citizens(self, citizen_keys: Iterable[str]) -> dict[str, Citizen]: ...
    def records(self, citizen_key: str) -> list[Record]: ...
    def stale_citizens(self, count: int | None = None) -> list[str]: ...

    def save_episodes(self, citizen_key: str, episodes: Iterable[Episode], read_at: int) -> bool:
        """Replace a citizen's episodes. read_at: the number of records they were folded from; False (and still
        stale) when more have come since."""
        ...

    def episode(self, episode_id: str) -> Episode | None: ...
    def episodes(self, search: EpisodeSearch) -> list[Episode]: ...
    def count_episodes(self, search: EpisodeSearch) -> int: ...
    def every_episode(self, municipality: str | None = None) -> Iterator[Episode]: ...
    def municipalities(self) -> list[str]: ...

    def snapshot(self) -> AbstractContextManager[View]:
        """A view of the store as it stands now. Messages are kept meanwhile, without waiting for the view to end.
        Raises StoreError."""
        ...

    def save_claims(self, closed: ClosedMonth, claims: Iterable[Claim]) -> bool:
        """Close a month: its claims, lines and withheld lines in one transaction. False when it is closed already
        (nothing changes). A billable key with a charge that is neither reversed nor rejected is refused by the database
        (StoreError). Raises ConflictError when a line it takes back was decided about after its position."""
        ...

    def months(self) -> list[ClosedMonth]:
        """Closed months, newest first."""
        ...

    def claims(self, month: str, agreement: str = "") -> list[Claim]: ...
    def each_claim(self, month: str, agreement: str, municipality: str | None = None) -> Iterator[Claim]: ...
    def claim(self, claim_id: str) -> Claim | None: ...
    def line(self, line_id: str) -> Line | None: ...
    def lines(self, line_ids: Iterable[str]) -> dict[str, Line]: ...
    def lines_of_episode(self, episode_id: str) -> list[Line]: ...
    def withheld_of_episode(self, episode_id: str) -> list[Withheld]: ...
    def billed(self, agreement: str, municipality: str, but: str = "") -> Iterator[Line]: ...
    def claim_sums(self, month: str) -> list[ClaimSums]: ...
    def claims_of_lines(self, line_ids: Iterable[str]) -> set[str]: ...
    def decisions_of_month(self, month: str) -> list[Decision]: ...
    def decisions_of_claim(self, claim_id: str) -> list[Decision]: ...
    def decisions_of_line(self, line_id: str) -> list[Decision]: ...
    def decisions_of_message(self, position: int) -> list[Decision]: ...
    def payments_of_message(self, position: int) -> list[Payment]: ...
    def payments_of_month(self, month: str) -> list[Payment]: ...
    def payments_of_claim(self, claim_id: str) -> list[Payment]: ...

    def save_documents(self, documents: Iterable[Document], position: int | None = None) -> None:
        """Store documents and, in the same transaction, a waiting delivery for each recipient that has an endpoint.
        The same id with the same bytes changes nothing; with other bytes replaces it unless it belongs to a closed
        month. position: of the view they were made from."""
        ...

    def published(self) -> list[Published]:
        """When measure reports that are stored were written, and from which view; in no order."""
        ...

    def document(self, document_id: str) -> Document | None: ...
    def documents(self, search: DocumentSearch) -> list[Document]: ...
    def count_documents(self, search: DocumentSearch) -> int: ...
    def deliveries(self, state: str = "") -> list[Delivery]: ...
    def save_delivery(self, delivery: Delivery) -> None: ...

    def close(self) -> None:
        """Finish what is under way and let go of files and connections."""
        ...
