"""The PostgreSQL server of the store's tests, for acceptance tests too."""

from tests.gateway.store.conftest import postgresql_database, postgresql_server

__all__ = ["postgresql_database", "postgresql_server"]
