"""Migrations: they make what the tables say, run once, and leave a filled database filled."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from gateway.errors import StoreError
from gateway.settings import Settings
from gateway.store.contract import MessageSearch, Store
from gateway.store.migrating import migrate
from gateway.store.opening import SqlStore, open_store
from gateway.store.tables import METADATA
from tests.gateway.store.samples import answer, arrival, claim, closing, document, line


def test_the_migrations_make_the_tables(store: Store) -> None:
    assert isinstance(store, SqlStore)
    with store._engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


async def test_a_filled_store_is_opened_again_as_it_is(settings: Settings) -> None:
    before = open_store(settings, {})
    await before.keep(arrival("a"), answer)
    before.close()
    after = open_store(settings, {})
    assert after.count_messages(MessageSearch()) == 1
    after.close()


def test_a_database_of_a_newer_version_is_refused(store: Store) -> None:
    assert isinstance(store, SqlStore)
    with store._write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'from the future'"))
    with pytest.raises(StoreError, match="newer version"):
        migrate(store._engine)


def test_a_migration_that_fails_leaves_nothing_half_done(store: Store) -> None:
    assert isinstance(store, SqlStore)
    with store._write() as connection:
        connection.execute(text("DROP TABLE deliveries"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
        before = _tables(connection)
    with pytest.raises(StoreError, match="newest schema"):
        migrate(store._engine)
    with store._engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "0001"
        assert _tables(connection) == before


def _tables(connection: Connection) -> set[str]:
    return set(connection.dialect.get_table_names(connection))


def test_months_closed_before_positions_were_noted_stay_as_they_are(store: Store) -> None:
    """A database of the schema before, with a closed month and a report in it, is brought to the newest."""
    assert isinstance(store, SqlStore)
    store.save_claims(closing("2026-10"), [claim("c1", line("l1"))])
    store.save_documents([document("d1")], 7)
    with store._write() as connection:
        later = (
            "registrations",
            "disputes",
            "control_notes",
            "decisions",
            "payments",
            "given_inputs",
            "invoices",
            "samples",
        )
        for name in later:
            connection.execute(text(f"DROP TABLE {name}"))
        connection.execute(text("DROP INDEX lines_sums"))
        for name in ("months", "documents"):
            connection.execute(text(f"ALTER TABLE {name} DROP COLUMN position"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0002'"))
    migrate(store._engine)
    assert store.months() == [closing("2026-10", position=None)]
    assert [published.position for published in store.published()] == [None]
    assert store.document("d1") == document("d1")
    with pytest.raises(StoreError, match="closed month"), store._write() as connection:
        connection.execute(text("UPDATE months SET position = 1"))
