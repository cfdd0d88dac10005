"""Rules about money that hold whatever program writes.

A line, a withheld item, a claim and a closed month are never changed and never removed: corrections are new lines in a
later month. A billable key has at most one charge that is not reversed: every charge takes the key's one place in
`open_charges`, whose primary key refuses a second, also from another process at the same moment; only the reversal of
that very charge gives the place back.
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SETTLED = ("months", "claims", "lines", "withheld")

SQLITE_NEVER = """
CREATE TRIGGER {table}_never_{action} BEFORE {action} ON {table}
BEGIN SELECT RAISE(ABORT, 'a closed month is never changed'); END
"""

SQLITE_CHARGES = (
    """
    CREATE TRIGGER lines_charge AFTER INSERT ON lines WHEN NEW.kind = 'charge'
    BEGIN INSERT INTO open_charges (key, line) VALUES (NEW.key, NEW.id); END
    """,
    """
    CREATE TRIGGER lines_reversal AFTER INSERT ON lines WHEN NEW.kind = 'reversal'
    BEGIN
        SELECT RAISE(ABORT, 'a reversal must name an open charge of its key')
        WHERE NOT EXISTS (SELECT 1 FROM open_charges WHERE key = NEW.key AND line = NEW.reverses);
        DELETE FROM open_charges WHERE key = NEW.key AND line = NEW.reverses;
    END
    """,
)

POSTGRESQL_NEVER = """
CREATE FUNCTION never_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'a closed month is never changed' USING ERRCODE = 'integrity_constraint_violation'; END $$
"""

POSTGRESQL_NEVER_ON = """
CREATE TRIGGER {table}_never BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION never_changed()
"""

POSTGRESQL_CHARGES = (
    """
    CREATE FUNCTION keep_open_charges() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.kind = 'charge' THEN
            INSERT INTO open_charges (key, line) VALUES (NEW.key, NEW.id);
        ELSE
            DELETE FROM open_charges WHERE key = NEW.key AND line = NEW.reverses;
            IF NOT FOUND THEN
                RAISE EXCEPTION 'a reversal must name an open charge of its key'
                USING ERRCODE = 'integrity_constraint_violation';
            END IF;
        END IF;
        RETURN NEW;
    END $$
    """,
    "CREATE TRIGGER lines_charges AFTER INSERT ON lines FOR EACH ROW EXECUTE FUNCTION keep_open_charges()",
)


def upgrade() -> None:
    """Write the rules into the database."""
    if op.get_context().dialect.name == "postgresql":
        statements = (
            POSTGRESQL_NEVER,
            *(POSTGRESQL_NEVER_ON.format(table=table) for table in SETTLED),
            *POSTGRESQL_CHARGES,
        )
    else:
        statements = (
            *(SQLITE_NEVER.format(table=table, action=action) for table in SETTLED for action in ("UPDATE", "DELETE")),
            *SQLITE_CHARGES,
        )
    for statement in statements:
        op.execute(statement)
