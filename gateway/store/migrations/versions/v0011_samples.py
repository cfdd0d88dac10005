"""Samples of post-control, as they were drawn. They are only added."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")

SQLITE_NEVER = """
CREATE TRIGGER samples_never_{action} BEFORE {action} ON samples
BEGIN SELECT RAISE(ABORT, 'what was said is never changed'); END
"""

POSTGRESQL_NEVER = """
CREATE TRIGGER samples_never BEFORE UPDATE OR DELETE OR TRUNCATE ON samples
FOR EACH STATEMENT EXECUTE FUNCTION only_added()
"""


def upgrade() -> None:
    """Make the table, and the rule that holds it."""
    op.create_table(
        "samples",
        sa.Column("id", TEXT, primary_key=True),
        *(sa.Column(name, TEXT, nullable=False) for name in ("month", "body")),
    )
    if op.get_context().dialect.name == "postgresql":
        op.execute(POSTGRESQL_NEVER)
    else:
        for action in ("UPDATE", "DELETE"):
            op.execute(SQLITE_NEVER.format(action=action))
