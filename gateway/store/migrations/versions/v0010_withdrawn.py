"""Registrations that their source no longer has are marked, and kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the mark."""
    op.add_column("registrations", sa.Column("withdrawn_at", TEXT, nullable=False, server_default=""))
