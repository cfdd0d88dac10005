"""Invoices of period agreements in closed months, and the inputs they rest on.

Inputs are only added; an invoice is never changed.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

RULES = {
    "given_inputs": ("only_added", "what was said is never changed"),
    "invoices": ("never_changed", "a closed month is never changed"),
}
"""By table: the rule's function on PostgreSQL, and its words on SQLite."""

SQLITE_NEVER = """
CREATE TRIGGER {table}_never_{action} BEFORE {action} ON {table}
BEGIN SELECT RAISE(ABORT, '{words}'); END
"""

POSTGRESQL_NEVER = """
CREATE TRIGGER {table}_never BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION {function}()
"""


def upgrade() -> None:
    """Make the tables, and the rules that hold them."""
    op.create_table(
        "given_inputs",
        sa.Column("number", WHOLE, primary_key=True, autoincrement=False),
        *(sa.Column(name, TEXT, nullable=False) for name in ("month", "body")),
    )
    op.create_table(
        "invoices",
        sa.Column("id", TEXT, primary_key=True),
        *(sa.Column(name, TEXT, nullable=False) for name in ("month", "agreement")),
        sa.Column("total", WHOLE, nullable=False),
        sa.Column("body", TEXT, nullable=False),
    )
    op.create_index("invoices_month", "invoices", ["month", "agreement", "id"])
    for table, (function, words) in RULES.items():
        if op.get_context().dialect.name == "postgresql":
            op.execute(POSTGRESQL_NEVER.format(table=table, function=function))
        else:
            for action in ("UPDATE", "DELETE"):
                op.execute(SQLITE_NEVER.format(table=table, action=action, words=words))
