"""Opening a store: which database, who may read it, and what is said when it cannot be opened."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from gateway.errors import SettingsError, StoreError
from gateway.settings import Settings
from gateway.store.opening import open_store
from gateway.store.postgresql import PostgresqlHand, make_engine, read_url
from gateway.store.sqlite import connect
from tests.gateway.store.samples import answer, arrival


def chosen(folder: Path, url: str = "") -> Settings:
    return Settings.model_validate({"data_folder": folder, "database_url": url})


async def test_sqlite_is_made_for_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "data"
    store = open_store(chosen(folder), {})
    await store.keep(arrival("a"), answer)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert modes["overgang.db"] == 0o600
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    store.close()


def test_every_commit_is_synced(tmp_path: Path) -> None:
    connection = connect(tmp_path / "some.db")
    full = 2
    assert connection.execute("PRAGMA synchronous").fetchone() == (full,)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


@pytest.mark.postgresql
def test_postgresql_commits_are_synced_whatever_the_server_says(postgresql_database: str) -> None:
    with psycopg.connect(postgresql_database, autocommit=True) as connection:
        connection.execute("ALTER ROLE CURRENT_USER SET synchronous_commit = off")
        hand = PostgresqlHand(read_url(postgresql_database))
        hand.begin()
        hand.rollback()
        assert hand._open().execute("SHOW synchronous_commit").fetchone() == ("on",)
        hand.close()
        engine = make_engine(read_url(postgresql_database))
        with engine.connect() as other:
            assert other.exec_driver_sql("SHOW synchronous_commit").scalar_one() == "on"
        engine.dispose()
        connection.execute("ALTER ROLE CURRENT_USER RESET synchronous_commit")


@pytest.mark.parametrize("url", ["mysql://localhost/overgang", "nonsense", "postgresql://host:port/name"])
def test_another_url_is_a_wrong_setting(tmp_path: Path, url: str) -> None:
    with pytest.raises(SettingsError, match="database_url"):
        open_store(chosen(tmp_path, url), {})


def test_a_server_that_is_not_there_is_named_without_the_password(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"127\.0\.0\.1:1 cannot be reached") as caught:
        open_store(chosen(tmp_path, "postgresql://user:secret@127.0.0.1:1/overgang"), {})
    assert "secret" not in str(caught.value)
    assert "refused" in str(caught.value), "it says why"


@pytest.mark.postgresql
def test_a_database_that_is_not_in_utf8_is_refused(tmp_path: Path, postgresql_server: str) -> None:
    name = f"overgang_ascii_{os.getpid()}"
    with psycopg.connect(postgresql_server, autocommit=True) as connection:
        made = f"CREATE DATABASE {name} ENCODING 'SQL_ASCII' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'"
        connection.execute(made.encode())
        url = make_url(postgresql_server).set(database=name).render_as_string(hide_password=False)
        try:
            with pytest.raises(SettingsError, match="SQL_ASCII"):
                open_store(chosen(tmp_path, url), {})
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be opened"):
        open_store(chosen(tmp_path / "file" / "data"), {})


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "overgang.db").write_text("something else entirely, long enough to be looked at" * 20)
    with pytest.raises(StoreError, match="cannot be opened"):
        open_store(chosen(tmp_path), {})
    assert (tmp_path / "overgang.db").read_text().startswith("something else")
