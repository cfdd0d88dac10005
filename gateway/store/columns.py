"""Column types that mean the same on both databases."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Dialect, Integer, String
from sqlalchemy.types import TypeDecorator, TypeEngine


class Text(TypeDecorator[str]):
    """Text that sorts by code point (PostgreSQL otherwise sorts by the server's language)."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The C collation on PostgreSQL; SQLite compares code points anyway."""
        return String(collation="C") if dialect.name == "postgresql" else String()


class Position(TypeDecorator[int]):
    """A 64-bit number; INTEGER on SQLite, where only that can be the row's own number."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """INTEGER on SQLite, BIGINT elsewhere."""
        return Integer() if dialect.name == "sqlite" else BigInteger()
