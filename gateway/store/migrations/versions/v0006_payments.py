"""What regions paid of claims, beside the messages they said it in. It is never changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

SQLITE_NEVER = """
CREATE TRIGGER payments_never_{action} BEFORE {action} ON payments
BEGIN SELECT RAISE(ABORT, 'a closed month is never changed'); END
"""

POSTGRESQL_NEVER = """
CREATE TRIGGER payments_never BEFORE UPDATE OR DELETE OR TRUNCATE ON payments
FOR EACH STATEMENT EXECUTE FUNCTION never_changed()
"""


def upgrade() -> None:
    """Make the table, and the rule that holds it."""
    op.create_table(
        "payments",
        sa.Column("position", POSITION, primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("claim", TEXT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("payments_claim", "payments", ["claim"])
    if op.get_context().dialect.name == "postgresql":
        op.execute(POSTGRESQL_NEVER)
    else:
        for action in ("UPDATE", "DELETE"):
            op.execute(SQLITE_NEVER.format(action=action))
