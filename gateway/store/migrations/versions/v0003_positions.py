"""Closed months and documents say which messages they were made from: all up to a position.

It is null for what was made before this was noted, and for documents that are made from no messages.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the columns. No row is rewritten, so the rule that closed months never change is kept."""
    for table in ("months", "documents"):
        op.add_column(table, sa.Column("position", POSITION, nullable=True))
