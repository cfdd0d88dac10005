"""The tables. Private to the store: nothing outside it sees a row.

Times of our own clock are UTC text of fixed width, so that they sort; times inside records keep their offsets in JSON.
Text sorts by code point on both databases, so that pages and exports come in the same order. What the tables are made
with is in `migrations`; a test holds the two equal. Two further rules live in triggers there: closed months are never
changed, and `open_charges` holds every charge that is neither reversed nor rejected, once per
billable key.
"""

from __future__ import annotations

from sqlalchemy import Index, LargeBinary, Table, text
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from gateway.store.columns import Position, Text

_REGISTRY = registry()
"""A register of its own: other libraries' SQLModel tables never mix with these."""


class _Row(SQLModel, registry=_REGISTRY):
    """What all tables share."""


class MessageRow(_Row, table=True):
    """A message without its bytes. words: what the message list's free text is looked up in, lower case."""

    __tablename__ = "messages"
    __table_args__ = (
        Index("messages_received", "received_at"),
        Index("messages_format", "format", "position"),
        Index("messages_event", "event", "position"),
        Index("messages_outcome", "outcome", "position"),
        Index(
            "messages_citizen",
            "citizen_key",
            "position",
            sqlite_where=text("citizen_key <> ''"),
            postgresql_where=text("citizen_key <> ''"),
        ),
    )

    position: int = Field(primary_key=True, sa_type=Position, sa_column_kwargs={"autoincrement": False})
    id: str = Field(unique=True, sa_type=Text)
    received_at: str = Field(sa_type=Text)
    channel: str = Field(sa_type=Text)
    peer: str = Field(sa_type=Text)
    format: str = Field(sa_type=Text)
    family: str = Field(sa_type=Text)
    event: str = Field(sa_type=Text)
    media_type: str = Field(sa_type=Text)
    envelope_id: str = Field(sa_type=Text)
    letter_id: str = Field(sa_type=Text)
    letter_hash: str = Field(sa_type=Text)
    sender_sor: str = Field(sa_type=Text)
    sender_gln: str = Field(sa_type=Text)
    sender_name: str = Field(sa_type=Text)
    receiver_sor: str = Field(sa_type=Text)
    receiver_gln: str = Field(sa_type=Text)
    receiver_name: str = Field(sa_type=Text)
    citizen_key: str = Field(sa_type=Text)
    outcome: str = Field(sa_type=Text)
    verdict: str = Field(sa_type=Text)
    duplicate_of: str = Field(sa_type=Text)
    size: int = Field(sa_type=Position)
    sha256: str = Field(sa_type=Text)
    words: str = Field(sa_type=Text)


class RawRow(_Row, table=True):
    """The bytes of a message as they came, packed."""

    __tablename__ = "raw_messages"

    position: int = Field(primary_key=True, sa_type=Position, sa_column_kwargs={"autoincrement": False})
    body: bytes = Field(sa_type=LargeBinary)


class ReceiptRow(_Row, table=True):
    """What was answered to a message, packed."""

    __tablename__ = "receipts"

    position: int = Field(primary_key=True, sa_type=Position, sa_column_kwargs={"autoincrement": False})
    body: bytes = Field(sa_type=LargeBinary)
    media_type: str = Field(sa_type=Text)
    is_message: bool


class LetterKeyRow(_Row, table=True):
    """Who owns a letter id, for ever."""

    __tablename__ = "letter_keys"
    __table_args__ = {"sqlite_with_rowid": False}

    key: str = Field(primary_key=True, sa_type=Text)
    message: str = Field(sa_type=Text)
    letter_hash: str = Field(sa_type=Text)


class EnvelopeKeyRow(_Row, table=True):
    """Which letter an envelope id was first used for, for ever."""

    __tablename__ = "envelope_keys"
    __table_args__ = {"sqlite_with_rowid": False}

    key: str = Field(primary_key=True, sa_type=Text)
    message: str = Field(sa_type=Text)
    letter_key: str = Field(sa_type=Text)
    letter_hash: str = Field(sa_type=Text)


class CitizenRow(_Row, table=True):
    """A citizen by their opaque key; the only place that knows who they are."""

    __tablename__ = "citizens"
    __table_args__ = {"sqlite_with_rowid": False}

    key: str = Field(primary_key=True, sa_type=Text)
    identifier: str = Field(sa_type=Text)
    system: str = Field(sa_type=Text)
    family_name: str = Field(sa_type=Text)
    given_name: str = Field(sa_type=Text)


class RecordRow(_Row, table=True):
    """A record: position is its message's, number its place in it, kind its class, body JSON."""

    __tablename__ = "records"
    __table_args__ = {"sqlite_with_rowid": False}

    citizen: str = Field(primary_key=True, sa_type=Text)
    position: int = Field(primary_key=True, sa_type=Position)
    number: int = Field(primary_key=True)
    kind: str = Field(sa_type=Text)
    body: str = Field(sa_type=Text)


