"""What a claim's lines come to is told by an index alone."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    op.create_index("lines_sums", "lines", ["claim", "id", "amount"])
