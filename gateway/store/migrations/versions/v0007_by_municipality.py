"""Both sides of a month are read municipality by municipality, and what was billed course by course."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the indexes."""
    op.drop_index("lines_billed", "lines")
    op.create_index("lines_billed", "lines", ["agreement", "municipality", "episode", "month", "id"])
    op.create_index("registrations_municipality", "registrations", ["municipality", "start", "source"])