class StaleCitizenRow(_Row, table=True):
    """A citizen with records that their episodes do not show yet; marked: since when."""

    __tablename__ = "stale_citizens"
    __table_args__ = (Index("stale_citizens_marked", "marked", "citizen"),)

    citizen: str = Field(primary_key=True, sa_type=Text)
    marked: str = Field(sa_type=Text)


class EpisodeRow(_Row, table=True):
    """An episode: what is searched by in columns, the whole in body (JSON). missing: ",iv-type,category," or ""."""

    __tablename__ = "episodes"
    __table_args__ = (
        Index("episodes_citizen", "citizen", "id"),
        Index("episodes_municipality", "municipality", "id"),
        Index("episodes_status", "status", "id"),
        Index("episodes_iv_type", "iv_type", "id"),
        Index("episodes_category", "category", "id"),
        Index("episodes_missing", "id", sqlite_where=text("missing <> ''"), postgresql_where=text("missing <> ''")),
    )

    id: str = Field(primary_key=True, sa_type=Text)
    citizen: str = Field(sa_type=Text)
    municipality: str = Field(sa_type=Text)
    status: str = Field(sa_type=Text)
    iv_type: str = Field(sa_type=Text)
    category: str = Field(sa_type=Text)
    missing: str = Field(sa_type=Text)
    body: str = Field(sa_type=Text)


class MonthRow(_Row, table=True):
    """A closed month of an agreement. position: the last message it was closed over; null when it was not noted."""

    __tablename__ = "months"

    month: str = Field(primary_key=True, sa_type=Text)
    agreement: str = Field(primary_key=True, sa_type=Text)
    closed_at: str = Field(sa_type=Text)
    position: int | None = Field(sa_type=Position)


class ClaimRow(_Row, table=True):
    """A claim without its lines. total: oere."""

    __tablename__ = "claims"
    __table_args__ = (Index("claims_month", "month", "agreement", "id"),)

    id: str = Field(primary_key=True, sa_type=Text)
    agreement: str = Field(sa_type=Text)
    month: str = Field(sa_type=Text)
    municipality: str = Field(sa_type=Text)
    region: str = Field(sa_type=Text)
    total: int = Field(sa_type=Position)


class LineRow(_Row, table=True):
    """A line: what is looked up by in columns, the whole in body (JSON). number: its place in the claim."""

    __tablename__ = "lines"
    __table_args__ = (
        Index("lines_claim", "claim", "number", unique=True),
        Index("lines_sums", "claim", "id", "amount"),
        Index("lines_episode", "episode"),
        Index("lines_billed", "agreement", "municipality", "episode", "month", "id"),
        Index(
            "lines_reversed",
            "reverses",
            unique=True,
            sqlite_where=text("kind = 'reversal'"),
            postgresql_where=text("kind = 'reversal'"),
        ),
    )

    id: str = Field(primary_key=True, sa_type=Text)
    claim: str = Field(sa_type=Text)
    number: int
    key: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)
    reverses: str = Field(sa_type=Text)
    month: str = Field(sa_type=Text)
    agreement: str = Field(sa_type=Text)
    municipality: str = Field(sa_type=Text)
    episode: str = Field(sa_type=Text)
    amount: int = Field(sa_type=Position)
    body: str = Field(sa_type=Text)


class DecisionRow(_Row, table=True):
    """A region's decision: position is its message's, number its place in it, line what it answers, body JSON."""

    __tablename__ = "decisions"
    __table_args__ = (Index("decisions_line", "line"), {"sqlite_with_rowid": False})

    position: int = Field(primary_key=True, sa_type=Position)
    number: int = Field(primary_key=True)
    line: str = Field(sa_type=Text)
    body: str = Field(sa_type=Text)


class PaymentRow(_Row, table=True):
    """A payment: position is its message's, number its place in it, claim what it is paid for, body JSON."""

    __tablename__ = "payments"
    __table_args__ = (Index("payments_claim", "claim"), {"sqlite_with_rowid": False})

    position: int = Field(primary_key=True, sa_type=Position)
    number: int = Field(primary_key=True)
    claim: str = Field(sa_type=Text)
    body: str = Field(sa_type=Text)


class OpenChargeRow(_Row, table=True):
    """The charge of a billable key that is neither reversed nor rejected: at most one. Written by triggers on
    `lines`, and by decisions that reject a charge or approve a rejected one."""

    __tablename__ = "open_charges"

    key: str = Field(primary_key=True, sa_type=Text)
    line: str = Field(unique=True, sa_type=Text)


