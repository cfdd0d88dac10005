"""The region's side: its registrations, disputes about lines, and notes of post-control.

What was said in a dispute or noted in a control stays said: entries and notes are only added.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
OERE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ONLY_ADDED = ("disputes", "control_notes")

SQLITE_ONLY_ADDED = """
CREATE TRIGGER {table}_never_{action} BEFORE {action} ON {table}
BEGIN SELECT RAISE(ABORT, 'what was said is never changed'); END
"""

POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION only_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'what was said is never changed' USING ERRCODE = 'integrity_constraint_violation'; END $$
"""

POSTGRESQL_ONLY_ADDED = """
CREATE TRIGGER {table}_never BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION only_added()
"""


def upgrade() -> None:
    """Make the tables and their rule."""
    _tables()
    if op.get_context().dialect.name == "postgresql":
        statements = [POSTGRESQL_FUNCTION, *(POSTGRESQL_ONLY_ADDED.format(table=table) for table in ONLY_ADDED)]
    else:
        statements = [
            SQLITE_ONLY_ADDED.format(table=table, action=action)
            for table in ONLY_ADDED
            for action in ("UPDATE", "DELETE")
        ]
    for statement in statements:
        op.execute(statement)


def _column(name: str, kind: sa.types.TypeEngine[Any] = TEXT) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _tables() -> None:
    facts = ("citizen", "municipality", "region", "start", "iv_type", "category", "imported_at")
    op.create_table(
        "registrations",
        *(_column(name) for name in ("source", "id", *facts)),
        sa.PrimaryKeyConstraint("source", "id"),
    )
    op.create_index("registrations_start", "registrations", ["start", "source"])
    op.create_table(
        "disputes",
        _column("dispute"),
        _column("number", sa.Integer()),
        *(_column(name) for name in ("line", "step", "reason", "text", "party", "person", "at")),
        sa.PrimaryKeyConstraint("dispute", "number"),
    )
    op.create_index("disputes_line", "disputes", ["line"])
    op.create_table(
        "control_notes",
        *(_column(name) for name in ("id", "line")),
        _column("due", OERE),
        *(_column(name) for name in ("text", "person", "at")),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("control_notes_line", "control_notes", ["line"])
