"""Brings a database to the newest schema when the gateway starts, filled or empty, whoever else starts meanwhile."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from gateway.errors import StoreError

_FOLDER = Path(__file__).parent / "migrations"
_LOCK = 0x4F564552
"""Number of the lock that only one process holds while it changes the schema (PostgreSQL)."""


def migrate(engine: Engine) -> None:
    """Run the migrations a database has not seen, in one transaction that shuts out every other process.

    Raises StoreError when the database refuses, or was written by a newer version of the gateway.
    """
    try:
        with engine.execution_options(writes=True).begin() as connection:
            _stand_alone(connection)
            command.upgrade(configuration(connection), "head")
    except SQLAlchemyError as error:
        raise StoreError(f"The database could not be brought to the newest schema ({type(error).__name__}).") from error
    except CommandError as error:
        raise StoreError("The database was written by a newer version of Overgang: start that version.") from error


def configuration(connection: Connection) -> Config:
    """Alembic's configuration for work on an open connection; nothing is read from a file."""
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _stand_alone(connection: Connection) -> None:
    """Wait until no other process changes the schema. A write transaction does that on SQLite by itself."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
