"""The first schema: messages, ids, citizens, records, episodes, claims, documents and deliveries.

Written out in full, apart from `tables`, so that a database filled by any version can be brought to the newest.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    _letters()
    _citizens()
    _months()
    _documents()
    if op.get_context().dialect.name == "postgresql":
        _for_postgresql()


def _for_postgresql() -> None:
    """Bodies come packed: PostgreSQL need not try to pack them again. Positions are drawn from a sequence."""
    for table in ("raw_messages", "receipts", "documents"):
        op.execute(f"ALTER TABLE {table} ALTER COLUMN body SET STORAGE EXTERNAL")
    op.execute("CREATE SEQUENCE message_position")


def _column(name: str, kind: sa.types.TypeEngine[Any], **options: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False, **options)


def _letters() -> None:
    """Messages, their bytes and receipts, and who owns which id."""
    op.create_table(
        "messages",
        _column("position", POSITION, autoincrement=False),
        _column("id", TEXT),
        _column("received_at", TEXT),
        _column("channel", TEXT),
        _column("peer", TEXT),
        _column("format", TEXT),
        _column("family", TEXT),
        _column("event", TEXT),
        _column("media_type", TEXT),
        _column("envelope_id", TEXT),
        _column("letter_id", TEXT),
        _column("letter_hash", TEXT),
        _column("sender_sor", TEXT),
        _column("sender_gln", TEXT),
        _column("sender_name", TEXT),
        _column("receiver_sor", TEXT),
        _column("receiver_gln", TEXT),
        _column("receiver_name", TEXT),
        _column("citizen_key", TEXT),
        _column("outcome", TEXT),
        _column("verdict", TEXT),
        _column("duplicate_of", TEXT),
        _column("size", POSITION),
        _column("sha256", TEXT),
        _column("words", TEXT),
        sa.PrimaryKeyConstraint("position"),
        sa.UniqueConstraint("id"),
    )
    op.create_index(
        "messages_citizen",
        "messages",
        ["citizen_key", "position"],
        sqlite_where=sa.text("citizen_key <> ''"),
        postgresql_where=sa.text("citizen_key <> ''"),
    )
    op.create_index("messages_event", "messages", ["event", "position"])
    op.create_index("messages_format", "messages", ["format", "position"])
    op.create_index("messages_outcome", "messages", ["outcome", "position"])
    op.create_index("messages_received", "messages", ["received_at"])
    op.create_table(
        "raw_messages",
        _column("position", POSITION, autoincrement=False),
        _column("body", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("position"),
    )
    op.create_table(
        "receipts",
        _column("position", POSITION, autoincrement=False),
        _column("body", sa.LargeBinary()),
        _column("media_type", TEXT),
        _column("is_message", sa.Boolean()),
        sa.PrimaryKeyConstraint("position"),
    )
    op.create_table(
        "letter_keys",
        _column("key", TEXT),
        _column("message", TEXT),
        _column("letter_hash", TEXT),
        sa.PrimaryKeyConstraint("key"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "envelope_keys",
        _column("key", TEXT),
        _column("message", TEXT),
        _column("letter_key", TEXT),
        _column("letter_hash", TEXT),
        sa.PrimaryKeyConstraint("key"),
        sqlite_with_rowid=False,
    )


def _citizens() -> None:
    """Citizens, their records and episodes."""
    op.create_table(
        "citizens",
        _column("key", TEXT),
        _column("identifier", TEXT),
        _column("system", TEXT),
        _column("family_name", TEXT),
        _column("given_name", TEXT),
        sa.PrimaryKeyConstraint("key"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "records",
        _column("citizen", TEXT),
        _column("position", POSITION),
        _column("number", sa.Integer()),
        _column("kind", TEXT),
        _column("body", TEXT),
        sa.PrimaryKeyConstraint("citizen", "position", "number"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "stale_citizens", _column("citizen", TEXT), _column("marked", TEXT), sa.PrimaryKeyConstraint("citizen")
    )
    op.create_index("stale_citizens_marked", "stale_citizens", ["marked", "citizen"])
    op.create_table(
        "episodes",
        _column("id", TEXT),
        _column("citizen", TEXT),
        _column("municipality", TEXT),
        _column("status", TEXT),
        _column("iv_type", TEXT),
        _column("category", TEXT),
        _column("missing", TEXT),
        _column("body", TEXT),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("episodes_category", "episodes", ["category", "id"])
    op.create_index("episodes_citizen", "episodes", ["citizen", "id"])
    op.create_index("episodes_iv_type", "episodes", ["iv_type", "id"])
    op.create_index(
        "episodes_missing",
        "episodes",
        ["id"],
        sqlite_where=sa.text("missing <> ''"),
        postgresql_where=sa.text("missing <> ''"),
    )
    op.create_index("episodes_municipality", "episodes", ["municipality", "id"])
    op.create_index("episodes_status", "episodes", ["status", "id"])


def _months() -> None:
    """Closed months, claims and lines."""
    op.create_table(
        "months",
        _column("month", TEXT),
        _column("agreement", TEXT),
        _column("closed_at", TEXT),
        sa.PrimaryKeyConstraint("month", "agreement"),
    )
    op.create_table(
        "claims",
        _column("id", TEXT),
        _column("agreement", TEXT),
        _column("month", TEXT),
        _column("municipality", TEXT),
        _column("region", TEXT),
        _column("total", POSITION),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("claims_month", "claims", ["month", "agreement", "id"])
    op.create_table(
        "lines",
        _column("id", TEXT),
        _column("claim", TEXT),
        _column("number", sa.Integer()),
        _column("key", TEXT),
        _column("kind", TEXT),
        _column("reverses", TEXT),
        _column("month", TEXT),
        _column("agreement", TEXT),
        _column("municipality", TEXT),
        _column("episode", TEXT),
        _column("amount", POSITION),
        _column("body", TEXT),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("lines_billed", "lines", ["agreement", "municipality", "month", "id"])
    op.create_index("lines_claim", "lines", ["claim", "number"], unique=True)
    op.create_index("lines_episode", "lines", ["episode"])
    op.create_index(
        "lines_reversed",
        "lines",
        ["reverses"],
        unique=True,
        sqlite_where=sa.text("kind = 'reversal'"),
        postgresql_where=sa.text("kind = 'reversal'"),
    )
    op.create_table(
        "open_charges",
        _column("key", TEXT),
        _column("line", TEXT),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("line"),
    )
    op.create_table(
        "withheld",
        _column("claim", TEXT),
        _column("number", sa.Integer()),
        _column("episode", TEXT),
        _column("body", TEXT),
        sa.PrimaryKeyConstraint("claim", "number"),
    )
    op.create_index("withheld_episode", "withheld", ["episode"])


def _documents() -> None:
    """Documents and their deliveries."""
    op.create_table(
        "documents",
        _column("id", TEXT),
        _column("kind", TEXT),
        _column("period", TEXT),
        _column("owner", TEXT),
        _column("recipient", TEXT),
        _column("status", TEXT),
        _column("body", sa.LargeBinary()),
        _column("sha256", TEXT),
        _column("created_at", TEXT),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("documents_kind", "documents", ["kind", "id"])
    op.create_index("documents_owner", "documents", ["owner", "id"])
    op.create_index("documents_period", "documents", ["period", "id"])
    op.create_index("documents_recipient", "documents", ["recipient", "id"])
    op.create_table(
        "deliveries",
        _column("document", TEXT),
        _column("endpoint", TEXT),
        _column("state", TEXT),
        _column("attempts", sa.Integer()),
        _column("last_error", TEXT),
        _column("updated_at", TEXT),
        sa.PrimaryKeyConstraint("document", "endpoint"),
    )
    op.create_index("deliveries_state", "deliveries", ["state", "updated_at"])