class WithheldRow(_Row, table=True):
    """A withheld item. number: its place in the claim."""

    __tablename__ = "withheld"
    __table_args__ = (Index("withheld_episode", "episode"),)

    claim: str = Field(primary_key=True, sa_type=Text)
    number: int = Field(primary_key=True)
    episode: str = Field(sa_type=Text)
    body: str = Field(sa_type=Text)


class DocumentRow(_Row, table=True):
    """A document, packed. position: the last message it was made from; null when it was not noted."""

    __tablename__ = "documents"
    __table_args__ = (
        Index("documents_kind", "kind", "id"),
        Index("documents_period", "period", "id"),
        Index("documents_owner", "owner", "id"),
        Index("documents_recipient", "recipient", "id"),
    )

    id: str = Field(primary_key=True, sa_type=Text)
    kind: str = Field(sa_type=Text)
    period: str = Field(sa_type=Text)
    owner: str = Field(sa_type=Text)
    recipient: str = Field(sa_type=Text)
    status: str = Field(sa_type=Text)
    body: bytes = Field(sa_type=LargeBinary)
    sha256: str = Field(sa_type=Text)
    created_at: str = Field(sa_type=Text)
    position: int | None = Field(sa_type=Position)


class DeliveryRow(_Row, table=True):
    """A document on its way to an endpoint."""

    __tablename__ = "deliveries"
    __table_args__ = (Index("deliveries_state", "state", "updated_at"),)

    document: str = Field(primary_key=True, sa_type=Text)
    endpoint: str = Field(primary_key=True, sa_type=Text)
    state: str = Field(sa_type=Text)
    attempts: int
    last_error: str = Field(sa_type=Text)
    updated_at: str = Field(sa_type=Text)


class RegistrationRow(_Row, table=True):
    """A course as a region registered it. start: the day, ISO 8601. withdrawn_at: when an import of its whole period no
    longer had it; "" while it stands."""

    __tablename__ = "registrations"
    __table_args__ = (
        Index("registrations_start", "start", "source"),
        Index("registrations_municipality", "municipality", "start", "source"),
    )

    source: str = Field(primary_key=True, sa_type=Text)
    id: str = Field(primary_key=True, sa_type=Text)
    citizen: str = Field(sa_type=Text)
    municipality: str = Field(sa_type=Text)
    region: str = Field(sa_type=Text)
    start: str = Field(sa_type=Text)
    iv_type: str = Field(sa_type=Text)
    category: str = Field(sa_type=Text)
    imported_at: str = Field(sa_type=Text)
    withdrawn_at: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": ""})


class DisputeEntryRow(_Row, table=True):
    """An entry of a dispute. Only ever added."""

    __tablename__ = "disputes"
    __table_args__ = (Index("disputes_line", "line"),)

    dispute: str = Field(primary_key=True, sa_type=Text)
    number: int = Field(primary_key=True)
    line: str = Field(sa_type=Text)
    step: str = Field(sa_type=Text)
    reason: str = Field(sa_type=Text)
    text: str = Field(sa_type=Text)
    party: str = Field(sa_type=Text)
    person: str = Field(sa_type=Text)
    at: str = Field(sa_type=Text)


class ControlNoteRow(_Row, table=True):
    """What post-control found of a line. due: oere. Only ever added."""

    __tablename__ = "control_notes"
    __table_args__ = (Index("control_notes_line", "line"),)

    id: str = Field(primary_key=True, sa_type=Text)
    line: str = Field(sa_type=Text)
    due: int = Field(sa_type=Position)
    text: str = Field(sa_type=Text)
    person: str = Field(sa_type=Text)
    at: str = Field(sa_type=Text)


class SampleRow(_Row, table=True):
    """A sample of post-control as it was drawn, in body (JSON). Only ever added."""

    __tablename__ = "samples"

    id: str = Field(primary_key=True, sa_type=Text)
    month: str = Field(sa_type=Text)
    body: str = Field(sa_type=Text)


class GivenRow(_Row, table=True):
    """Inputs of a period agreement as somebody gave them, in body (JSON), numbered as they came. Only ever added."""

    __tablename__ = "given_inputs"

    number: int = Field(primary_key=True, sa_type=Position, sa_column_kwargs={"autoincrement": False})
    month: str = Field(sa_type=Text)
    body: str = Field(sa_type=Text)


class InvoiceRow(_Row, table=True):
    """An invoice of a closed month: what is looked up by in columns, the whole in body (JSON). total: oere."""

    __tablename__ = "invoices"
    __table_args__ = (Index("invoices_month", "month", "agreement", "id"),)

    id: str = Field(primary_key=True, sa_type=Text)
    month: str = Field(sa_type=Text)
    agreement: str = Field(sa_type=Text)
    total: int = Field(sa_type=Position)
    body: str = Field(sa_type=Text)


METADATA = _Row.metadata


def table(name: str) -> Table:
    """The table of that name, for SQLAlchemy Core."""
    return METADATA.tables[name]
