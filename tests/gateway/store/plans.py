"""How a database means to run a statement."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select

from gateway.store.contract import Store
from gateway.store.opening import SqlStore


def plan(store: Store, statement: Select[*tuple[Any, ...]]) -> str:
    """The plan of a statement with bound values, as the store runs it; on PostgreSQL as if the tables were large."""
    assert isinstance(store, SqlStore)
    with store._engine.connect() as connection:
        compiled = statement.compile(connection)
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            connection.exec_driver_sql("SET LOCAL enable_bitmapscan = off")
            return str(connection.exec_driver_sql(f"EXPLAIN {compiled}", dict(compiled.params)).all())
        values = tuple(compiled.params[name] for name in compiled.positiontup or ())
        return str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", values).all())
