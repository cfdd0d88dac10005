"""What the parts of a store share: transactions, and the database library's errors as ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Executable, Row, Table, func, literal_column, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from gateway.errors import StoreError
from gateway.store.tables import table

AnyRow = Row[*tuple[Any, ...]]
"""A row of whatever was selected."""

EMPTY: ColumnElement[str] = literal_column("''")
"""The empty text, written out: SQLite uses an index of what is not empty only where the statement says so itself."""

_CHUNK = 500
_LAST_POSITION = select(func.coalesce(func.max(table("messages").c.position), 0))


class Shelf:
    """A part of the store over one engine; safe to use from several threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writing = engine.execution_options(writes=True)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with errors(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _write(self) -> Iterator[Connection]:
        """One transaction, committed at the end."""
        with errors(), self._writing.begin() as connection:
            yield connection

    def _all(self, statement: Executable) -> list[AnyRow]:
        with self._reading() as connection:
            return list(connection.execute(statement).all())

    def _first(self, statement: Executable) -> AnyRow | None:
        with self._reading() as connection:
            return connection.execute(statement).first()

    def _number(self, statement: Executable) -> int:
        with self._reading() as connection:
            return int(connection.execute(statement).scalar_one())

    def _stream(self, statement: Executable) -> Iterator[AnyRow]:
        """Rows of one statement, all seen at the same moment, without holding them all in memory."""
        with (
            self._reading() as connection,
            connection.execute(statement, execution_options={"yield_per": _CHUNK}) as rows,
        ):
            yield from rows


def last_position(connection: Connection) -> int:
    """The highest position of a message; 0 when there is none."""
    return int(connection.execute(_LAST_POSITION).scalar_one())


def upsert(
    connection: Connection, table: Table, values: Mapping[str, Any], replace: tuple[str, ...] = (), only_if: Any = None
) -> bool:
    """Insert a row. Where its primary key exists, replace those columns (if `only_if` holds) or do nothing.

    Returns whether a row was written.
    """
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    insert = make(table).values(**values)
    keys = [column.name for column in table.primary_key]
    if replace:
        changes = {name: insert.excluded[name] for name in replace}
        insert = insert.on_conflict_do_update(index_elements=keys, set_=changes, where=only_if)
    else:
        insert = insert.on_conflict_do_nothing(index_elements=keys)
    return connection.execute(insert.returning(*table.primary_key)).first() is not None


@contextmanager
def errors() -> Iterator[None]:
    """SQLAlchemy's errors as ours. The library's text quotes values, so it is not repeated."""
    try:
        yield
    except IntegrityError as error:
        raise StoreError(f"The database refuses the change: {_rule(error)}.") from error
    except SQLAlchemyError as error:
        raise StoreError(f"The database did not answer as it should ({type(error).__name__}).") from error


def _rule(error: IntegrityError) -> str:
    """The broken rule, as far as it can be told without values: our own rules, or the kind of constraint."""
    text = str(error.orig)
    if "closed month" in text:
        return "a closed month is never changed"
    if "what was said" in text:
        return "what was said is never changed"
    if "reversal" in text:
        return "a reversal must name an open charge of its key"
    if "open_charges" in text:
        return "the billable key has a charge that is neither reversed nor rejected"
    return type(error.orig).__name__
